import Core
import Synchronization

/// An engine loop whose time moves only when a test moves it. Use it inside `EngineActor.executor.occupy { … }`.
@EngineActor
public final class ManualLoop: EngineLoop {
    public private(set) var now: MonotonicTime
    private var timers: [ManualTimer] = []
    private var order = 0
    private nonisolated let posted = Mutex<[@EngineActor @Sendable () -> Void]>([])

    /// A loop that stands at `start`.
    public nonisolated init(start: MonotonicTime = MonotonicTime(nanoseconds: 1_000_000_000_000)) { now = start }

    public func schedule(at deadline: MonotonicTime, _ action: @escaping @EngineActor () -> Void) -> any EngineTimer {
        order += 1
        let timer = ManualTimer(deadline: deadline, order: order, action: action)
        timers.append(timer)
        return timer
    }

    public nonisolated func post(_ job: @escaping @EngineActor @Sendable () -> Void) {
        posted.withLock { $0.append(job) }
    }

    /// Timers that wait.
    public var waiting: Int { timers.count { $0.action != nil } }

    /// Runs posted and actor jobs until none are left.
    public func runPosted() {
        var busy = true
        while busy {
            let jobs = posted.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            for job in jobs { job() }
            busy = EngineActor.executor.drain() > 0 || !jobs.isEmpty
        }
    }

    /// Moves time forward, running each timer at its own deadline, in order.
    public func advance(by length: Duration) {
        let end = now + length
        runPosted()
        while let timer = due(end) {
            now = max(now, timer.deadline)
            timer.fire()
            runPosted()
        }
        now = end
        timers.removeAll { $0.action == nil }
    }

    /// Moves time forward without running anything, as when the process stands still.
    public func stall(for length: Duration) { now = now + length }

    private func due(_ end: MonotonicTime) -> ManualTimer? {
        timers.removeAll { $0.action == nil }
        return timers.filter { $0.deadline <= end }.min { ($0.deadline, $0.order) < ($1.deadline, $1.order) }
    }
}

@EngineActor
private final class ManualTimer: EngineTimer {
    let deadline: MonotonicTime
    let order: Int
    private(set) var action: (@EngineActor () -> Void)?

    init(deadline: MonotonicTime, order: Int, action: @escaping @EngineActor () -> Void) {
        self.deadline = deadline
        self.order = order
        self.action = action
    }

    func fire() {
        let taken = action
        action = nil
        taken?()
    }

    func cancel() { action = nil }
}
