import Core

/// Which words of two texts are the same: the longest common run of words in order. Pure; bounded in time and memory.
enum WordDiff {
    /// Words of each text that are compared; what is beyond counts as different.
    static let most = 1_500

    /// The texts as pieces in order; words that only `a` has come before those that only `b` has.
    static func pieces(_ a: String, _ b: String) -> [SessionDiff.Piece] {
        let (left, right) = (a.split(whereSeparator: \.isWhitespace), b.split(whereSeparator: \.isWhitespace))
        let (x, y) = (left.prefix(most).map(folded), right.prefix(most).map(folded))
        var pieces: [SessionDiff.Piece] = []
        let add = { (kind: SessionDiff.Piece.Kind, word: Substring) in
            if pieces.last?.kind == kind {
                pieces[pieces.count - 1].text += " " + word
            } else {
                pieces.append(SessionDiff.Piece(kind, String(word)))
            }
        }
        let lengths = table(x, y)
        var (i, j) = (0, 0)
        while i < x.count || j < y.count {
            if i < x.count, j < y.count, x[i] == y[j] {
                add(.same, left[i])
                (i, j) = (i + 1, j + 1)
            } else if j >= y.count || i < x.count && lengths[i + 1][j] >= lengths[i][j + 1] {
                add(.removed, left[i])
                i += 1
            } else {
                add(.added, right[j])
                j += 1
            }
        }
        for word in left.dropFirst(most) { add(.removed, word) }
        for word in right.dropFirst(most) { add(.added, word) }
        return sorted(pieces)
    }

    /// Length of the longest common run of words from each pair of places on.
    private static func table(_ x: [String], _ y: [String]) -> [[UInt16]] {
        var lengths = [[UInt16]](repeating: [UInt16](repeating: 0, count: y.count + 1), count: x.count + 1)
        for i in x.indices.reversed() {
            for j in y.indices.reversed() {
                lengths[i][j] =
                    x[i] == y[j] ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
            }
        }
        return lengths
    }

    /// Between two equal pieces first all that went, then all that came.
    private static func sorted(_ pieces: [SessionDiff.Piece]) -> [SessionDiff.Piece] {
        var result: [SessionDiff.Piece] = []
        var gone: [String] = []
        var come: [String] = []
        let flush = {
            if !gone.isEmpty { result.append(.init(.removed, gone.joined(separator: " "))) }
            if !come.isEmpty { result.append(.init(.added, come.joined(separator: " "))) }
            (gone, come) = ([], [])
        }
        for piece in pieces {
            switch piece.kind {
            case .same:
                flush()
                result.append(piece)
            case .removed: gone.append(piece.text)
            case .added: come.append(piece.text)
            }
        }
        flush()
        return result
    }

    /// Case and punctuation do not make a word another.
    private static func folded(_ word: Substring) -> String {
        let letters = word.lowercased().filter { $0.isLetter || $0.isNumber }
        return letters.isEmpty ? String(word) : letters
    }

    /// Of all words, how many are in one text only, 0...1.
    static func share(_ pieces: [SessionDiff.Piece]) -> (different: Int, all: Int) {
        pieces.reduce((0, 0)) { sum, piece in
            let count = piece.text.split(separator: " ").count
            return (sum.0 + (piece.kind == .same ? 0 : count), sum.1 + count)
        }
    }
}
