import Glibc
import Testing

@testable import Studio

@Suite struct LoudnessTests {
    private func sine(_ hertz: Double, _ amplitude: Double, rate: Int, seconds: Double) -> [Int16] {
        (0..<Int(seconds * Double(rate))).map { Int16(amplitude * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
    }

    /// The standard's own mark: 997 Hz at full scale in one channel is -3.01 LUFS.
    @Test(arguments: [48_000, 24_000, 16_000])
    func aToneHasTheLoudnessOfTheStandard(rate: Int) throws {
        let loudness = try #require(Loudness.integrated(sine(997, 32767, rate: rate, seconds: 3), rate: rate))
        #expect(abs(loudness - -3.01) < 0.15, "\(loudness)")
    }

    @Test func quietAndLoudComeToTheSame() throws {
        for amplitude in [400.0, 3000, 20_000] {
            let matched = Loudness.matched(sine(440, amplitude, rate: 16_000, seconds: 2), rate: 16_000)
            let loudness = try #require(Loudness.integrated(matched, rate: 16_000))
            #expect(abs(loudness - Loudness.target) < 0.1, "\(amplitude): \(loudness)")
        }
    }

    @Test func silenceAndCrumbsStayAsTheyAre() {
        #expect(Loudness.integrated([Int16](repeating: 0, count: 16_000), rate: 16_000) == nil)
        #expect(Loudness.matched([1, 2, 3], rate: 16_000) == [1, 2, 3])
    }

    @Test func pausesDoNotCount() throws {
        let tone = sine(440, 6000, rate: 16_000, seconds: 2)
        let withPause = tone + [Int16](repeating: 0, count: 64_000) + tone
        let one = try #require(Loudness.integrated(tone, rate: 16_000))
        let two = try #require(Loudness.integrated(withPause, rate: 16_000))
        #expect(abs(one - two) < 0.7)
    }
}
