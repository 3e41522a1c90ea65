import TestKit
import Testing

@testable import Terminal

/// What terminals and hostile hosts may send as input: bounded, never stuck, and nothing unknown becomes a key.
@Suite struct InputFuzzTests {
    private static let delay: UInt64 = 25

    private static let known: [[UInt8]] = [
        "q", "é日🙂", "\u{1B}", "\u{1B}x", "\u{1B}[A", "\u{1B}OB", "\u{1B}[1;5C", "\u{1B}[5~", "\u{1B}[3;5~", "\u{1B}[Z",
        "\u{1B}[24;2~", "\u{1B}[[A", "\u{1B}[32;1:3u", "\u{1B}[49:33;2u", "\u{1B}[47;2;63u", "\u{1B}[27;5;120~",
        "\u{1B}[<0;11;7M", "\u{1B}[<64;1;1M", "\u{1B}[M !!", "\u{1B}[200~:quit\n\u{1B}[A\u{1B}[201~", "\u{1B}[?15u",
        "\u{1B}[?64;1;2c", "\u{1B}[?2026;2$y", "\u{1B}]11;rgb:ffff/8080/0000\u{1B}\\", "\u{1B}[I\u{1B}[O",
        "\u{1B}]52;c;cXFx\u{07}", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}[8;50;200t", "\u{1B}[12;40R",
    ].map { Array($0.utf8) }

    /// Feeds bytes in random pieces with random pauses; checks after each what is held.
    private func feed(
        _ bytes: [UInt8], _ parser: inout InputParser, _ random: inout SeededRandom, pauses: ClosedRange<UInt64>
    ) -> [InputEvent] {
        var events: [InputEvent] = []
        var now: UInt64 = 1000
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...max(1, bytes.count), using: &random))
            rest = rest.dropFirst(piece.count)
            events += parser.feed(piece, now: now)
            #expect(parser.buffer.count <= InputParser.pasteLimit + 64)
            now += UInt64.random(in: pauses, using: &random)
            events += parser.expire(now: now)
        }
        return events
    }

    @Test func brokenAndRandomInputIsBoundedAndEnds() {
        var random = SeededRandom(seed: 4501)
        var mutator = MessageMutator(seeds: Self.known, seed: 4502)
        for round in 0..<10_000 {
            var parser = InputParser(escapeDelay: Self.delay)
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes +=
                    round % 3 == 0
                    ? (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
                    }
                    : mutator.next()
            }
            let events = feed(bytes, &parser, &random, pauses: 0...(2 * Self.delay))
            #expect(events.count <= bytes.count + 1, "\(bytes)")
            _ = parser.feed(Array("\u{18}\u{1B}[201~\u{1B}\\  ".utf8), now: 1_000_000)
            #expect(parser.feed([0x7A], now: 1_000_001) == [.key(KeyPress(KeyChord("z")))], "stuck after \(bytes)")
        }
    }

    @Test func unknownSequencesAreNoKeys() {
        var random = SeededRandom(seed: 4503)
        for _ in 0..<10_000 {
            var parser = InputParser(escapeDelay: Self.delay)
            let bytes = unknown(&random)
            // Two bytes make an introducer; what follows may be cut anywhere and come late.
            let events =
                parser.feed(bytes.prefix(3), now: 0)
                + feed(Array(bytes.dropFirst(3)), &parser, &random, pauses: 0...(Self.delay * InputParser.patience - 1))
            #expect(events.isEmpty, "\(bytes) \(events)")
            #expect(parser.unknownSequences == 1, "\(bytes)")
            #expect(parser.feed([0x7A], now: 1_000_000) == [.key(KeyPress(KeyChord("z")))], "after \(bytes)")
        }
    }

    @Test func endlessSequencesHoldLittle() {
        for start in ["\u{1B}[1", "\u{1B}O1", "\u{1B}]0;", "\u{1B}P", "\u{1B}_"] {
            var parser = InputParser(escapeDelay: Self.delay)
            #expect(parser.feed(Array(start.utf8), now: 0).isEmpty)
            for _ in 0..<1000 {
                let events = parser.feed([UInt8](repeating: 0x31, count: 1000), now: 0)
                #expect(start == "\u{1B}O1" || events.isEmpty)
                #expect(parser.buffer.count <= InputParser.sequenceLimit)
            }
        }
    }

    /// A well-formed sequence that means nothing here.
    private func unknown(_ random: inout SeededRandom) -> [UInt8] {
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            [0x1B, 0x5B] + parameters(&random) + [pick("EGIJKLMNOTUVWXY\\]^_`abcdefghijklmnopqrstvwxyz{|}", &random)]
        case 1:  // private: `<` is the mouse, `?` answers
            [0x1B, 0x5B, pick(">=", &random)] + parameters(&random) + [UInt8.random(in: 0x40...0x7E, using: &random)]
        case 2:  // intermediate bytes
            [0x1B, 0x5B] + parameters(&random) + [pick(" !\"#$%&'()*+,-./", &random)]
                + [UInt8.random(in: 0x40...0x7E, using: &random)]
        case 3:
            [0x1B, 0x5B]
                + Array("\(pick([10, 16, 22, 25, 26, 29, 31, 34, 201, 202, 999], &random));\(3)~".utf8)
        case 4:
            [0x1B, 0x4F] + [pick("12345678", &random)] + [pick("EGIJKLNTUVWXYZabcdefghijklmnopqrstuvwxyz", &random)]
        default: string(&random)
        }
    }

    private func parameters(_ random: inout SeededRandom) -> [UInt8] {
        [UInt8.random(in: 0x30...0x39, using: &random)]
            + (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0x30...0x3B, using: &random) }
    }

    /// OSC, DCS, APC, PM or SOS with letters that would act.
    private func string(_ random: inout SeededRandom) -> [UInt8] {
        let body = (0..<Int.random(in: 1...600, using: &random)).map { _ in
            UInt8.random(in: 0x20...0xFF, using: &random)
        }
        return [0x1B, pick("]P_^X", &random)] + [0x71] + body + (Bool.random(using: &random) ? [0x07] : [0x1B, 0x5C])
    }

    private func pick(_ text: String, _ random: inout SeededRandom) -> UInt8 { pick(Array(text.utf8), &random) }

    private func pick<T>(_ values: [T], _ random: inout SeededRandom) -> T {
        values[Int.random(in: 0..<values.count, using: &random)]
    }
}
