import Testing

@testable import Telephony

struct AudioSocketParserTests {
    struct Frame: Equatable {
        var kind: AudioSocketKind
        var payload: [UInt8]
    }

    static func wire(_ kind: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
        [kind, UInt8(payload.count >> 8), UInt8(payload.count & 255)] + payload
    }

    /// The frames of `bytes` when they come in pieces of `sizes` (repeated).
    static func parse(_ bytes: [UInt8], pieces sizes: [Int]) -> (frames: [Frame], unknown: Int) {
        var parser = AudioSocketParser()
        var frames: [Frame] = []
        var at = 0
        var turn = 0
        while at < bytes.count {
            let end = min(bytes.count, at + max(1, sizes[turn % sizes.count]))
            parser.feed(bytes.span.extracting(at..<end)) { kind, payload in
                frames.append(Frame(kind: kind, payload: payload.withUnsafeBufferPointer { Array($0) }))
                return true
            }
            at = end
            turn += 1
        }
        return (frames, parser.unknownFrames)
    }

    @Test(arguments: [[1], [2], [3], [7], [322], [323], [324], [65536], [1, 400, 2]])
    func framesSurviveAnyFragmentation(pieces: [Int]) {
        let payloads: [[UInt8]] = (0..<40).map { n in
            (0..<(n % 3 == 0 ? 320 : n)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ n) }
        }
        let identity = Frame(kind: .identity, payload: Array(1...16))
        let expected = [identity] + payloads.map { Frame(kind: .audio8k, payload: $0) }
        let bytes = expected.flatMap { Self.wire($0.kind.rawValue, $0.payload) }
        #expect(Self.parse(bytes, pieces: pieces).frames == expected)
    }

    @Test(arguments: [[1], [65536]])
    func aLongCallIsByteEqual(pieces: [Int]) {
        let payloads = (0..<5000).map { n in (0..<320).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ n &* 7) } }
        let bytes = payloads.flatMap { Self.wire(0x10, $0) }
        #expect(Self.parse(bytes, pieces: pieces).frames.map(\.payload) == payloads)
    }

    @Test(arguments: [[1], [5], [65538], [70000]])
    func oddZeroAndGiantLengths(pieces: [Int]) {
        let lengths = [0, 321, 65_534, 65_535, 1]
        let expected = lengths.map { Frame(kind: .audio16k, payload: [UInt8](repeating: 9, count: $0)) }
        let bytes = expected.flatMap { Self.wire($0.kind.rawValue, $0.payload) }
        #expect(Self.parse(bytes, pieces: pieces).frames == expected)
    }

    @Test(arguments: [[1], [4], [100_000]])
    func unknownKindsAreSkippedByLengthAndCountedOnce(pieces: [Int]) {
        let unknown = (0...255).map { UInt8($0) }.filter { AudioSocketKind(rawValue: $0) == nil }
        #expect(unknown.count == 243)
        var bytes: [UInt8] = []
        for kind in unknown { bytes += Self.wire(kind, [UInt8](repeating: 0x10, count: Int(kind) * 11 % 1000)) }
        bytes += Self.wire(0x03, [0x35]) + Self.wire(0xFF, [2])
        let result = Self.parse(bytes, pieces: pieces)
        #expect(result.unknown == unknown.count)
        #expect(result.frames == [Frame(kind: .digit, payload: [0x35]), Frame(kind: .error, payload: [2])])
    }

    @Test func visitorStopsTheStream() {
        var parser = AudioSocketParser()
        var seen = 0
        let bytes = Self.wire(0x00) + Self.wire(0x10, [1, 2])
        parser.feed(bytes.span) { _, _ in
            seen += 1
            return false
        }
        #expect(seen == 1)
    }

    @Test func pendingHeaderShowsWhatIsKnown() {
        var parser = AudioSocketParser()
        let bytes = Self.wire(0x01, [1, 2, 3])
        #expect(parser.pending == nil)
        parser.feed(bytes.span.extracting(0..<1)) { _, _ in true }
        #expect(parser.pending == AudioSocketParser.Header(kind: 1, length: nil))
        parser.feed(bytes.span.extracting(1..<4)) { _, _ in true }
        #expect(parser.pending == AudioSocketParser.Header(kind: 1, length: 3))
    }

    /// Random streams: whatever they hold, one byte at a time gives the same frames as all at once.
    @Test func fuzzedStreamsParseAlikeHoweverCut() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<100_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let kinds: [UInt8] = [0, 1, 3, 0x10, 0x12, 0x18, 0xFF, UInt8.random(in: 0...255, using: &random)]
                bytes.append(kinds.randomElement(using: &random) ?? 0)
                let isLong = Int.random(in: 0..<20, using: &random) == 0
                bytes.append(isLong ? UInt8.random(in: 0...255, using: &random) : 0)
                let length = UInt8.random(in: 0...12, using: &random)
                bytes.append(length)
                for _ in 0..<length { bytes.append(UInt8.random(in: 0...255, using: &random)) }
            }
            let cuts = [Int.random(in: 1...9, using: &random), Int.random(in: 1...30, using: &random)]
            let whole = Self.parse(bytes, pieces: [65536])
            let cut = Self.parse(bytes, pieces: cuts)
            guard whole.frames == cut.frames, whole.unknown == cut.unknown else {
                Issue.record("streams differ: \(bytes) cut by \(cuts)")
                return
            }
        }
    }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
