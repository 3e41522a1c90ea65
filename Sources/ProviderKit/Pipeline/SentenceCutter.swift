/// Cuts a text that grows by tokens into pieces for synthesis: sentences, the first one early at a clause. A value: any thread.
///
/// The pieces put together are the text, character for character: spaces between sentences stay at the front of the next piece.
/// A piece ends only where the character behind it is known, so "3." waits for what follows it, and so does "e" for its accent.
public struct SentenceCutter: Sendable, Equatable {
    /// Sentences shorter than this wait for the next one, except the first of a text.
    private static let shortest = 12

    private let firstClause: Int
    private let longest: Int
    private var pending = ""
    private var isFirst = true

    /// A cutter whose first piece may end at a clause of `firstClause` characters, and no piece has more than `longest`.
    public init(firstClause: Int = 24, longest: Int = 220) {
        self.firstClause = max(1, firstClause)
        self.longest = max(8, longest)
    }

    /// Adds text; gives the pieces that are whole now.
    public mutating func add(_ text: String) -> [String] {
        pending += text
        var pieces: [String] = []
        while let piece = next() { pieces.append(piece) }
        return pieces
    }

    /// The text is over: the rest of it, if any, in pieces. The cutter can take the next text.
    public mutating func finish() -> [String] {
        defer {
            pending = ""
            isFirst = true
        }
        return pending.isEmpty ? [] : [pending]
    }

    private mutating func next() -> String? {
        let characters = Array(pending)
        guard let end = boundary(characters) else { return nil }
        isFirst = false
        pending = String(characters[end...])
        return String(characters[..<end])
    }

    /// Where the first piece ends; nil when more text is needed. At least one character stays behind it.
    private func boundary(_ text: [Character]) -> Int? {
        guard let start = text.firstIndex(where: { !$0.isWhitespace }) else { return nil }
        var soft: Int?
        var space: Int?
        var i = start
        while i < text.count {
            if let end = sentenceEnd(text, at: i, start: start), isFirst || end - start >= Self.shortest { return end }
            if let end = clauseEnd(text, at: i) {
                if isFirst, end - start >= firstClause { return end }
                soft = end
            }
            if text[i].isWhitespace { space = i }
            if i - start >= longest, i + 1 < text.count {
                return [soft, space].compactMap { $0 }.first { $0 - start >= longest / 3 } ?? i
            }
            i += 1
        }
        return nil
    }

    /// The end of the sentence whose mark stands at `i`, with quotes and brackets that belong to it.
    private func sentenceEnd(_ text: [Character], at i: Int, start: Int) -> Int? {
        let mark = text[i]
        if mark.isNewline { return i > start ? i : nil }
        guard SentenceMarks.ends.contains(mark) else { return nil }
        var end = i + 1
        while end < text.count, SentenceMarks.ends.contains(text[end]) || SentenceMarks.closers.contains(text[end]) {
            end += 1
        }
        guard end < text.count else { return nil }
        if SentenceMarks.wide.contains(mark) { return end }
        guard text[end].isWhitespace else { return nil }
        if text[end].isNewline { return end }
        guard mark == "." || mark == "\u{2026}" else { return end }
        return stops(text, mark: i, end: end, start: start) ? end : nil
    }

    /// Whether a full stop ends a sentence: not in "Dr. Smith", "J. Smith", "1. First", "e.g. this", "well... yes".
    private func stops(_ text: [Character], mark: Int, end: Int, start: Int) -> Bool {
        guard let next = text[end...].firstIndex(where: { !$0.isWhitespace }) else { return false }
        if text[next].isLowercase { return false }
        var from = mark
        while from > start, !text[from - 1].isWhitespace { from -= 1 }
        let word = String(text[from..<mark]).lowercased().filter { !SentenceMarks.openers.contains($0) }
        if SentenceMarks.abbreviations.contains(word) { return false }
        if text[next].isNumber, SentenceMarks.beforeNumbers.contains(word) { return false }
        if word.count == 1, word.first?.isLetter == true, word != "i" { return false }
        let isNumber = !word.isEmpty && word.allSatisfy(\.isNumber)
        return !(isNumber && (from == start || text[from - 1].isNewline))
    }

    /// The end of a clause whose mark stands at `i`.
    private func clauseEnd(_ text: [Character], at i: Int) -> Int? {
        guard i + 1 < text.count else { return nil }
        if SentenceMarks.wideClauses.contains(text[i]) { return i + 1 }
        return SentenceMarks.clauses.contains(text[i]) && text[i + 1].isWhitespace ? i + 1 : nil
    }
}

/// The characters and words by which sentences are told apart.
enum SentenceMarks {
    static let ends: Set<Character> = [".", "!", "?", "\u{2026}", "。", "！", "？", "｡", "．", "।", "؟", "۔"]
    /// Marks that need no space behind them.
    static let wide: Set<Character> = ["。", "！", "？", "｡", "．"]
    static let closers: Set<Character> = [
        "\"", "'", ")", "]", "}", "*", "_", "»", "\u{201D}", "\u{2019}", "」", "』", "）", "】", "》",
    ]
    static let openers: Set<Character> = ["\"", "'", "(", "[", "*", "_", "«", "\u{201C}", "\u{2018}"]
    static let clauses: Set<Character> = [",", ";", ":", "\u{2013}", "\u{2014}"]
    static let wideClauses: Set<Character> = ["，", "、", "；", "："]
    /// Words before a full stop that ends nothing, in lower case, without it.
    static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "rev", "gen", "col", "sgt", "capt", "lt", "hon", "vs", "e.g",
        "i.e", "eg", "ie", "cf", "approx", "dept", "est", "inc", "ltd", "corp", "ave", "blvd", "mt", "z.b", "d.h",
        "u.a",
        "bzw", "hr", "fr", "sra", "dra", "mme", "mlle", "p.s", "u.s", "u.k",
    ]
    /// The same, but only where a number follows: "No. 5" and "Jan. 3", but "No. I do not."
    static let beforeNumbers: Set<String> = [
        "no", "nr", "fig", "vol", "ext", "tel", "ca", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept",
        "oct", "nov", "dec",
    ]
}
