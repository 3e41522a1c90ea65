import AudioKit
import Glibc
import Testing

@Suite struct SpectrumAnalyzerTests {
    private func feed(_ analyzer: inout SpectrumAnalyzer, _ samples: [Int16], frame: Int = 480) -> Int {
        var changes = 0
        for start in stride(from: 0, to: samples.count, by: frame) {
            let part = samples.span.extracting(start..<min(start + frame, samples.count))
            if analyzer.update(part) { changes += 1 }
        }
        return changes
    }

    @Test(arguments: [(8000, 440.0), (16000, 1000.0), (24000, 3000.0), (48000, 9000.0)])
    func aToneIsInItsBandAtItsLevel(rate: Int, frequency: Double) {
        var analyzer = SpectrumAnalyzer(sampleRate: rate, bandCount: 28)
        var tone = ToneGenerator(frequency: frequency, sampleRate: rate, level: -12)
        _ = feed(&analyzer, tone.samples(rate / 2))
        let loudest = analyzer.bands.indices.max { analyzer.bands[$0] < analyzer.bands[$1] } ?? 0
        let top = Double(rate) / 2 * 0.96
        let low = 20 * pow(top / 20, Double(loudest) / 28)
        let high = 20 * pow(top / 20, Double(loudest + 1) / 28)
        #expect(low * 0.95 <= frequency && frequency <= high * 1.05)
        #expect(abs(analyzer.bands[loudest] + 12) < 2)
        #expect(analyzer.bands.filter { $0 > -40 }.count <= 4, "one tone, few bands")
    }

    @Test func silenceFallsAsleepAndCostsNothing() {
        var analyzer = SpectrumAnalyzer(sampleRate: 24000, bandCount: 14)
        #expect(analyzer.isAsleep)
        #expect(feed(&analyzer, [Int16](repeating: 0, count: 24000)) == 0)
        var tone = ToneGenerator(frequency: 1000, sampleRate: 24000, level: -6)
        #expect(feed(&analyzer, tone.samples(2400)) > 0 && !analyzer.isAsleep)
        #expect(feed(&analyzer, [Int16](repeating: 0, count: 48000)) > 3, "it falls, it does not drop")
        #expect(analyzer.isAsleep && analyzer.bands.allSatisfy { $0 == SpectrumAnalyzer.floor })
        #expect(feed(&analyzer, [Int16](repeating: 0, count: 24000)) == 0)
    }

    @Test func aTransformKeepsTheEnergy() {
        let fourier = FourierTransform(count: 64)
        var noise = NoiseGenerator(seed: 7, level: -6)
        var real = noise.samples(64).map { Float($0) / 32768 }
        var imaginary = [Float](repeating: 0, count: 64)
        let before = real.reduce(0) { $0 + $1 * $1 }
        fourier.transform(&real, &imaginary)
        let after = zip(real, imaginary).reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 } / 64
        #expect(abs(before - after) < 0.01 * before)
    }
}
