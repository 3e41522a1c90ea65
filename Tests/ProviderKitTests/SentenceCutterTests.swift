import TestKit
import Testing

@testable import ProviderKit

@Suite struct SentenceCutterTests {
    private func cut(_ text: String, firstClause: Int = 200, longest: Int = 220) -> [String] {
        var cutter = SentenceCutter(firstClause: firstClause, longest: longest)
        return cutter.add(text) + cutter.finish()
    }

    @Test(arguments: [
        ("Hello there. How are you?", ["Hello there.", " How are you?"]),
        ("Dr. Smith is here. He waits.", ["Dr. Smith is here.", " He waits."]),
        ("It costs 3.50 today. Really.", ["It costs 3.50 today.", " Really."]),
        ("See J. Smith about it. Now please.", ["See J. Smith about it.", " Now please."]),
        ("That is No. 5 of them. Good luck.", ["That is No. 5 of them.", " Good luck."]),
        ("No. I do not think so.", ["No.", " I do not think so."]),
        ("Use tools, e.g. a hammer. Then stop it.", ["Use tools, e.g. a hammer.", " Then stop it."]),
        ("Well... maybe not. Or perhaps yes.", ["Well... maybe not.", " Or perhaps yes."]),
        ("Wait\u{2026} Then go on.", ["Wait\u{2026}", " Then go on."]),
        ("He said \"Stop.\" Then he left us.", ["He said \"Stop.\"", " Then he left us."]),
        ("(All of it.) And the rest too.", ["(All of it.)", " And the rest too."]),
        ("今日は晴れです。明日は雨が降るかもしれませんね。傘を", ["今日は晴れです。", "明日は雨が降るかもしれませんね。", "傘を"]),
        ("她说：「好。」然后就走了，再也没有回来过。完", ["她说：「好。」", "然后就走了，再也没有回来过。", "完"]),
        ("First line\nSecond line here\nThird", ["First line", "\nSecond line here", "\nThird"]),
        ("1. Open the door. 2. Close it again.", ["1. Open the door.", " 2. Close it again."]),
        ("Is it? Yes! It really is so.", ["Is it?", " Yes! It really is so."]),
    ])
    func sentences(_ text: String, _ pieces: [String]) { #expect(cut(text) == pieces) }

    @Test func firstPieceEndsAtAClause() {
        let text = "Well of course I can help, that is what I am here for. Ask me."
        #expect(
            cut(text, firstClause: 20)
                == ["Well of course I can help,", " that is what I am here for.", " Ask me."])
        #expect(cut("Yes, of course I can, gladly.", firstClause: 20).first == "Yes, of course I can,")
        #expect(
            cut("It is 1,000,000 or so of them, I think", firstClause: 10).first == "It is 1,000,000 or so of them,")
    }

    @Test func longPiecesAreCutAtCommasThenSpacesThenAnywhere() {
        let clauses = String(repeating: "a few words here, ", count: 20)
        #expect(cut(clauses, longest: 60).allSatisfy { $0.count <= 64 })
        #expect(cut(clauses, longest: 60)[0].hasSuffix(","))
        #expect(
            cut(String(repeating: "word ", count: 60), longest: 50).dropFirst().allSatisfy { $0.hasPrefix(" word") })
        #expect(cut(String(repeating: "x", count: 500), longest: 50).allSatisfy { $0.count <= 51 })
    }

    @Test func aPieceComesAsSoonAsItsEndIsKnown() {
        var cutter = SentenceCutter()
        #expect(cutter.add("Hello there.") == [])
        #expect(cutter.add(" ") == [])
        #expect(cutter.add("How") == ["Hello there."])
        #expect(cutter.add(" are you? ") == [" How are you?"])
        #expect(cutter.finish() == [" "])
        #expect(cutter.finish() == [])
    }

    @Test func noCharacterIsLostOrDoubled() {
        let alphabet: [String] = [
            "a", "Z", " ", "  ", ".", "!", "?", "...", "\u{2026}", "\n", "\r\n", "\r", ",", ";", ":", "\"", "'", ")",
            "(",
            "*", "_", "1", "3.5", "Dr.", "e.g.", "No.", "。", "、", "「", "」", "你", "é", "\u{301}", "👨‍👩‍👧", "🇩🇪", "\u{200D}",
            "\u{FE0F}", "word ", "Another sentence. ", "\u{0}", "\u{1F3FD}", "http://a.b/c?d=e", "—",
        ]
        var random = SeededRandom(7)
        for _ in 0..<10_000 {
            var cutter = SentenceCutter(
                firstClause: Int.random(in: 1...40, using: &random), longest: Int.random(in: 8...80, using: &random))
            var text = ""
            var pieces: [String] = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                let token = alphabet.randomElement(using: &random) ?? ""
                text += token
                pieces += cutter.add(token)
            }
            pieces += cutter.finish()
            #expect(Array(pieces.joined().utf8) == Array(text.utf8))
            #expect(!pieces.contains(""))
        }
    }
}
