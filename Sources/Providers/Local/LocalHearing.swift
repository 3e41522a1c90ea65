import Core
import ProviderKit

/// The user's turns of the embedded agent: what is collected, awaited and put together.
struct LocalHearing {
    /// What came of an utterance.
    enum Outcome: Equatable {
        /// The user speaks again already: the words are kept for the end of that turn.
        case waiting
        /// Too short to be speech.
        case nothing
        /// Something was said, but no words came out.
        case unclear
        /// Words.
        case sentence(String, IntentMatcher.Strictness)
    }

    /// Shorter utterances without words are taken for noises, in ms.
    private static let shortest = 900.0

    /// Whether a turn is under way.
    private(set) var isOpen = false
    private var turns = 0
    private var held = ""

    /// In front of the ids of turns.
    var idPrefix = ""

    private var item: String { name(turns) }
    private func name(_ turn: Int) -> String { "\(idPrefix)user_\(turn)" }

    /// The user began.
    mutating func begin(_ out: ProviderOutput) {
        isOpen = true
        turns += 1
        out.send(LocalProvider.link, ["type": "begin"])
    }

    /// The user ended.
    mutating func end(_ out: ProviderOutput) {
        guard isOpen else { return }
        isOpen = false
        out.send(LocalProvider.link, ["type": "end", "id": .int(Int64(turns))])
    }

    /// Words so far.
    func partial(_ text: String, _ out: ProviderOutput) {
        if isOpen, !text.isEmpty { out.event(.userTranscript(item: item, text: text, isFinal: false)) }
    }

    /// The recogniser's verdict.
    mutating func final(_ json: JSONValue, _ out: ProviderOutput) -> Outcome {
        let text = json["text"]?.string ?? ""
        let turn = json["id"]?.int ?? turns
        out.event(.stage(name: "stt_final", owner: .service, ms: json["ms"]?.double ?? 0))
        if !text.isEmpty { out.event(.userTranscript(item: name(turn), text: text, isFinal: true)) }
        guard !isOpen, turn == turns else {
            held = [held, text].filter { !$0.isEmpty }.joined(separator: " ")
            return .waiting
        }
        defer { held = "" }
        guard !text.isEmpty else {
            return held.isEmpty
                ? (json["audio_ms"]?.double ?? 0) < Self.shortest ? .nothing : .unclear : .sentence(held, .dictation)
        }
        let strictness: IntentMatcher.Strictness = json["source"]?.string == "grammar" ? .grammar : .dictation
        if held.isEmpty || strictness == .grammar { return .sentence(text, strictness) }
        return .sentence(held + " " + text, .dictation)
    }
}
