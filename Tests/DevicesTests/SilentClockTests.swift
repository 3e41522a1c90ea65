import Core
import Testing

@testable import Devices

@Suite struct SilentClockTests {
    private let start = MonotonicTime(nanoseconds: 77)

    @Test(arguments: [8000, 16_000, 24_000, 44_100, 48_000])
    func framesAreDueByAbsoluteDeadlines(_ rate: Int) {
        var clock = SilentClock(rate: rate, now: start)
        var frames = 0
        // Looked at in uneven steps: what is due never adds up to more or less than the time that passed.
        for ms in stride(from: 0, through: 60_000, by: 7) {
            while clock.take(now: start + .milliseconds(ms)) { frames += 1 }
        }
        #expect(abs(frames - 6000) <= 1)
        #expect(clock.skipped == 0)
    }

    @Test func aLongPauseIsSkippedNotMadeUp() {
        var clock = SilentClock(rate: 48_000, now: start)
        let (first, second) = (clock.take(now: start), clock.take(now: start))
        #expect(first && !second)
        var burst = 0
        while clock.take(now: start + .seconds(5)) { burst += 1 }
        #expect(burst <= 2)
        #expect(clock.skipped > 48_000 * 4)
        #expect(clock.next > start + .seconds(5))
    }
}
