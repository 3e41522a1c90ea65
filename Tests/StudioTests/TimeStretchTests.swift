import Core
import Testing

@testable import Studio

@Suite struct TimeStretchTests {
    private static let rate = 16_000

    private func tone(_ hertz: Double, seconds: Double) -> [Int16] {
        (0..<Int(seconds * Double(Self.rate))).map { index in
            let phase = (Double(index) * hertz / Double(Self.rate)).truncatingRemainder(dividingBy: 1)
            // A triangle: its period is as sharp as a sine's, and needs no library.
            return Int16((phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase) * 8000)
        }
    }

    private func stretched(_ samples: [Int16], speed: Double, step: Int) -> [Int16] {
        let stretch = TimeStretch(sampleRate: Self.rate, speed: speed)
        var out: [Int16] = []
        let take = { (piece: Span<Int16>) in for i in 0..<piece.count { out.append(piece[i]) } }
        for start in stride(from: 0, to: samples.count, by: step) {
            stretch.process(Array(samples[start..<min(samples.count, start + step)]).span, take)
        }
        stretch.flush(take)
        return out
    }

    /// Rising passages through zero a second, over the middle of the samples.
    private func frequency(_ samples: [Int16]) -> Double {
        let middle = samples[samples.count / 8..<samples.count * 7 / 8]
        let rises = zip(middle.indices, middle.indices.dropFirst()).filter { samples[$0] < 0 && samples[$1] >= 0 }
        guard let first = rises.first, let last = rises.last, rises.count > 1 else { return 0 }
        return Double(rises.count - 1) * Double(Self.rate) / Double(last.1 - first.1)
    }

    /// At the ends nearly every period is joined to another, each a whole number of samples: 36 of 36.36.
    @Test(arguments: [(0.25, 1.1), (0.5, 1), (0.75, 1), (1.25, 1), (1.5, 1), (2, 1), (3, 1), (4, 1.1)])
    func aToneKeepsItsPitchAndItsLengthScales(_ speed: Double, _ percent: Double) {
        let tolerance = percent > 1 ? 6.0 : 5
        let samples = tone(440, seconds: 8)
        let out = stretched(samples, speed: speed, step: 320)
        #expect(abs(frequency(out) - 440) <= tolerance, "\(frequency(out)) Hz at x\(speed)")
        let wanted = Double(samples.count) / speed
        #expect(
            abs(Double(out.count) - wanted) <= wanted * percent / 100, "\(out.count) of \(wanted) samples at x\(speed)")
    }

    @Test(arguments: [0.5, 2]) func piecesOfAnySizeMakeTheSame(_ speed: Double) {
        let samples = tone(220, seconds: 1)
        #expect(stretched(samples, speed: speed, step: 320) == stretched(samples, speed: speed, step: 10_000))
    }

    @Test func resetForgets() {
        let stretch = TimeStretch(sampleRate: Self.rate, speed: 2)
        stretch.process(tone(440, seconds: 0.02).span) { _ in }
        stretch.reset()
        var rest = 0
        stretch.flush { rest += $0.count }
        #expect(rest == 0)
    }
}
