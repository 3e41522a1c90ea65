import Core
import ProviderKit
import Testing

@testable import Conversations

@Suite struct AudioAlignmentTests {
    private func at(_ ms: Int) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(ms) * 1_000_000) }

    /// Frames of 20 ms arriving for so long, each with so many samples.
    private func arrive(
        _ alignment: inout AudioAlignment, from start: Int = 0, seconds: Int, samples: Int
    ) -> [AudioAlignment.Verdict] {
        var verdicts: [AudioAlignment.Verdict] = []
        for frame in 0..<seconds * 50 {
            if let verdict = alignment.callerArrived(samples, at(start + frame * 20)) { verdicts.append(verdict) }
        }
        return verdicts
    }

    @Test func theRightRateIsMeasuredAndSaysNothing() throws {
        var alignment = AudioAlignment(callerRate: 8000)
        let verdicts = arrive(&alignment, seconds: 20, samples: 160)
        let measured = try #require(alignment.callerMeasured)
        #expect(verdicts.isEmpty && abs(measured - 8000) < 80)
    }

    @Test(arguments: [(320, "2.00x"), (240, "1.50x"), (80, "0.50x")])
    func aWrongRateIsAnAlarmOnceAndClears(samples: Int, times: String) {
        var alignment = AudioAlignment(callerRate: 8000)
        let verdicts = arrive(&alignment, seconds: 30, samples: samples)
        guard verdicts.count == 1, case .alarm(let code, let text, _) = verdicts[0] else {
            Issue.record("\(verdicts)")
            return
        }
        #expect(code == AudioAlignment.callerCode && text.contains(times))
        let after = arrive(&alignment, from: 30000, seconds: 10, samples: 160)
        #expect(after == [.clear(code: AudioAlignment.callerCode)])
    }

    @Test func aBurstAfterAPauseIsNoAlarm() {
        var alignment = AudioAlignment(callerRate: 8000)
        var verdicts = arrive(&alignment, seconds: 3, samples: 160)
        for _ in 0..<200 { if let verdict = alignment.callerArrived(160, at(5000)) { verdicts.append(verdict) } }
        verdicts += arrive(&alignment, from: 5020, seconds: 10, samples: 160)
        #expect(verdicts.isEmpty)
    }

    private func agent(_ seconds: Double, letters: Int, rate: Int = 24000) -> [AudioAlignment.Verdict] {
        var alignment = AudioAlignment(callerRate: 8000)
        _ = alignment.provider(ProviderCapabilities(inputRate: 16000, outputRate: rate))
        alignment.agentArrived(item: 3, Int(seconds * Double(rate)), at(0))
        alignment.agentText(item: 3, String(repeating: "word ", count: letters / 5))
        return alignment.agentEnded(item: 3)
    }

    @Test(arguments: [(4.0, 60, false), (4.0, 90, false), (4.0, 160, true), (20.0, 60, true), (1.0, 160, false)])
    func speechThatNobodySpeaksIsAnAlarm(seconds: Double, letters: Int, isAlarm: Bool) {
        let verdicts = agent(seconds, letters: letters)
        #expect(verdicts.isEmpty != isAlarm)
    }

    /// Agent audio in pieces of 100 ms, each of so many samples, for four seconds.
    @Test(arguments: [(2400, 24000.0, false), (1600, 16000.0, true), (9600, nil, false)])
    func steadyArrivalIsMeasured(samples: Int, measured: Double?, isAlarm: Bool) {
        var alignment = AudioAlignment(callerRate: 8000)
        _ = alignment.provider(ProviderCapabilities(inputRate: 16000, outputRate: 24000))
        for piece in 0..<40 { alignment.agentArrived(item: 0, samples, at(piece * 100)) }
        let verdicts = alignment.agentEnded(item: 0)
        #expect(alignment.agentMeasured.map { $0.rounded() } == measured)
        #expect(verdicts.isEmpty != isAlarm)
    }

    @Test func scriptsWithoutLettersAreNotJudged() {
        var alignment = AudioAlignment(callerRate: 8000)
        _ = alignment.provider(ProviderCapabilities(inputRate: 16000, outputRate: 24000))
        alignment.agentArrived(item: 0, 24000 * 30, at(0))
        alignment.agentText(item: 0, String(repeating: "你好", count: 30))
        #expect(alignment.agentEnded(item: 0).isEmpty)
    }

    @Test func formatsOfTheVendorAreComparedAndShown() {
        var alignment = AudioAlignment(callerRate: 8000)
        _ = alignment.provider(ProviderCapabilities(inputRate: 16000, outputRate: 24000))
        let same = alignment.vendor(VendorAudioFormat(.user, encoding: "pcm16", rate: 16000))
        let other = alignment.vendor(VendorAudioFormat(.agent, encoding: "mulaw", rate: 8000))
        let again = alignment.vendor(VendorAudioFormat(.agent, encoding: "mulaw", rate: 8000))
        #expect(same.isEmpty && again.isEmpty)
        #expect(other == [.finding("the vendor sends mulaw at 8000 Hz, converted to 24000 Hz")])
        let sides = alignment.sides
        #expect(sides.map(\.assumed) == [8000, 16000, 24000] && sides.map(\.advertised) == [8000, 16000, 8000])
        #expect(sides[2].encoding == "mulaw" && sides[2].measured == nil)
    }
}
