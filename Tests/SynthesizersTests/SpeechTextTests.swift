import Testing

@testable import Synthesizers

@Suite struct SpeechTextTests {
    @Test(arguments: [
        ("Hello.", true), ("42", true), ("€", true), ("...", false), ("  ", false), ("", false), ("?!", false),
        ("你好", true),
        ("🙂", false), ("+", true),
    ])
    func tellsWhatCanBeSaid(_ text: String, _ expected: Bool) { #expect(SpeechText.isSpeakable(text) == expected) }

    @Test(arguments: [
        ("Short one.", 100, ["Short one."]),
        ("First. Second, third.", 12, ["First.", "Second,", "third."]),
        ("one two three", 8, ["one two ", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a\nb\u{FFFD}c", 100, ["a bc"]),
        ("...", 100, []), ("äöü", 2, ["ä", "ö", "ü"]),
    ])
    func cutsWhereItIsHeardLeast(_ text: String, _ bytes: Int, _ expected: [String]) {
        #expect(SpeechText.pieces(text, bytes: bytes) == expected)
    }

    @Test func aCharacterLongerThanTheLimitIsStillAPiece() {
        #expect(SpeechText.pieces("e\u{301}\u{302}\u{303}f", bytes: 2).joined() == "e\u{301}\u{302}\u{303}f")
    }
}
