import TestKit
import Testing

@testable import Terminal

@Suite struct SanitizerTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("a\tb\r\nc", "a b c"),
        ("\u{1B}[31mred", "␛[31mred"),
        ("\u{1B}]0;title\u{07}", "␛]0;title␇"),
        ("\u{1B}P$q\u{1B}\\", "␛P$q␛\\"),
        ("\u{9B}2J\u{9D}0;x\u{9C}", "<9B>2J<9D>0;x<9C>"),
        ("\u{7F}", "␡"),
        ("\0", "␀"),
        ("\u{202E}evil", "<202E>evil"),
        ("a\u{2066}b\u{2069}", "a<2066>b<2069>"),
        ("a\u{200B}\u{200D}\u{FEFF}\u{AD}b", "ab"),
        ("x\u{E0041}\u{E0042}y", "x<tags>y"),
        ("❤\u{FE0F}", "❤"),
        ("👍\u{1F3FD}", "👍"),
        ("\u{1F1FA}\u{1F1F8}", "US"),
        ("1\u{FE0F}\u{20E3}", "1"),
        ("e\u{301}", "e\u{301}"),
        ("e\u{301}\u{302}\u{303}\u{304}", "e\u{301}\u{302}"),
        ("\u{301}x", "x"),
        ("\u{E000}\u{10FFFF}\u{378}", "···"),
        ("\u{2028}\u{00A0}", "  "),
        ("日本", "日本"),
    ])
    func rules(raw: String, shown: String) {
        #expect(SafeText(raw).string.unicodeScalars.elementsEqual(shown.unicodeScalars))
    }

    @Test func invalidUTF8Shows() {
        #expect(SafeText(bytes: [0x61, 0xFF, 0x62]).string == "a\u{FFFD}b")
        #expect(SafeText(bytes: [0xC3]).string == "\u{FFFD}")
    }

    @Test func longTextEndsInAnEllipsis() {
        let text = SafeText(String(repeating: "x", count: Sanitizer.limit + 10))
        #expect(text.width == Sanitizer.limit + 1)
        #expect(text.string.last == "…")
    }

    @Test func hostileTextsLeaveNothingActive() {
        let payloads = HostileText.all
        #expect(payloads.count >= 500)
        for payload in payloads { check(payload) }
    }

    @Test func randomTextLeavesNothingActive() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<10_000 { check(HostileText.random(&random)) }
    }

    private func check(_ bytes: [UInt8]) {
        let text = SafeText(bytes: bytes)
        for scalar in text.string.unicodeScalars where !HostileText.isHarmless(scalar) {
            Issue.record("U+\(String(scalar.value, radix: 16)) left of \(bytes)")
        }
        #expect(SafeText(text.string) == text, "not idempotent: \(bytes)")
        var canvas = Canvas(Size(width: 24, height: 1))
        canvas.draw(text, in: canvas.bounds)
        let row = canvas.grid.row(0)
        #expect(row.reduce(0) { $0 + Int($1.width) } == 24)
    }
}
