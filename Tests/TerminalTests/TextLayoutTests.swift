import Testing

@testable import Terminal

@Suite struct TextLayoutTests {
    private func lines(_ runs: [TextRun], _ width: Int) -> [String] {
        TextLayout.wrap(runs, width: width).map { $0.map(\.text.string).joined() }
    }

    @Test(arguments: [
        ("the quick brown fox", 9, ["the quick", "brown fox"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a  b", 10, ["a  b"]),
        ("", 5, [""]),
        ("日本語", 5, ["日本", "語"]),
        ("ab cdefgh", 4, ["ab", "cdef", "gh"]),
        ("日本", 1, [""]),
    ])
    func wraps(text: String, width: Int, expected: [String]) {
        #expect(lines([TextRun(SafeText(text))], width) == expected)
    }

    @Test func stylesSurviveBreaks() {
        let wrapped = TextLayout.wrap(
            [TextRun("you hear this ", Style(.spoken)), TextRun("not this", Style(.cut))], width: 12)
        #expect(wrapped.map { $0.map(\.text.string).joined() } == ["you hear", "this not", "this"])
        #expect(wrapped[1].map(\.style.role) == [.spoken, .cut])
    }

    @Test func truncation() {
        #expect(SafeText("hello").truncated(to: 4).string == "hel…")
        #expect(SafeText("日本語").truncated(to: 4).string == "日…")
        #expect(SafeText("ab").padded(to: 4).string == "ab  ")
        #expect(SafeText("ab").padded(leftTo: 4).string == "  ab")
    }
}
