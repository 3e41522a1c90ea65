import Core
import Testing

@testable import Studio

@Suite struct ReplayClockTests {
    private func at(_ ms: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: ms * 1_000_000) }

    @Test func runsStopsJumpsAndChangesSpeed() {
        var clock = ReplayClock(length: .seconds(10), now: at(0))
        #expect(clock.time(at: at(1500)) == .milliseconds(1500))
        clock.setSpeed(2, now: at(2000))
        #expect(clock.time(at: at(3000)) == .seconds(4))
        clock.setPaused(true, now: at(3000))
        #expect(clock.time(at: at(9000)) == .seconds(4))
        clock.seek(to: .seconds(1), now: at(9000))
        #expect(clock.time(at: at(9500)) == .seconds(1))
        clock.setPaused(false, now: at(10_000))
        #expect(clock.time(at: at(10_500)) == .seconds(2))
        #expect(clock.time(at: at(60_000)) == .seconds(10) && clock.isAtEnd(at: at(60_000)))
        clock.seek(to: .seconds(-4), now: at(60_000))
        #expect(clock.time(at: at(60_000)) == .zero)
    }

    @Test(arguments: [(0.0, 0.25), (100, 4), (Double.nan, 1), (.infinity, 1), (3.99, 3.99), (1.5, 1.5), (-3, 0.25)])
    func speedsAreKeptInRange(_ wanted: Double, _ got: Double) {
        #expect(ReplayClock(length: .seconds(1), speed: wanted, now: at(0)).speed == got)
    }
}
