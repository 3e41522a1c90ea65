import AudioKit
import Testing

@Suite struct OggOpusTests {
    private final class Bytes { var all: [UInt8] = [] }

    private func encode(_ clip: AudioClip, chunk: Int = 320) throws -> [UInt8] {
        let bytes = Bytes()
        let writer = try OggOpusWriter(sampleRate: clip.sampleRate, channels: clip.channels) {
            bytes.all += $0
            return true
        }
        for start in stride(from: 0, to: clip.samples.count, by: chunk) {
            try writer.append(clip.samples.span.extracting(start..<min(start + chunk, clip.samples.count)))
        }
        try writer.finish()
        try writer.finish()
        return bytes.all
    }

    @Test(arguments: [(8000, 1), (16000, 2), (24000, 1), (48000, 2)])
    func aToneSurvives(kind: (rate: Int, channels: Int)) throws {
        var tone = ToneGenerator(frequency: 500, sampleRate: kind.rate)
        let mono = tone.samples(kind.rate * 2)
        let samples = kind.channels == 1 ? mono : mono.flatMap { [$0, Int16(0)] }
        let bytes = try encode(AudioClip(sampleRate: kind.rate, channels: kind.channels, samples: samples))
        #expect(bytes.count < mono.count)
        let clip = try OggOpusReader.read(bytes.span)
        #expect(clip.sampleRate == 48000 && clip.channels == kind.channels)
        #expect(abs(clip.frames - 96000) <= 48)
        let left = clip.channel(0)
        let level = Goertzel.level(of: 500, in: left.span.extracting(24000..<72000), sampleRate: 48000)
        #expect(abs(level + 6) < 1)
    }

    @Test func aFileCutOffGivesItsBeginning() throws {
        var tone = ToneGenerator(frequency: 500, sampleRate: 16000)
        let bytes = try encode(AudioClip(sampleRate: 16000, samples: tone.samples(16000 * 4)))
        let half = Array(bytes.prefix(bytes.count / 2))
        let clip = try OggOpusReader.read(half.span)
        #expect(clip.frames > 24000 && clip.frames < 48000 * 3)
    }

    @Test func aFailingSinkEndsEncoding() throws {
        let writer = try OggOpusWriter(sampleRate: 16000) { _ in false }
        let second = [Int16](repeating: 100, count: 16000)
        #expect(throws: AudioKitError.self) {
            for _ in 0..<5 { try writer.append(second.span) }
            try writer.finish()
        }
    }

    @Test func refusesWhatItCannotTake() {
        #expect(throws: AudioKitError.self) { try OggOpusWriter(sampleRate: 4000) { _ in true } }
        #expect(throws: AudioKitError.self) { try OggOpusWriter(sampleRate: 8000, channels: 3) { _ in true } }
        #expect(throws: AudioKitError.self) { try OggOpusReader.read([UInt8]().span) }
    }

    @Test func survivesDamagedFiles() throws {
        var tone = ToneGenerator(frequency: 500, sampleRate: 16000)
        let good = try encode(AudioClip(sampleRate: 16000, samples: tone.samples(1600)))
        var random = SeededGenerator(state: 8)
        for _ in 0..<10_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let clip = try? OggOpusReader.read(bytes.span)
            #expect((clip?.frames ?? 0) <= 48000 * 60)
        }
    }
}
