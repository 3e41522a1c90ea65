import Core

/// One thing that the agent says: its pieces with the audio that came of each, and what of it was heard. A value.
struct SpokenItem: Equatable {
    enum Kind: Equatable {
        /// An answer of the model, by the number of its request.
        case answer(Int)
        /// A text that the session or the settings gave.
        case given
        /// A filler phrase: not part of the conversation.
        case filler
    }

    /// A text that the synthesiser was given.
    struct Piece: Equatable {
        /// The synthesiser's number; nil when there was nothing to speak.
        var number: Int?
        /// As the model wrote it.
        var text: String
        var samples = 0
        var words: [SpokenWord] = []
        var isDone = false
    }

    var number: Int
    var kind: Kind
    var response: String
    var pieces: [Piece] = []
    /// No more pieces come; how the response ended then.
    var ended: ResponseStatus?
    var hasAudio = false
    /// Its end was told to the session.
    var isTold = false

    /// The whole text.
    var text: String { pieces.map(\.text).joined() }
    /// Whether all of its audio has come and no piece follows.
    var isComplete: Bool { ended != nil && pieces.allSatisfy(\.isDone) }

    /// What was heard in the first `ms` milliseconds at `rate` samples per second.
    func heard(ms: Int, rate: Int) -> String {
        var left = Double(ms)
        var text = ""
        for piece in pieces {
            let length = Double(piece.samples) * 1000 / Double(max(1, rate))
            if piece.isDone, left >= length - 1 {
                text += piece.text
                left -= length
                continue
            }
            text += Self.heard(piece, ms: left, of: Self.expected(piece, so: length))
            break
        }
        return SpeakableText.trimmed(text)
    }

    /// The length of a piece: what came, or what its text should take when more is to come (at 15 characters a second).
    private static func expected(_ piece: Piece, so length: Double) -> Double {
        piece.isDone ? length : max(length, Double(piece.text.count) * 66)
    }

    private static func heard(_ piece: Piece, ms: Double, of length: Double) -> String {
        guard ms > 0, length > 0 else { return "" }
        guard !piece.words.isEmpty else { return share(of: piece.text, min(1, ms / length)) }
        let spoken = piece.words.count { Double($0.endMs) <= ms }
        let words = piece.text.split(whereSeparator: \.isWhitespace).count
        // The vendor may count words otherwise than the text does: then by their share.
        if words == piece.words.count { return prefix(of: piece.text, words: spoken) }
        return share(of: piece.text, Double(spoken) / Double(piece.words.count))
    }

    /// Whole words within the first `fraction`; characters for scripts that write no spaces.
    static func share(of text: String, _ fraction: Double) -> String {
        let words = text.split(whereSeparator: \.isWhitespace)
        let isSpaced = words.count > 1 || text.count < 12
        guard isSpaced else { return String(text.prefix(Int(Double(text.count) * fraction))) }
        return prefix(of: text, words: Int((Double(words.count) * fraction).rounded(.down)))
    }

    private static func prefix(of text: String, words: Int) -> String {
        let all = text.split(whereSeparator: \.isWhitespace)
        guard words > 0, let last = all.prefix(words).last else { return "" }
        return String(text[..<last.endIndex])
    }
}
