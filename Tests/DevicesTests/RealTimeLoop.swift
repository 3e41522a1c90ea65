import Core
import Glibc
import Synchronization

/// An engine loop on the clock, for tests with devices. Runs where `run` is called.
@EngineActor
final class RealTimeLoop: EngineLoop {
    private final class Timer: EngineTimer {
        let deadline: MonotonicTime
        var action: (@EngineActor () -> Void)?

        nonisolated init(deadline: MonotonicTime, action: @escaping @EngineActor () -> Void) {
            self.deadline = deadline
            self.action = action
        }

        func cancel() { action = nil }
    }

    private let jobs = PostedJobs()
    private let descriptors: (read: Int32, write: Int32)
    private var timers: [Timer] = []

    nonisolated init() {
        var pair: [Int32] = [0, 0]
        _ = pipe(&pair)
        descriptors = (pair[0], pair[1])
    }

    deinit {
        close(descriptors.read)
        close(descriptors.write)
    }

    var now: MonotonicTime { .now() }

    func schedule(at deadline: MonotonicTime, _ action: @escaping @EngineActor () -> Void) -> any EngineTimer {
        let timer = Timer(deadline: deadline, action: action)
        timers.append(timer)
        return timer
    }

    nonisolated func post(_ job: @escaping @EngineActor @Sendable () -> Void) {
        jobs.append(job)
        var byte: UInt8 = 1
        write(descriptors.write, &byte, 1)
    }

    /// Runs jobs and timers until `isDone` or the time is over. Returns whether it is done.
    @discardableResult
    func run(for limit: Duration, until isDone: () -> Bool = { false }) -> Bool {
        let end = now + limit
        while !isDone() {
            if now >= end { return false }
            step(end)
        }
        return true
    }

    private func step(_ end: MonotonicTime) {
        let next = timers.map(\.deadline).min().map { min($0, end) } ?? end
        let wait = max(0, (next - now).wholeNanoseconds / 1_000_000 + 1)
        var watched = pollfd(fd: descriptors.read, events: Int16(POLLIN), revents: 0)
        if poll(&watched, 1, Int32(clamping: next <= now ? 0 : wait)) > 0 {
            var bytes = [UInt8](repeating: 0, count: 256)
            _ = read(descriptors.read, &bytes, bytes.count)
        }
        for job in jobs.take() { job() }
        let moment = now
        let due = timers.filter { $0.deadline <= moment }
        timers.removeAll { $0.deadline <= moment || $0.action == nil }
        for timer in due { timer.action?() }
    }
}

/// Runs `body` as engine code on a thread of its own and waits for it without blocking Swift's pool.
func onEngineThread<T: Sendable>(_ body: @escaping @EngineActor @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
        let box = Body { continuation.resume(returning: EngineActor.executor.occupy(body)) }
        var thread = pthread_t()
        let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { @Sendable pointer in
            if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
            return nil
        }
        if pthread_create(&thread, nil, entry, Unmanaged.passRetained(box).toOpaque()) == 0 { pthread_detach(thread) }
    }
}

private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Passes signals on and keeps the time of the last.
final class TimedWake: EngineWake {
    private let inner = Mutex<(any EngineWake)?>(nil)
    private let time = Atomic<Int64>(0)

    var signalled: MonotonicTime { MonotonicTime(nanoseconds: time.load(ordering: .acquiring)) }
    func set(_ wake: any EngineWake) { inner.withLock { $0 = wake } }

    func signal() {
        time.store(MonotonicTime.now().nanoseconds, ordering: .releasing)
        inner.withLock { $0 }?.signal()
    }

    func cancel() {}
}

/// Jobs handed over from any thread.
final class PostedJobs: Sendable {
    private let jobs = Mutex<[@EngineActor @Sendable () -> Void]>([])

    func append(_ job: @escaping @EngineActor @Sendable () -> Void) { jobs.withLock { $0.append(job) } }

    func take() -> [@EngineActor @Sendable () -> Void] {
        jobs.withLock { waiting in
            let taken = waiting
            waiting = []
            return taken
        }
    }
}
