import Core
import Testing

@testable import Devices

@Suite struct PaceKeeperTests {
    private let start = MonotonicTime(nanoseconds: 5_000_000_000)

    @Test func aDeviceThatPacesIsLeftAlone() {
        var pace = PaceKeeper(rate: 48_000, buffer: 1440, period: 480, now: start)
        var now = start
        for _ in 0..<3 { #expect(pace.moved(480, now: now) == nil) }
        // A device clock 300 ppm fast, for ten minutes.
        for _ in 0..<60_000 {
            now = now + .nanoseconds(9_997_000)
            #expect(pace.moved(480, now: now) == nil)
        }
        #expect(!pace.isUnpaced)
    }

    @Test func aDeviceThatTakesAllAtOnceIsHeldToTheClock() {
        var pace = PaceKeeper(rate: 48_000, buffer: 1440, period: 480, now: start)
        var now = start
        var periods = 0
        while now - start < .seconds(10) {
            if let due = pace.moved(480, now: now) { now = max(now, due) }
            periods += 1
        }
        #expect(pace.isUnpaced)
        #expect((1000...1012).contains(periods))
    }

    @Test func aPauseOfTheMachineIsNotMadeUpInABurst() {
        var pace = PaceKeeper(rate: 48_000, buffer: 480, period: 480, now: start)
        var now = start
        for _ in 0..<20 { if let due = pace.moved(480, now: now) { now = due } }
        now = now + .seconds(3)
        var atOnce = 0
        while pace.moved(480, now: now) == nil { atOnce += 1 }
        #expect(atOnce <= 2)
    }
}
