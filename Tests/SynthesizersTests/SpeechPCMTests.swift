import AudioKit
import TestKit
import Testing

@testable import Synthesizers

@Suite struct SpeechPCMTests {
    private static let samples = (0..<400).map { Int16($0 * 73 % 20_000 - 10_000) }
    private static let raw = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }

    private func decode(
        _ bytes: [UInt8], cut: Int, _ encoding: SpeechPCM.Encoding = .pcm16, rate: Int = 24_000, to output: Int = 24_000
    ) throws -> [Int16] {
        var audio = SpeechPCM(encoding, rate: rate, outputRate: output)
        var pcm: [Int16] = []
        var at = 0
        while at < bytes.count {
            let end = min(bytes.count, at + cut)
            try audio.append(bytes[at..<end].span, to: &pcm)
            at = end
        }
        try audio.end(to: &pcm)
        return pcm
    }

    @Test(arguments: [1, 2, 3, 5, 7, 64, 799, 800])
    func bytesMayBeCutAnywhere(_ cut: Int) throws {
        #expect(try decode(Self.raw, cut: cut) == Self.samples)
    }

    @Test(arguments: 1...90)
    func aWAVHeadIsTakenOffWhereverItIsCut(_ cut: Int) throws {
        for dataBytes in [0, 800, Int(UInt32.max)] {
            var head = WAVHeader(sampleRate: 24_000, channels: 1, dataBytes: min(dataBytes, 800)).bytes
            if dataBytes > 800 { head.replaceSubrange(76..<80, with: [0xFF, 0xFF, 0xFF, 0xFF]) }
            #expect(try decode(head + Self.raw, cut: cut) == Self.samples, "data size \(dataBytes)")
        }
    }

    @Test func whatFollowsTheDataOfAWAVIsNoAudio() throws {
        let head = WAVHeader(sampleRate: 24_000, channels: 1, dataBytes: 800).bytes
        #expect(try decode(head + Self.raw + Array("LIST\u{4}\0\0\0abcd".utf8), cut: 33) == Self.samples)
    }

    @Test func aWAVHeadOverrulesTheFormat() throws {
        let head = WAVHeader(sampleRate: 24_000, channels: 2, dataBytes: 1600).bytes
        let stereo = Self.samples.flatMap { [$0, $0] }
            .flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        #expect(try decode(head + stereo, cut: 13) == Self.samples)
    }

    @Test func anotherRateIsConverted() throws {
        let head = WAVHeader(sampleRate: 16_000, channels: 1, dataBytes: 800).bytes
        let made = try decode(head + Self.raw, cut: 101)
        #expect(abs(made.count - 600) <= 2)
    }

    @Test func companded() throws {
        let bytes = Self.samples.map { G711.ulaw.encode($0) }
        #expect(try decode(bytes, cut: 7, .mulaw) == bytes.map { G711.ulaw.decode($0) })
        #expect(try decode(bytes, cut: 7, .alaw) == bytes.map { G711.alaw.decode($0) })
    }

    @Test func shortAudioIsNotLost() throws {
        #expect(try decode([1, 0], cut: 2) == [1])
        #expect(try decode([1, 0, 5], cut: 2) == [1])
        #expect(try decode([], cut: 2).isEmpty)
    }

    @Test(arguments: ["ID3\u{4}\0\0", "OggS....", "fLaC....", "RIFF....WAVEdata....", "RIFF....AVI LIST"])
    func whatIsNoPCMIsRefused(_ text: String) {
        #expect(throws: SpeechFault.self) { try decode(Array(text.utf8), cut: 3) }
    }

    @Test func nonsenseHarmsNothing() {
        let head = WAVHeader(sampleRate: 16_000, channels: 1, dataBytes: 800).bytes
        var mutator = MessageMutator(seeds: [head + Self.raw, Self.raw, Array("RIFF".utf8)], seed: 11)
        var random = SeededRandom(12)
        for _ in 0..<10_000 {
            _ = try? decode(mutator.next(), cut: Int.random(in: 1...900, using: &random))
        }
    }
}
