import Core

/// What a client of the speech worker asks for: the text messages of its link, as JSON.
///
/// ```
/// {"type":"begin"}                                      start of an utterance; PCM that follows belongs to it
/// {"type":"end","id":7}                                 end of it: decode, answer `final` with this id
/// {"type":"discard"}                                    forget what was collected
/// {"type":"synthesize","id":3,"text":"Hello.","voice":"slt"}
/// {"type":"cancel","id":3}                              stop this synthesis; without id: all of this link
/// ```
/// Binary messages are PCM16 little endian, mono, 16 kHz, of the utterance that has begun (ignored outside of one).
public enum SpeechControl: Sendable, Equatable {
    case begin
    case end(id: Int)
    case discard
    case synthesize(id: Int, text: String, voice: String?)
    case cancel(id: Int?)

    /// Reads a control; the error says what is wrong with it.
    public init(_ payload: Span<UInt8>) throws(SpeechFailure) {
        let json: JSONValue
        do throws(JSONError) { json = try JSONParser.parse(payload) } catch {
            throw SpeechFailure("the control message is \(error)")
        }
        let id = json["id"]?.int
        switch json["type"]?.string {
        case "begin": self = .begin
        case "end": self = .end(id: try Self.required(id, "end"))
        case "discard": self = .discard
        case "synthesize":
            guard let text = json["text"]?.string else {
                throw SpeechFailure("the control \"synthesize\" has no \"text\"")
            }
            self = .synthesize(id: try Self.required(id, "synthesize"), text: text, voice: json["voice"]?.string)
        case "cancel": self = .cancel(id: id)
        case let type:
            throw SpeechFailure("there is no control \"\(type ?? "")\": use begin, end, discard, synthesize or cancel")
        }
    }

    private static func required(_ id: Int?, _ control: String) throws(SpeechFailure) -> Int {
        guard let id, id >= 0, id <= Int(UInt32.max) else {
            throw SpeechFailure("the control \"\(control)\" needs an \"id\" from 0 to \(UInt32.max)")
        }
        return id
    }
}

/// Why the worker cannot do what it is asked.
public struct SpeechFailure: Error, Sendable, Equatable {
    /// What is wrong, in words.
    public var reason: String
    /// How to mend it, when that is known.
    public var fix: String?

    /// A failure.
    public init(_ reason: String, fix: String? = nil) {
        self.reason = reason
        self.fix = fix
    }
}
