import TestKit
import Testing

@testable import Terminal

@Suite struct InputParserTests {
    private func parse(_ text: String) -> [InputEvent] { parse(Array(text.utf8)) }

    private func parse(_ bytes: [UInt8]) -> [InputEvent] {
        var parser = InputParser()
        return parser.feed(bytes, now: 0) + parser.expire(now: .max)
    }

    private func names(_ events: [InputEvent]) -> [String] {
        events.map { event in
            guard case .key(let press) = event else { return "\(event)" }
            return press.chord.description + (press.phase == .press ? "" : ":\(press.phase)")
        }
    }

    @Test(arguments: [
        ("q", ["q"]), ("Q", ["Q"]), (" ", ["space"]), ("\r", ["enter"]), ("\t", ["tab"]), ("\u{7F}", ["backspace"]),
        ("\u{01}\u{1A}", ["ctrl-a", "ctrl-z"]), ("\0", ["ctrl-space"]), ("\u{1C}", ["ctrl-\\"]),
        ("é日🙂", ["é", "日", "🙂"]),
        ("\u{1B}", ["escape"]), ("\u{1B}x", ["alt-x"]), ("\u{1B}\u{1B}", ["escape", "escape"]), ("\u{1B}é", ["alt-é"]),
        ("\u{1B}[A\u{1B}OB", ["up", "down"]), ("\u{1B}[1;5C", ["ctrl-right"]), ("\u{1B}[1;2D", ["shift-left"]),
        ("\u{1B}[5~\u{1B}[6~", ["pageup", "pagedown"]), ("\u{1B}[3;5~", ["ctrl-delete"]), ("\u{1B}[Z", ["shift-tab"]),
        ("\u{1B}OP\u{1B}[15~\u{1B}[24;2~", ["f1", "f5", "shift-f12"]), ("\u{1B}[[A", ["f1"]),
        ("\u{1B}[H\u{1B}[F", ["home", "end"]),
        ("\u{1B}[32;1:1u\u{1B}[32;1:2u\u{1B}[32;1:3u", ["space", "space:repeating", "space:release"]),
        ("\u{1B}[97;5u", ["ctrl-a"]), ("\u{1B}[97;2u", ["A"]), ("\u{1B}[49:33;2u", ["!"]), ("\u{1B}[27u", ["escape"]),
        ("\u{1B}[1;1:3A", ["up:release"]), ("\u{1B}[47;2;63u", ["?"]), ("\u{1B}[49;2;33u", ["!"]),
        ("\u{1B}[101;1;233u", ["é"]), ("\u{1B}[99;5;99u", ["ctrl-c"]),
        ("\u{1B}[13u\u{1B}[9;2u", ["enter", "shift-tab"]), ("\u{1B}[27;5;120~", ["ctrl-x"]), ("\u{1B}[", ["alt-["]),
    ])
    func keys(bytes: String, expected: [String]) {
        #expect(names(parse(bytes)) == expected)
    }

    @Test(arguments: [
        "\u{1B}[99;1:9u", "\u{1B}[?997;1n", "\u{1B}[1;2;3q", "\u{1B}]0;qqq\u{07}", "\u{1B}Pqqq\u{1B}\\",
        "\u{1B}_q\u{1B}\\",
        "\u{1B}[57441;1u", "\u{1B}[999~", "\u{1B}[1;2;3;4;5;6;7;8;9m", "\u{1B}[<1;2q", "\u{1B}Oz", "\u{1B}[?1;2;3x",
        "\u{1B}[ q", "\u{1B}[!p", "\u{9B}q",
    ])
    func unknownSequencesAreSwallowedWhole(bytes: String) {
        var parser = InputParser()
        var events = parser.feed(Array(bytes.utf8), now: 0)
        events += parser.expire(now: .max)
        #expect(events.filter { $0 != .key(KeyPress(KeyChord("q"))) }.isEmpty)
        #expect(parser.unknownSequences == 1)
        if bytes != "\u{9B}q" { #expect(events.isEmpty) }
    }

    @Test func mouse() {
        #expect(parse("\u{1B}[<0;11;7M") == [.mouse(MouseEvent(.press, x: 10, y: 6))])
        #expect(parse("\u{1B}[<0;11;7m") == [.mouse(MouseEvent(.release, x: 10, y: 6))])
        #expect(parse("\u{1B}[<64;1;1M") == [.mouse(MouseEvent(.wheelUp, x: 0, y: 0))])
        #expect(parse("\u{1B}[<50;3;4M") == [.mouse(MouseEvent(.drag, button: 2, x: 2, y: 3, modifiers: .ctrl))])
        #expect(parse("\u{1B}[M !!") == [.mouse(MouseEvent(.press, x: 0, y: 0))])
        #expect(parse("\u{1B}[M#!!") == [.mouse(MouseEvent(.release, x: 0, y: 0))])
        #expect(parse([0x1B, 0x5B, 0x4D, 0x20, 0xE0, 0x21]) == [.mouse(MouseEvent(.press, x: 191, y: 0))])
    }

    @Test func pasteIsOneEvent() {
        #expect(
            parse("\u{1B}[200~qmh:quit\n\u{1B}[A\u{1B}[201~x") == [
                .paste("qmh:quit\n\u{1B}[A"), .key(KeyPress(KeyChord("x"))),
            ])
    }

