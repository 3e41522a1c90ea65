import TestKit
import Testing

@testable import ProviderKit

@Suite struct SpeakableTextTests {
    @Test(arguments: [
        ("**Bold** and *italic* and `code`.", "Bold and italic and code."),
        ("# Heading\n- one\n- two\n* three", "Heading one two three"),
        ("3 * 4 is 12, snake_case stays, _this_ goes", "3 * 4 is 12, snake_case stays, this goes"),
        ("See [the docs](https://a.b/c) now", "See the docs now"),
        ("![a cat](cat.png) sits", "a cat sits"),
        ("Great! 🎉👍🏽 Well done 👨‍👩‍👧", "Great! Well done"),
        ("Call 911 #1 priority", "Call 911 #1 priority"),
        ("```\n---\n", ""), ("🎉", ""), ("...", ""), ("", ""),
        ("> quoted ~~gone~~ text", "quoted gone text"),
        ("今日は。", "今日は。"), ("  a   b \n c ", "a b c"), ("a [b", "a [b"), ("[x](", "[x]("),
    ])
    func plain(_ text: String, _ spoken: String) { #expect(SpeakableText.from(text) == spoken) }

    @Test func nothingHarmsIt() {
        let parts = ["[", "]", "(", ")", "](", "*", "_", "`", "~", "#", ">", "- ", "a", " ", "\n", "🎉", "!", "|", "1"]
        var random = SeededRandom(3)
        for _ in 0..<10_000 {
            let text = (0..<Int.random(in: 0...30, using: &random)).map { _ in parts.randomElement(using: &random) ?? ""
            }
            let spoken = SpeakableText.from(text.joined())
            #expect(!spoken.hasPrefix(" ") && !spoken.hasSuffix(" ") && !spoken.contains("`"))
        }
    }
}
