import Core
import Testing

@testable import Devices

@Suite struct UnheardClockTests {
    private let now = MonotonicTime(nanoseconds: 1_000_000_000)

    /// Writes of (rendered, silence), delay at the end → rendered frames unheard, time to the last of them in ms.
    @Test(
        arguments: [
            ([(480, 0), (480, 0), (480, 0)], 1440, 1440, 30),
            ([(480, 0), (480, 0), (480, 0)], 960, 960, 20),
            ([(480, 0), (0, 480), (0, 480)], 1440, 480, 10),
            ([(0, 480), (0, 480), (480, 0)], 1440, 480, 30),
            ([(480, 0), (240, 240), (0, 480)], 1440, 720, 15),
            ([(0, 480)], 480, 0, 0),
            ([(480, 0)], 0, 0, 0),
            ([(480, 0)], 4800, 480, 100),
        ] as [([(Int, Int)], Int, Int, Int)])
    func renderedIsToldFromSilence(_ row: ([(Int, Int)], Int, Int, Int)) {
        var clock = UnheardClock(rate: 48_000)
        for (index, write) in row.0.enumerated() {
            clock.wrote(
                rendered: write.0, silence: write.1, delay: index == row.0.count - 1 ? row.1 : 480, now: now)
        }
        #expect(clock.rendered == row.2)
        #expect(clock.heardAt == now + .milliseconds(row.3))
    }

    @Test func nothingIsUnheardAfterAFlush() {
        var clock = UnheardClock(rate: 48_000)
        for _ in 0..<100 { clock.wrote(rendered: 480, silence: 0, delay: 1440, now: now) }
        clock.flushed()
        #expect(clock.rendered == 0)
        clock.wrote(rendered: 0, silence: 480, delay: 1440, now: now)
        #expect(clock.rendered == 0)
    }
}
