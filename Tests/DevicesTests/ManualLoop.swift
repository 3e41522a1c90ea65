import Core

/// An engine loop on hand-driven time.
@EngineActor
final class ManualLoop: EngineLoop {
    private final class Timer: EngineTimer {
        let deadline: MonotonicTime
        var action: (@EngineActor () -> Void)?

        nonisolated init(deadline: MonotonicTime, action: @escaping @EngineActor () -> Void) {
            self.deadline = deadline
            self.action = action
        }

        func cancel() { action = nil }
    }

    private(set) var now = MonotonicTime(nanoseconds: 1_000_000_000)
    private var timers: [Timer] = []
    private let posted = PostedJobs()

    nonisolated init() {}

    func schedule(at deadline: MonotonicTime, _ action: @escaping @EngineActor () -> Void) -> any EngineTimer {
        let timer = Timer(deadline: deadline, action: action)
        timers.append(timer)
        return timer
    }

    nonisolated func post(_ job: @escaping @EngineActor @Sendable () -> Void) { posted.append(job) }

    /// Lets time pass, timer by timer.
    func advance(_ step: Duration) {
        let end = now + step
        runPosted()
        while let next = timers.filter({ $0.action != nil && $0.deadline <= end }).min(by: { $0.deadline < $1.deadline }
        ) {
            now = max(now, next.deadline)
            timers.removeAll { $0 === next || $0.action == nil }
            next.action?()
            runPosted()
        }
        now = end
    }

    private func runPosted() {
        for job in posted.take() { job() }
    }
}
