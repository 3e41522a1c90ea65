import Core

/// The words of the user's turn as the recogniser tells them. A value.
struct PipelineHearing: Equatable {
    /// Whether the user speaks, by whichever detector counts.
    var isSpeaking = false
    /// Whether the turn is over and its last words are awaited.
    var isAwaitingFinal = false
    /// Requests for last words that were not answered.
    var outstanding = 0
    var began = MonotonicTime(nanoseconds: 0)
    private var finals = ""
    private var partial = ""
    private var told = ""
    private var utterance = 1

    /// In front of the names of utterances.
    var idPrefix = ""

    /// The name of the utterance for the session.
    var item: String { "\(idPrefix)user_\(utterance)" }

    /// All words so far.
    var text: String { Self.joined(finals, partial) }

    /// Whether what the recogniser tells now belongs to no turn: it came too late.
    var isDeaf: Bool { !isSpeaking && !isAwaitingFinal && outstanding > 0 }

    /// Takes words of a segment; whether the whole text changed.
    mutating func add(_ text: String, isFinal: Bool) -> Bool {
        let text = Self.joined(text, "")
        finals = isFinal ? Self.joined(finals, text) : finals
        partial = isFinal ? "" : text
        defer { told = self.text }
        return told != self.text
    }

    /// The utterance is over: its words, and whether any were told before; the next one begins.
    mutating func take() -> (item: String, text: String, wasTold: Bool) {
        let taken = (item, text, !told.isEmpty)
        if !taken.1.isEmpty || taken.2 { utterance += 1 }
        finals = ""
        partial = ""
        told = ""
        isSpeaking = false
        isAwaitingFinal = false
        return taken
    }

    private static func joined(_ a: String, _ b: String) -> String {
        let parts = [a, b].map(SpeakableText.trimmed)
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Whether two texts have the same letters and digits: then an answer to one is an answer to the other.
    static func same(_ a: String, _ b: String) -> Bool { letters(a) == letters(b) }

    private static func letters(_ text: String) -> String {
        text.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}
