import AudioKit
import Testing

@Suite struct EchoLikenessTests {
    private let rate = 16000

    /// Noise in syllables, like speech in its ups and downs.
    private func voice(_ seed: UInt64, seconds: Double) -> [Int16] {
        var noise = NoiseGenerator(seed: seed, level: -12)
        return noise.samples(Int(Double(rate) * seconds)).enumerated().map { index, sample in
            let phase = (index / (rate / 8) + Int(seed)) % 3
            return phase == 0 ? sample / 8 : sample
        }
    }

    private func find(far: [Int16], near: [Int16]) -> EchoLikeness.Finding? {
        var likeness = EchoLikeness(sampleRate: rate)
        for start in stride(from: 0, to: far.count, by: 320) {
            likeness.played(far.span.extracting(start..<min(start + 320, far.count)))
            likeness.heard(near.span.extracting(start..<min(start + 320, near.count)))
        }
        return likeness.find()
    }

    @Test(arguments: [0, 40, 85, 240, 480]) func anEchoIsFoundWithItsDelay(delayMs: Int) throws {
        let far = voice(3, seconds: 2)
        let delay = delayMs * rate / 1000
        let near = [Int16](repeating: 0, count: delay) + far.dropLast(delay).map { $0 / 6 }
        let found = try #require(find(far: far, near: near))
        #expect(found.likeness > 0.9 && abs(found.delayMs - Double(delayMs)) < 2)
    }

    @Test func anEchoUnderNoiseIsStillSuspected() throws {
        let far = voice(3, seconds: 2)
        var hiss = NoiseGenerator(seed: 99, level: -32)
        let near = zip([Int16](repeating: 0, count: 1280) + far.dropLast(1280).map { $0 / 4 }, hiss.samples(far.count))
            .map { Int16(clamping: Int($0) + Int($1)) }
        let found = try #require(find(far: far, near: near))
        #expect(found.likeness >= EchoLikeness.suspicion)
    }

    @Test(arguments: 1...8) func anotherVoiceIsNone(seed: UInt64) throws {
        let found = try #require(find(far: voice(3, seconds: 2), near: voice(100 + seed, seconds: 2)))
        #expect(found.likeness < 0.45)
    }

    @Test func silenceOfEitherSideTellsNothing() {
        let quiet = [Int16](repeating: 0, count: rate)
        #expect(find(far: quiet, near: voice(1, seconds: 1)) == nil)
        #expect(find(far: voice(1, seconds: 1), near: quiet) == nil)
    }
}
