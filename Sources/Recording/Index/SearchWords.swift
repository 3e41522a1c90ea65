/// What a user typed to search for, as an expression that FTS5 always understands: every word is quoted, so no character has a
/// meaning but these: `"two words"` in quotes stand beside each other, and a `*` at the end of a word means any ending. One
/// ASCII letter alone has no endings: nearly every word of everybody would have to be looked at.
struct SearchWords: Equatable {
    /// The expression; nil when there is nothing to search for.
    let expression: String?

    /// More words than this are not looked at: nobody types them.
    static let most = 32

    init(_ typed: String) {
        let phrases = Self.phrases(typed).prefix(Self.most).compactMap(Self.quoted)
        expression = phrases.isEmpty ? nil : phrases.joined(separator: " AND ")
    }

    /// Splits at spaces, but not within quotes; a quote that is not closed ends with the text.
    private static func phrases(_ typed: String) -> [String] {
        var phrases: [String] = []
        for (number, part) in typed.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if number % 2 == 1 {
                phrases.append(String(part))
            } else {
                phrases += part.split(whereSeparator: \.isWhitespace).map(String.init)
            }
        }
        return phrases
    }

    /// One phrase in quotes; nil when it holds no letter and no digit. Marks between are kept: the tokenizer splits there.
    private static func quoted(_ phrase: String) -> String? {
        let text = phrase.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\"" }.prefix(200)
        guard text.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) else {
            return nil
        }
        let isPrefix = text.last == "*" && !(text.count == 2 && text.first.map(\.isASCII) ?? false)
        return "\"" + String(String.UnicodeScalarView(text)) + "\"" + (isPrefix ? "*" : "")
    }
}
