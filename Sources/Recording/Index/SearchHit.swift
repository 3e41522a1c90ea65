/// A session in which words were found.
public struct SearchHit: Sendable, Equatable {
    /// A piece of text; `isHit` where it is what was searched for.
    public struct Piece: Sendable, Equatable {
        public var text: String
        public var isHit: Bool
    }

    /// Where the words stand, with some text around them.
    public struct Excerpt: Sendable, Equatable {
        /// `You`, `Agent` or `Tool`.
        public var who: String
        /// In order. From outside: clean it before a terminal sees it.
        public var pieces: [Piece]
    }

    public var session: IndexedSession
    public var excerpts: [Excerpt]

    /// Who speaks in each column of `words`.
    static let columns = ["You", "Agent", "Tool"]

    init(_ row: Statement) {
        session = IndexedSession(row)
        excerpts = Self.columns.enumerated().compactMap { number, who in
            let pieces = Self.pieces(row.text(IndexSchema.next + number) ?? "")
            return pieces.contains(where: \.isHit) ? Excerpt(who: who, pieces: pieces) : nil
        }
    }

    /// Splits at the marks, which no indexed text holds.
    static func pieces(_ marked: String) -> [Piece] {
        var pieces: [Piece] = []
        var text = String.UnicodeScalarView()
        let end = { (isHit: Bool) in
            if !text.isEmpty { pieces.append(Piece(text: String(text), isHit: isHit)) }
            text = String.UnicodeScalarView()
        }
        for scalar in marked.unicodeScalars {
            switch scalar.value {
            case 2: end(false)
            case 3: end(true)
            default: text.append(scalar)
            }
        }
        end(false)
        return pieces
    }
}
