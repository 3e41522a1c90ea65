import TestKit
import Testing

@testable import Studio

@Suite struct WordDiffTests {
    static let rates: [(reference: String, heard: String, rate: Double)] = [
        ("Book a table for two at eight", "book a table for 2 at ate.", 1.0 / 7),
        ("What time is it?", "what time is it", 0),
        ("yes", "", 1), ("yes", "yes yes yes", 2), ("twenty-one", "21", 0),
        ("one two three", "three two one", 2.0 / 3),
        ("東京の天気", "東京は天気", 1.0 / 5),
    ]

    @Test(arguments: rates.indices)
    func errorRate(index: Int) throws {
        let row = Self.rates[index]
        let found = try #require(WordDiff.errorRate(reference: row.reference, heard: row.heard))
        #expect(abs(found - row.rate) < 1e-9)
    }

    @Test func withoutReferenceThereIsNoRate() {
        #expect(WordDiff.errorRate(reference: " – ", heard: "hello") == nil)
    }

    @Test(arguments: [
        (
            "Done, table for two at eight.", "I have booked a table for two at eight.",
            "[-Done,-]{+I have booked a+} table for two at eight."
        ),
        ("", "hello", "{+hello+}"), ("hello", "", "[-hello-]"), ("a b c", "a c", "a [-b-] c"),
        ("same words", "Same, words!", "Same, words!"), ("", "", ""),
    ])
    func pieces(old: String, new: String, text: String) {
        #expect(WordDiff.text(WordDiff.pieces(old, new)) == text)
    }

    @Test func textsTooLongForTheTableAreReplacedWhole() {
        let old = (0..<3000).map { "a\($0)" }.joined(separator: " ")
        let new = (0..<3000).map { "b\($0)" }.joined(separator: " ")
        let pieces = WordDiff.pieces(old, new)
        #expect(pieces == [.init(.removed, old), .init(.added, new)])
    }

    /// Whatever the texts, the kept and removed words are the old text's, the kept and added the new one's.
    @Test func anyTextsAreRebuilt() {
        var random = SeededRandom(seed: 7)
        let words = ["one", "1", "Two,", "drei", "–", "\u{1B}[31m", "東京", "x", "  "]
        for _ in 0..<10_000 {
            let texts = (0..<2).map { _ in
                (0..<Int.random(in: 0...8, using: &random)).map { _ in words[Int.random(in: 0..<9, using: &random)] }
                    .joined(separator: " ")
            }
            let pieces = WordDiff.pieces(texts[0], texts[1])
            let old = pieces.filter { $0.kind != .added }.map(\.text).joined(separator: " ")
            let new = pieces.filter { $0.kind != .removed }.map(\.text).joined(separator: " ")
            #expect(WordDiff.keys(old) == WordDiff.keys(texts[0]))
            #expect(WordDiff.keys(new) == WordDiff.keys(texts[1]))
        }
    }
}
