import TestKit
import Testing

@testable import Terminal

/// What a terminal makes of curses' bytes: characters with the pen they are written with, and every other sequence as it
/// is. Blanks are compared by what is seen of them.
private struct Written: Equatable {
    var cells: [String] = []

    init(_ bytes: [UInt8]) {
        var pen = Pen()
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x1B else {
                switch bytes[index] {
                case 0x0D: cells.append("CR")
                case 0x20: cells.append(Self.blank(pen))
                default: cells.append("\(bytes[index]) \(pen)")
                }
                index += 1
                continue
            }
            var end = index + 2
            while !(0x40...0x7E).contains(bytes[end]) { end += 1 }
            let text = String(decoding: bytes[(index + 2)..<end], as: UTF8.self)
            if bytes[end] == UInt8(ascii: "m") {
                _ = pen.take(text.split(separator: ";").compactMap { Int($0) })
            } else {
                cells.append("ESC[" + text + String(UnicodeScalar(bytes[end])))
            }
            index = end + 1
        }
    }

    private static func blank(_ pen: Pen) -> String {
        let seen = pen.looks.intersection(.seenOnBlanks)
        return seen.isEmpty ? "blank \(pen.background)" : "blank \(pen)"
    }
}

@Suite struct PenSaverTests {
    private func saved(_ text: String) -> String {
        var saver = PenSaver()
        _ = saver.take("\u{1B}[0mx".utf8)
        return String(decoding: saver.take(text.utf8), as: UTF8.self)
    }

    @Test(arguments: [
        ("\u{1B}[0m\u{1B}[39;49mab", "ab"),
        ("\u{1B}[31m\u{1B}[44ma\u{1B}[32m\u{1B}[44mb", "\u{1B}[31;44ma\u{1B}[32mb"),
        ("\u{1B}[38;2;1;2;3m\u{1B}[48;2;4;5;6ma\u{1B}[39;49m\u{1B}[0m", "\u{1B}[38;2;1;2;3;48;2;4;5;6ma"),
        ("\u{1B}[0;1m\u{1B}[38;5;9ma\u{1B}[0m\u{1B}[38;5;9mb", "\u{1B}[1;38;5;9ma\u{1B}[22mb"),
        ("\u{1B}[31ma\u{1B}[32m \u{1B}[31mb", "\u{1B}[31ma b"),
        ("\u{1B}[4ma\u{1B}[0m b", "\u{1B}[4ma\u{1B}[0m b"),
        ("\u{1B}[31m\u{1B}[5;6Ha", "\u{1B}[5;6H\u{1B}[31ma"),
        ("\u{1B}[44m\u{1B}[K", "\u{1B}[44m\u{1B}[K"),
        ("\u{1B}[1;2ma\u{1B}[0;2mb", "\u{1B}[1;2ma\u{1B}[22;2mb"),
        ("\u{1B}[38:2::1:2:3ma", "\u{1B}[38:2::1:2:3m\u{1B}[0ma"),
        ("\u{1B}[?1049lab", "\u{1B}[?1049l\u{1B}[0mab"),
    ])
    func onlyWhatDiffersGoesOut(_ curses: String, _ sent: String) {
        #expect(saved(curses) == sent)
    }

    @Test func firstCharacterSetsAllAnew() {
        var saver = PenSaver()
        #expect(String(decoding: saver.take("\u{1B}[31ma".utf8), as: UTF8.self) == "\u{1B}[0;31ma")
        #expect(String(decoding: saver.take("b".utf8), as: UTF8.self) == "b")
        saver.forget()
        #expect(String(decoding: saver.take("c".utf8), as: UTF8.self) == "\u{1B}[0;31mc")
    }

    @Test func sequenceInTwoPiecesIsOne() {
        var saver = PenSaver()
        #expect(saver.take("a\u{1B}[3".utf8) == Array("\u{1B}[0ma".utf8))
        #expect(saver.take("1mb".utf8) == Array("\u{1B}[31mb".utf8))
    }

    /// Whatever curses writes, the terminal shows the same, with fewer bytes.
    @Test func terminalShowsTheSame() {
        var random = SeededRandom(seed: 77)
        let pieces = [
            "\u{1B}[0m", "\u{1B}[39;49m", "\u{1B}[0;1m", "\u{1B}[0;1;4m", "\u{1B}[0;9m", "\u{1B}[3m", "\u{1B}[23m",
            "\u{1B}[38;2;9;8;7m", "\u{1B}[38;2;1;1;1m", "\u{1B}[48;2;7;8;9m", "\u{1B}[48;2;1;1;1m", "\u{1B}[38;5;3m",
            "\u{1B}[48;5;250m", "\u{1B}[31m", "\u{1B}[97m", "\u{1B}[107m", "\u{1B}[0;7m", "\u{1B}[2;3H", "\u{1B}[7G",
            "\u{1B}[K", "\u{1B}[?25l", "\r", "a", "b", "é", "  ", " ", "─", "\u{1B}[H\u{1B}[2J",
        ]
        var before = 0
        var after = 0
        for _ in 0..<2_000 {
            let count = Int.random(in: 1...60, using: &random)
            let text = "\u{1B}[0m" + (0..<count).compactMap { _ in pieces.randomElement(using: &random) }.joined()
            var saver = PenSaver()
            let sent = saver.take(text.utf8)
            before += text.utf8.count
            after += sent.count
            #expect(Written(Array(text.utf8)) == Written(sent), "\(text.debugDescription)")
        }
        #expect(after < before * 3 / 4)
    }
}
