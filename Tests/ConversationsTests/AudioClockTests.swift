import Core
import Testing

@testable import Conversations

@Suite struct AudioClockTests {
    private func time(_ ms: Int) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(ms) * 1_000_000) }

    @Test func aPauseIsAHole() {
        var clock = AudioClock(rate: 8000, start: time(0))
        let first = clock.placeUser(160, now: time(20))
        #expect(first.at == 0 && first.hole == nil)
        let (at, hole) = clock.placeUser(160, now: time(1040))
        #expect(at == 8160 && hole == AudioClock.Hole(at: 160, samples: 8000))
    }

    @Test func whatRanAheadFallsBackInSilence() {
        var clock = AudioClock(rate: 8000, start: time(0))
        for _ in 0..<50 { _ = clock.placeUser(160, now: time(20)) }
        var leftOut = 0
        for frame in 2..<100 where clock.leavesOut(160, now: time(frame * 20)) { leftOut += 1 }
        let (told, again) = (clock.takeLeftOut(), clock.takeLeftOut())
        #expect(leftOut == 47, "until it is a frame ahead")
        #expect(told == 47 * 160 && again == 0)
    }

    @Test func jitterLeavesNothingOut() {
        var clock = AudioClock(rate: 8000, start: time(0))
        for frame in 0..<100 {
            let leavesOut = clock.leavesOut(160, now: time(frame / 8 * 160))
            #expect(!leavesOut)
            _ = clock.placeUser(160, now: time(frame / 8 * 160))
        }
    }
}
