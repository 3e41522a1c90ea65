import AudioKit
import Core
import Testing

@testable import Conversations

@Suite struct NoiseCalibrationTests {
    private func outcome(_ samples: (Int) -> [Int16]) -> NoiseCalibration.Outcome? {
        guard var measure = NoiseCalibration(rate: 16_000) else { return nil }
        for frame in 0..<100 {
            let found = measure.take(samples(frame).span)
            guard frame < 99 else { return found }
            #expect(found == nil, "it listens for two seconds")
        }
        return nil
    }

    @Test func aRoomHasAFloor() throws {
        var hiss = NoiseGenerator(seed: 3, level: -50)
        guard case .floor(let level)? = outcome({ _ in hiss.samples(320) }) else {
            return #expect(Bool(false), "no floor")
        }
        #expect(level < -50 && level > -65)
        let report = Engine.report(.floor(level), level + 8)
        #expect(report.state == .done && report.threshold == Double(level + 8))
    }

    @Test func whatIsNoBackgroundIsRefusedWithAFix() {
        #expect(outcome { _ in [Int16](repeating: 0, count: 320) } == .digitalSilence)
        var hiss = NoiseGenerator(seed: 3, level: -60)
        var voice = ToneGenerator(frequency: 700, sampleRate: 16_000, level: -12)
        guard case .notQuiet? = outcome({ $0 % 3 == 0 ? voice.samples(320) : hiss.samples(320) }) else {
            return #expect(Bool(false), "speech passed for silence")
        }
        guard case .tooLoud? = outcome({ _ in voice.samples(320) }) else {
            return #expect(Bool(false), "a tone passed for a background")
        }
        for outcome in [NoiseCalibration.Outcome.digitalSilence, .notQuiet(30), .tooLoud(-15)] {
            let report = Engine.report(outcome, nil)
            #expect(report.state == .failed && report.fix != nil)
        }
    }

    @Test func theDetectorTakesItOver() throws {
        let detector = try VoiceActivityDetector(sampleRate: 16_000)
        #expect(detector.calibrate(background: -62) == -54)
        #expect(detector.result.noiseFloor == -62 && detector.configuration.minimumLevel == -54)
        #expect(detector.calibrate(background: 12) == -12, "nonsense is cut to what makes sense")
    }
}
