import Core
import Testing

@testable import Conversations

@Suite struct UplinkChainTests {
    /// A chain that holds `seconds` of audio for a provider of 24 kHz.
    private func chain(holding seconds: Int) -> UplinkChain {
        let chain = UplinkChain(rate: 8000, settings: SessionSettings())
        let frame = [Int16](repeating: 1, count: 160)
        for _ in 0..<(seconds * 50) { _ = chain.process(frame.span, now: MonotonicTime(nanoseconds: 0)) { _ in } }
        return chain
    }

    private func drained(_ chain: UplinkChain, whole: Bool) -> Int {
        var samples = 0
        chain.drain(whole: whole) { samples += $0.count }
        return samples
    }

    @Test func heldAudioComesASecondAtATime() {
        let chain = chain(holding: 3)
        #expect(drained(chain, whole: false) == 0, "nobody is there to take it")
        chain.setTarget(rate: 24000, gated: false, replayTurn: false)
        let parts = (0..<4).map { _ in drained(chain, whole: false) }
        #expect(parts[0] <= 24000 && parts[0] > 23000 && parts[1] == 24000 && parts[2] == 24000 && parts[3] == 0)
    }

    @Test func heldAudioComesWholeAtTheEndOfATurn() {
        let chain = chain(holding: 3)
        chain.setTarget(rate: 24000, gated: false, replayTurn: false)
        #expect(drained(chain, whole: true) > 71000)
        #expect(drained(chain, whole: true) == 0)
    }
}
