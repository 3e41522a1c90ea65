/// Finds the audio of a message that carries nothing else, without building a JSON value.
///
/// ```
///  {"serverContent":{"modelTurn":{"role":"model","parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"…"}}]}}}
/// ```
/// Keys of the inner objects in any order, any white space; whatever else stands in the message leaves it to the general parser.
struct GeminiAudioScanner {
    private static let mime: StaticString = "audio/pcm;rate=24000"
    private var cursor: JSONCursor

    /// Where the base64 stands, or nil when the general parser must look.
    static func scan(_ message: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        guard message.count > 80 else { return nil }
        var scanner = GeminiAudioScanner(cursor: JSONCursor(message))
        return scanner.message()
    }

    private mutating func message() -> Range<Int>? {
        guard open("{"), cursor.key("serverContent"), open("{"), cursor.key("modelTurn"), open("{"),
            let data = turn(), open("}"), open("}"), open("}"), cursor.isAtEnd()
        else { return nil }
        return data
    }

    private mutating func open(_ sign: Unicode.Scalar) -> Bool { cursor.take(UInt8(ascii: sign)) }

    private mutating func turn() -> Range<Int>? {
        var found: Range<Int>?
        repeat {
            guard let key = cursor.shortString(), open(":") else { return nil }
            if cursor.matches(key, "role") {
                guard cursor.shortString() != nil else { return nil }
            } else if cursor.matches(key, "parts"), found == nil {
                guard open("["), open("{"), cursor.key("inlineData"), open("{"), let data = blob(), open("}"),
                    open("}"), open("]")
                else { return nil }
                found = data
            } else {
                return nil
            }
        } while open(",")
        return found
    }

    private mutating func blob() -> Range<Int>? {
        var data: Range<Int>?
        var isPCM = false
        repeat {
            guard let key = cursor.shortString(), open(":") else { return nil }
            if cursor.matches(key, "mimeType"), !isPCM {
                guard let value = cursor.shortString(), cursor.matches(value, Self.mime) else { return nil }
                isPCM = true
            } else if cursor.matches(key, "data"), data == nil {
                guard let value = cursor.longString() else { return nil }
                data = value
            } else {
                return nil
            }
        } while open(",")
        return isPCM ? data : nil
    }
}
