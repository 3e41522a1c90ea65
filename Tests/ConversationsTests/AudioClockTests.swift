import Core
import Testing

@testable import Conversations

@Suite struct AudioClockTests {
    private func time(_ ms: Int) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(ms) * 1_000_000) }

    @Test func aStallOfThePacerIsAHole() {
        var clock = AudioClock(rate: 8000, start: time(0))
        let first = clock.placeAgent(160, now: time(0))
        #expect(first.at == 0 && first.hole == nil)
        let jitter = clock.placeAgent(160, now: time(200))
        #expect(jitter.at == 160 && jitter.hole == nil)
        let (at, hole) = clock.placeAgent(160, now: time(1040))
        #expect(at == 8320 && hole == AudioClock.Hole(at: 320, samples: 8000))
    }
}
