import Core
import Testing

@testable import Devices

@Suite struct LoopbackTestTests {
    private func room(delayMs: Int, gain: Double, noise: Int16 = 0) -> [Int16] {
        var random = SeededRandom(seed: 5)
        let rate = LoopbackTest.rate
        let sweep = LoopbackTest.sweep(rate: rate)
        var heard = [Int16](repeating: 0, count: rate * 3)
        for index in heard.indices where noise > 0 { heard[index] = .random(in: -noise...noise, using: &random) }
        for number in 0..<LoopbackTest.count {
            let start = (number * LoopbackTest.spacingMs + delayMs) * rate / 1000
            for index in sweep.indices where start + index < heard.count {
                heard[start + index] += Int16(Double(sweep[index]) * gain)
            }
        }
        return heard
    }

    @Test(arguments: [5, 84, 300, 590], [0.9, 0.1]) func theRoundTripIsMeasured(delayMs: Int, gain: Double) throws {
        let report = LoopbackTest.judge(room(delayMs: delayMs, gain: gain, noise: 60), offsetMs: 0)
        #expect(report.state == .done)
        #expect(abs(try #require(report.roundTripMs) - Double(delayMs)) < 1)
        #expect(try #require(report.level) < 0 && report.text.contains("3 of 3 sweeps"))
    }

    @Test func theStartOfTheMicrophoneCounts() throws {
        // The microphone ran for 50 ms before the first sweep was rendered.
        let report = LoopbackTest.judge([Int16](repeating: 0, count: 400) + room(delayMs: 84, gain: 0.5), offsetMs: -50)
        #expect(abs(try #require(report.roundTripMs) - 84) < 1)
    }

    @Test func nothingBackIsSaidWithAHint() {
        let dead = LoopbackTest.judge([Int16](repeating: 0, count: 24_000), offsetMs: 0)
        #expect(dead.state == .failed && dead.fix?.contains("the microphone is silent") == true)
        let deaf = LoopbackTest.judge(room(delayMs: 0, gain: 0, noise: 300), offsetMs: 0)
        #expect(deaf.state == .failed && deaf.fix?.contains("headphones") == true)
        #expect(LoopbackTest.judge([], offsetMs: 0).state == .failed)
    }
}
