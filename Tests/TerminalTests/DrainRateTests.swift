import Core
import Testing

@testable import Terminal

@Suite struct DrainRateTests {
    private func rate(_ writes: [(bytes: Int, full: Bool, after: Int)], later: Int = 0) -> Double? {
        var drain = DrainRate()
        var now = MonotonicTime(nanoseconds: 1_000_000_000)
        for write in writes {
            now = now + .milliseconds(write.after)
            drain.wrote(write.bytes, isFull: write.full, now: now)
        }
        return drain.slowRate(now: now + .milliseconds(later))
    }

    @Test func terminalThatTakesAllHasNoRate() {
        #expect(rate([(12_000, false, 0), (300, false, 33), (300, false, 33)]) == nil)
    }

    @Test func slowLineIsMeasuredWhileItIsFull() {
        let writes = [(9_000, true, 0), (4_000, true, 500), (4_000, true, 500), (1_000, false, 125)]
        #expect(rate(writes) == 8_000)
        #expect(rate(writes, later: 59_000) == 8_000)
        #expect(rate(writes, later: 60_000) == nil)
    }

    @Test func oneWakeIsEnough() {
        #expect(rate([(12_000, true, 0), (4_000, false, 500)]) == 8_000)
    }

    @Test func fastTerminalThatWasFullForAMomentIsNotSlow() {
        #expect(rate([(12_000, true, 0), (4_000, false, 1)]) == nil)
        #expect(rate([(12_000, true, 0), (4_000, false, 40)]) == nil)
    }

    @Test func standstillIsNoRate() {
        #expect(rate([(12_000, true, 0), (40_000, false, 10_000)]) == nil)
        #expect(rate([(12_000, true, 0), (0, true, 2_000), (0, true, 2_000), (4_000, false, 20)]) == nil)
    }

    @Test func muchAtOnceTellsOfABetterLine() {
        let slow = [(9_000, true, 0), (4_000, false, 500)]
        #expect(rate(slow + [(DrainRate.large - 1, false, 100)]) == 8_000)
        #expect(rate(slow + [(DrainRate.large, false, 100)]) == nil)
    }
}