    @Test func hugePasteIsCut() {
        let body = [UInt8](repeating: 0x61, count: InputParser.pasteLimit + 5_000)
        let events = parse(Array("\u{1B}[200~".utf8) + body + Array("\u{1B}[201~".utf8))
        guard case .paste(let text)? = events.first, events.count == 1 else {
            Issue.record("no paste")
            return
        }
        #expect(text.utf8.count == InputParser.pasteLimit)
    }

    @Test func answers() {
        #expect(parse("\u{1B}[?15u") == [.answer(.kittyKeyboard(flags: 15))])
        #expect(parse("\u{1B}[?64;1;2c") == [.answer(.deviceAttributes)])
        #expect(parse("\u{1B}[?2026;2$y") == [.answer(.mode(2026, 2))])
        #expect(parse("\u{1B}]11;rgb:ffff/8080/0000\u{1B}\\") == [.answer(.background(red: 255, green: 128, blue: 0))])
        #expect(parse("\u{1B}]11;rgb:f/0/0\u{07}") == [.answer(.background(red: 255, green: 0, blue: 0))])
        #expect(parse("\u{1B}[I\u{1B}[O") == [.focus(true), .focus(false)])
    }

    @Test func sequencesMayBeCutAnywhere() {
        let text = "a\u{1B}[1;5Cé\u{1B}[<0;11;7M\u{1B}[200~x\u{1B}[201~\u{1B}OP日\u{1B}]11;rgb:0/0/0\u{1B}\\b"
        let whole = parse(text)
        for cut in 0...text.utf8.count {
            var parser = InputParser()
            let bytes = Array(text.utf8)
            let events = parser.feed(bytes[..<cut], now: 0) + parser.feed(bytes[cut...], now: 1)
            #expect(events == whole, "cut at \(cut)")
        }
    }

    @Test func escapeWaitsForItsDelay() {
        var parser = InputParser(escapeDelay: 25)
        #expect(parser.feed([0x1B], now: 100).isEmpty)
        #expect(parser.deadline == 125)
        #expect(parser.expire(now: 124).isEmpty)
        #expect(names(parser.expire(now: 125)) == ["escape"])
        #expect(parser.deadline == nil)
        #expect(names(parser.feed([0x41], now: 200)) == ["A"])
    }

    @Test func invalidUTF8IsOneReplacementAndLosesNothing() {
        #expect(names(parse([0xC3, 0x41])) == ["\u{FFFD}", "A"])
        #expect(names(parse([0xFF, 0x42])) == ["\u{FFFD}", "B"])
        #expect(names(parse([0xE2, 0x82, 0x1B, 0x5B, 0x41])) == ["\u{FFFD}", "up"])
    }

    @Test func randomBytesNeverBreakIt() {
        var random = SeededRandom(seed: 11)
        let starts: [[UInt8]] = [[0x1B, 0x5B], [0x1B, 0x4F], [0x1B, 0x5D], [0x1B], [], [0x1B, 0x5B, 0x3C]]
        for _ in 0..<20_000 {
            var parser = InputParser()
            var bytes = starts[Int.random(in: 0..<starts.count, using: &random)]
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                bytes.append(
                    Bool.random(using: &random)
                        ? UInt8.random(in: 0...255, using: &random)
                        : UInt8.random(in: 0x30...0x3F, using: &random))
            }
            var events = parser.feed(bytes, now: 0)
            events += parser.expire(now: .max)
            #expect(events.count <= bytes.count + 1)
            let after = parser.feed(Array("\u{18}\u{1B}[201~\u{1B}\\  z".utf8), now: 1)
            #expect(after.last == .key(KeyPress(KeyChord("z"))), "stuck after \(bytes)")
        }
    }
}
