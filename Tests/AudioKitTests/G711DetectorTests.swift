import AudioKit
import Testing

@Suite struct G711DetectorTests {
    private func verdict(_ frames: [[UInt8]]) -> G711Detector.Verdict {
        var detector = G711Detector()
        for frame in frames { detector.inspect(frame.span) }
        return detector.verdict
    }

    /// Something like a voice: a few harmonics that come and go, over faint noise.
    private func voice(frames: Int, gap: Bool = false) -> [[Int16]] {
        var low = ToneGenerator(frequency: 180, sampleRate: 8000, level: -12)
        var high = ToneGenerator(frequency: 720, sampleRate: 8000, level: -20)
        var noise = NoiseGenerator(seed: 7, level: -66)
        return (0..<frames).map { index in
            let on: Int16 = index % 5 < 2 || gap ? 0 : 1
            let parts = (low.samples(160), high.samples(160), noise.samples(160))
            return (0..<160).map { (parts.0[$0] + parts.1[$0]) * on + parts.2[$0] }
        }
    }

    private func linear(_ frames: [[Int16]]) -> [[UInt8]] {
        frames.map { $0.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] } }
    }

    @Test(arguments: [false, true]) func tellsSpeechAndQuietLines(gap: Bool) {
        let frames = voice(frames: 25, gap: gap)
        let ulaw = verdict(frames.map { $0.map { G711.ulaw.encode($0) } })
        #expect(ulaw.encoding == .ulaw && ulaw.confidence > 0.8, "\(ulaw)")
        let alaw = verdict(frames.map { $0.map { G711.alaw.encode($0) } })
        #expect(alaw.encoding == .alaw && alaw.confidence > 0.8, "\(alaw)")
        let plain = verdict(linear(frames))
        #expect(plain.encoding == .linear && plain.confidence > 0.8, "\(plain)")
    }

    @Test func tenMillisecondLinearFramesAreNotTakenForG711() {
        let halves = linear(voice(frames: 25)).flatMap { [Array($0[0..<160]), Array($0[160..<320])] }
        #expect(verdict(halves).encoding == .linear)
    }

    @Test func digitalSilence() {
        #expect(verdict(.init(repeating: .init(repeating: 0xFF, count: 160), count: 20)).encoding == .ulaw)
        #expect(verdict(.init(repeating: .init(repeating: 0xD5, count: 160), count: 20)).encoding == .alaw)
        #expect(verdict(.init(repeating: .init(repeating: 0, count: 160), count: 20)).encoding == .linear)
    }

    @Test func saysNothingEarlyOrOnNoise() {
        #expect(verdict([]).confidence == 0)
        #expect(verdict([[], []]).confidence == 0)
        #expect(verdict([.init(repeating: 0xFF, count: 160)]).confidence < 0.3)
        var noise = NoiseGenerator(seed: 3, level: 0)
        let random = (0..<50).map { _ in noise.samples(320).map { UInt8(truncatingIfNeeded: $0) } }
        #expect(verdict(random).encoding == .linear)
    }
}
