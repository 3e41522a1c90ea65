/// Two texts compared word by word: what a recogniser heard against what was said, one answer against another. Pure.
///
/// Case, punctuation and the spelling of small numbers ("two", "2") make no difference.
public enum WordDiff {
    /// A run of words with one fate.
    public struct Piece: Sendable, Equatable {
        public enum Kind: String, Sendable, Codable { case same, removed, added }
        public var kind: Kind
        /// The words as written, a space between them: of the new text where both have them.
        public var text: String

        public init(_ kind: Kind, _ text: String) {
            self.kind = kind
            self.text = text
        }
    }

    /// Most cells of the table; longer texts (after what is equal at both ends) count as replaced whole.
    static let mostCells = 4_000_000

    /// What became of `old` in `new`, in reading order; what was removed stands before what came instead.
    public static func pieces(_ old: String, _ new: String) -> [Piece] {
        var pieces: [Piece] = []
        var removed: [String] = [], added: [String] = []
        func flush() {
            if !removed.isEmpty { pieces.append(Piece(.removed, removed.joined(separator: " "))) }
            if !added.isEmpty { pieces.append(Piece(.added, added.joined(separator: " "))) }
            (removed, added) = ([], [])
        }
        for step in steps(words(old), words(new)) {
            switch step {
            case .same(let word):
                flush()
                if let last = pieces.indices.last, pieces[last].kind == .same {
                    pieces[last].text += " " + word
                } else {
                    pieces.append(Piece(.same, word))
                }
            case .removed(let word): removed.append(word)
            case .added(let word): added.append(word)
            case .replaced(let word, let other):
                removed.append(word)
                added.append(other)
            }
        }
        flush()
        return pieces
    }

    /// Words replaced, missing and added for each word of the reference; nil without a reference. More than 1 when more came
    /// than was said.
    public static func errorRate(reference: String, heard: String) -> Double? {
        let words = words(reference)
        guard !words.isEmpty else { return nil }
        let wrong = steps(words, self.words(heard)).reduce(0) { count, step in
            if case .same = step { count } else { count + 1 }
        }
        return Double(wrong) / Double(words.count)
    }

    /// The pieces as text: `[-removed-]{+added+} same`.
    public static func text(_ pieces: [Piece]) -> String {
        var text = ""
        var last: Piece.Kind?
        for piece in pieces {
            // What came instead stands right behind what went.
            if !text.isEmpty, !(last == .removed && piece.kind == .added) { text += " " }
            switch piece.kind {
            case .same: text += piece.text
            case .removed: text += "[-\(piece.text)-]"
            case .added: text += "{+\(piece.text)+}"
            }
            last = piece.kind
        }
        return text
    }

    /// The words as they are compared.
    public static func keys(_ text: String) -> [String] { words(text).map(\.key) }

    // MARK: - Words

    private struct Word {
        var text: String
        var key: String
    }

    private enum Step {
        case same(String)
        case removed(String)
        case added(String)
        case replaced(String, String)
    }

    private static let numbers: [String: String] = {
        let small = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ]
        let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
        var all: [String: String] = [:]
        for (value, word) in small.enumerated() { all[word] = String(value) }
        for (index, ten) in tens.enumerated() {
            all[ten] = String((index + 2) * 10)
            for one in 1...9 { all[ten + small[one]] = String((index + 2) * 10 + one) }
        }
        return all
    }()

    private static func words(_ text: String) -> [Word] {
        var words: [Word] = []
        for part in text.split(whereSeparator: \.isWhitespace) {
            for piece in pieces(of: part) {
                let letters = piece.lowercased().filter { $0.isLetter || $0.isNumber }
                if !letters.isEmpty { words.append(Word(text: String(piece), key: numbers[letters] ?? letters)) }
            }
        }
        return words
    }

    /// Scripts without spaces are compared letter by letter.
    private static func pieces(of part: Substring) -> [Substring] {
        var pieces: [Substring] = []
        var start = part.startIndex
        for index in part.indices where isAlone(part[index]) {
            if start < index { pieces.append(part[start..<index]) }
            start = part.index(after: index)
            pieces.append(part[index..<start])
        }
        if start < part.endIndex { pieces.append(part[start...]) }
        return pieces
    }

    private static func isAlone(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first?.value else { return false }
        return (0x3040...0x30FF).contains(scalar) || (0x3400...0x9FFF).contains(scalar)
    }

    // MARK: - Alignment

    /// The cheapest way from one list to the other, equal ends first.
    private static func steps(_ old: [Word], _ new: [Word]) -> [Step] {
        var head = 0
        while head < min(old.count, new.count), old[head].key == new[head].key { head += 1 }
        var tail = 0
        while tail < min(old.count, new.count) - head,
            old[old.count - 1 - tail].key == new[new.count - 1 - tail].key
        { tail += 1 }
        let middle = aligned(Array(old[head..<(old.count - tail)]), Array(new[head..<(new.count - tail)]))
        return new[..<head].map { .same($0.text) } + middle + new[(new.count - tail)...].map { .same($0.text) }
    }

    private static func aligned(_ old: [Word], _ new: [Word]) -> [Step] {
        let width = new.count + 1
        guard (old.count + 1) <= mostCells / width else {
            return old.map { .removed($0.text) } + new.map { .added($0.text) }
        }
        var costs = [Int32](repeating: 0, count: (old.count + 1) * width)
        for j in 0..<width { costs[j] = Int32(j) }
        for i in 0..<old.count {
            costs[(i + 1) * width] = Int32(i + 1)
            for j in 0..<new.count {
                let swap = costs[i * width + j] + (old[i].key == new[j].key ? 0 : 1)
                costs[(i + 1) * width + j + 1] = min(
                    swap, costs[i * width + j + 1] + 1, costs[(i + 1) * width + j] + 1)
            }
        }
        return trace(costs, old, new)
    }

    /// Back through the table, from its end.
    private static func trace(_ costs: [Int32], _ old: [Word], _ new: [Word]) -> [Step] {
        let width = new.count + 1
        var steps: [Step] = []
        var (i, j) = (old.count, new.count)
        while i > 0 || j > 0 {
            let cost = costs[i * width + j]
            let isSame = i > 0 && j > 0 && old[i - 1].key == new[j - 1].key
            if isSame, costs[(i - 1) * width + j - 1] == cost {
                steps.append(.same(new[j - 1].text))
                (i, j) = (i - 1, j - 1)
            } else if i > 0, j > 0, costs[(i - 1) * width + j - 1] + 1 == cost {
                steps.append(.replaced(old[i - 1].text, new[j - 1].text))
                (i, j) = (i - 1, j - 1)
            } else if i > 0, costs[(i - 1) * width + j] + 1 == cost {
                steps.append(.removed(old[i - 1].text))
                i -= 1
            } else {
                steps.append(.added(new[j - 1].text))
                j -= 1
            }
        }
        return steps.reversed()
    }
}
