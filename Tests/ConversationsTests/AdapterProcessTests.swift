import Core
import Testing

@testable import Conversations

@Suite struct AdapterProcessTests {
    private func at(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(seconds * 1e9)) }

    @Test func restartsWithGrowingWaits() {
        var process = AdapterProcess()
        let first = process.start(at(0)), second = process.start(at(0))
        #expect(first == [.spawn] && second == [])
        var waits: [Duration] = []
        var now = 0.0
        for _ in 0..<8 {
            now += 0.1
            for case .timer(let wait) in process.ended("ended with status 1", at(now)) { waits.append(wait) }
            #expect(process.phase == .waiting)
            let actions = process.restart(at(now))
            #expect(actions == [.spawn])
        }
        #expect(waits == [.milliseconds(500)] + [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
        #expect(process.restarts == 8)
    }

    @Test func aGoodRunSetsTheBackoffBack() {
        var process = AdapterProcess()
        _ = process.start(at(0))
        for second in [1.0, 2, 3] {
            _ = process.ended("x", at(second))
            _ = process.restart(at(second))
        }
        let actions = process.ended("x", at(70))
        #expect(actions.contains(.timer(.milliseconds(500))))
    }

    @Test func givesThePortUpOnceWhenTheProgramEndsAtOnce() {
        var process = AdapterProcess()
        _ = process.start(at(0))
        let first = process.ended("EADDRINUSE", at(1))
        _ = process.restart(at(2))
        let second = process.ended("EADDRINUSE", at(2.1))
        #expect(first.contains(.release) && !second.contains(.release))
    }

    @Test func stopsInEveryPhase() {
        var idle = AdapterProcess()
        var actions = [idle.stop(), idle.start(at(0))]
        #expect(actions == [[], []] && idle.phase == .stopped)
        var running = AdapterProcess()
        _ = running.start(at(0))
        actions = [running.stop(), running.ended("x", at(1)), running.restart(at(2))]
        #expect(actions == [[.stop], [], []] && running.phase == .stopped)
        var waiting = AdapterProcess()
        _ = waiting.start(at(0))
        _ = waiting.ended("x", at(1))
        actions = [waiting.stop(), waiting.restart(at(9))]
        #expect(actions == [[.cancelTimer], []] && waiting.phase == .stopped)
    }

    @Test func isWellAgainWhenItRuns() {
        var process = AdapterProcess()
        let before = process.settled()
        _ = process.start(at(0))
        let after = process.settled()
        #expect(before == [] && after == [.clear])
    }
}
