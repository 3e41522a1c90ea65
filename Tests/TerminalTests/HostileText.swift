import TestKit

/// Text that attacks terminals: known escape sequences, their C1 forms, invisible and reordering characters, each cut
/// and framed in several ways, and random mixes of them.
enum HostileText {
    private static let sequences: [String] = [
        "\u{1B}[2J", "\u{1B}[H", "\u{1B}[31m", "\u{1B}[?1049l", "\u{1B}[?1003h", "\u{1B}[?25l", "\u{1B}c", "\u{1B}7",
        "\u{1B}[6n", "\u{1B}[21t", "\u{1B}[>c", "\u{1B}[5i", "\u{1B}#8", "\u{1B}(0", "\u{1B}]0;owned\u{07}",
        "\u{1B}]2;owned\u{1B}\\", "\u{1B}]52;c;ZXZpbA==\u{07}", "\u{1B}]8;;http://evil\u{07}x\u{1B}]8;;\u{07}",
        "\u{1B}]4;0;rgb:ff/ff/ff\u{07}", "\u{1B}]10;?\u{07}", "\u{1B}]11;?\u{07}", "\u{1B}]50;#0\u{07}",
        "\u{1B}]104\u{07}", "\u{1B}]777;notify;a;b\u{07}", "\u{1B}]1337;File=:AA\u{07}", "\u{1B}P$qm\u{1B}\\",
        "\u{1B}P+q544e\u{1B}\\", "\u{1B}_Gf=24;AAAA\u{1B}\\", "\u{1B}^pm\u{1B}\\", "\u{1B}Xsos\u{1B}\\", "\u{9B}2J",
        "\u{9B}31m", "\u{9D}0;t\u{9C}", "\u{90}q\u{9C}", "\u{9F}x\u{9C}", "\u{98}x\u{9C}", "\u{85}", "\u{84}", "\u{8D}",
        "\u{07}", "\u{08}\u{08}", "\r", "\n", "\u{0B}", "\u{0C}", "\u{0E}", "\u{0F}", "\u{18}", "\u{1A}", "\u{7F}",
        "\0",
        "\u{202E}", "\u{202A}", "\u{2066}", "\u{2069}", "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{E0041}\u{E007F}",
        "\u{FE0F}", "\u{E0100}", "\u{61C}", "\u{200E}", "\u{2028}", "\u{2029}", "\u{3164}", "\u{FFFC}", "\u{FFF9}",
        "Z" + String(repeating: "\u{0335}", count: 200), "\u{0600}", "\u{10FFFF}", "\u{F8FF}",
        "👨\u{200D}👩\u{200D}👧", "\u{1F1FA}\u{1F1F8}", "한", "\u{1112}\u{1161}\u{11AB}", "क्षि", "ﷺ",
    ]

    private static let raw: [[UInt8]] = [
        [0x9B, 0x32, 0x4A], [0x9D, 0x30, 0x3B], [0x90], [0xC2], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC0, 0x9B],
        [0xE0, 0x80, 0x9B], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF, 0xFE], [0x80], [0xC1, 0xBF],
    ]

    /// Every sequence alone, inside text, doubled, cut at its end, and followed by a mark.
    static var all: [[UInt8]] {
        let base = sequences.map { Array($0.utf8) } + raw
        return base.flatMap { one -> [[UInt8]] in
            [
                one, Array("before ".utf8) + one + Array(" after".utf8), one + one, Array(one.dropLast()),
                one + Array("\u{301}".utf8), [0x1B] + one, Array(one.dropFirst()) + one,
            ]
        }
    }

    static func random(_ random: inout SeededRandom) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            switch Int.random(in: 0...3, using: &random) {
            case 0: bytes.append(UInt8.random(in: 0...255, using: &random))
            case 1: bytes += Array(sequences[Int.random(in: 0..<sequences.count, using: &random)].utf8)
            case 2: bytes += raw[Int.random(in: 0..<raw.count, using: &random)]
            default:
                if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) {
                    bytes += Array(String(scalar).utf8)
                }
            }
        }
        return bytes
    }

    /// Nothing that moves the cursor, reorders, hides or takes no visible place on its own.
    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isVariationSelector && !(0xE0000...0xE0FFF).contains(scalar.value)
        }
    }
}
