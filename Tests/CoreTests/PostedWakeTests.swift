import Synchronization
import Testing

@testable import Core

@Suite struct PostedWakeTests {
    /// A loop that only keeps what is posted.
    @EngineActor
    private final class KeepingLoop: EngineLoop {
        let now = MonotonicTime(nanoseconds: 0)
        private let jobs = Mutex<[@EngineActor @Sendable () -> Void]>([])

        nonisolated init() {}

        func schedule(at deadline: MonotonicTime, _ action: @escaping @EngineActor () -> Void) -> any EngineTimer {
            NoTimer()
        }

        nonisolated func post(_ job: @escaping @EngineActor @Sendable () -> Void) { jobs.withLock { $0.append(job) } }

        func run() -> Int {
            let waiting = jobs.withLock { queue in
                defer { queue = [] }
                return queue
            }
            for job in waiting { job() }
            return waiting.count
        }
    }

    private final class NoTimer: EngineTimer {
        func cancel() {}
    }

    @Test func manySignalsAreOneRunAndLaterOnesAnother() {
        EngineActor.executor.occupy {
            let loop = KeepingLoop()
            let counter = Counter()
            let counting = loop.makeWake { counter.add() }
            for _ in 0..<5 { counting.signal() }
            #expect(loop.run() == 1 && counter.value == 1)
            counting.signal()
            #expect(loop.run() == 1 && counter.value == 2)
            counting.signal()
            counting.cancel()
            #expect(loop.run() == 1 && counter.value == 2)
        }
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        var value: Int { count.load(ordering: .relaxed) }
        func add() { count.add(1, ordering: .relaxed) }
    }
}
