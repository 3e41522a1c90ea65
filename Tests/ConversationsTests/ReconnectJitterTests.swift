import Core
import ProviderKit
import Testing

@testable import Conversations

@Suite struct ReconnectJitterTests {
    @Test func waitsAreSpreadWithinAFifthAndRepeatable() {
        var one = ReconnectJitter(seed: 7)
        var other = ReconnectJitter(seed: 7)
        var waits: [Duration] = []
        for _ in 0..<1000 {
            let wait = one.spread(.seconds(10))
            #expect(wait == other.spread(.seconds(10)))
            #expect((.seconds(8))...(.seconds(12)) ~= wait)
            waits.append(wait)
        }
        #expect(Set(waits).count > 990)
        #expect(waits.min().map { $0 < .seconds(8.1) } == true && waits.max().map { $0 > .seconds(11.9) } == true)
    }

    @Test func whatAVendorAskedForIsNeverShortened() {
        var jitter = ReconnectJitter(seed: 1)
        for _ in 0..<1000 {
            #expect((.seconds(30))...(.seconds(36)) ~= jitter.spread(.seconds(4), atLeast: .seconds(30)))
        }
    }

    @Test func withoutASeedNothingIsSpread() {
        var jitter = ReconnectJitter(seed: nil)
        #expect(jitter.spread(.seconds(4)) == .seconds(4))
        #expect(jitter.spread(.seconds(4), atLeast: .seconds(9)) == .seconds(9))
    }

    @Test func callsThatWereLostTogetherComeBackApart() {
        let waits = (0..<50).map { seed in
            let bench = MachineBench()
            bench.machine.jitter = ReconnectJitter(seed: UInt64(seed))
            bench.ready()
            let lost = ProviderFailure(code: "lost", text: "gone", consequence: .reconnect(after: nil))
            let actions = bench.provider(.failure(lost))
            return actions.compactMap { if case .timer(.reconnect, let after) = $0 { after } else { nil } }[0]
        }
        #expect(Set(waits).count == 50 && waits.allSatisfy { (.seconds(0.8))...(.seconds(1.2)) ~= $0 })
    }
}
