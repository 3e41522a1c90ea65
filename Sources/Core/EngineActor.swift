import Glibc
import Synchronization

/// The engine: every session, provider and socket belongs to it, and its executor *is* the engine thread.
///
/// Code of a call is `@EngineActor` and synchronous; nothing between socket and speaker awaits, because a suspended task
/// resumes through Swift's pool and starves when the pool is busy (docs/decisions/0002-engine-thread.md).
@globalActor
public actor EngineActor {
    /// The one engine actor of the process.
    public static let shared = EngineActor()

    /// The executor that the event loop drains.
    public static let executor = EngineExecutor()

    public nonisolated var unownedExecutor: UnownedSerialExecutor { Self.executor.asUnownedSerialExecutor() }

    /// Runs `operation` as engine code; the caller must already be on the engine thread (checked). For C callbacks.
    public static func assumeIsolated<T>(
        _ operation: @EngineActor () throws -> T, file: StaticString = #fileID, line: UInt = #line
    ) rethrows -> T {
        executor.requireEngineThread(file: file, line: line)
        return try withoutActuallyEscaping(operation) { escaped in
            // SAFETY: a global-actor function has the representation of the plain function; being on the actor's
            // executor was checked above. The standard library's MainActor.assumeIsolated does the same.
            try unsafeBitCast(escaped, to: (() throws -> T).self)()
        }
    }
}

/// The job queue of the engine thread: filled from any thread, drained by the event loop, or by hand in a test.
public final class EngineExecutor: SerialExecutor, TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let key: pthread_key_t

    init() {
        var made = pthread_key_t()
        pthread_key_create(&made, nil)
        key = made
    }

    /// Sets what tells the event loop that jobs wait. Called once by the loop before it runs.
    public func setWake(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    public func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        let wake = state.withLock { s in
            s.jobs.append(unowned)
            return s.wake
        }
        wake?()
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    public func checkIsolated() { requireEngineThread() }

    /// Whether the calling thread is (inside) the engine.
    public var isOnEngineThread: Bool { pthread_getspecific(key) != nil }

    /// Stops the program when the calling thread is not the engine thread: a mistake of ours, never of input.
    public func requireEngineThread(file: StaticString = #fileID, line: UInt = #line) {
        precondition(isOnEngineThread, "engine code entered from another thread", file: file, line: line)
    }

    /// Marks the calling thread as the engine's while `body` runs. The event loop wraps its whole life in it; a test
    /// wraps each case, so that engine code runs without a loop.
    public func occupy<T>(_ body: @EngineActor () throws -> T) rethrows -> T {
        let before = pthread_getspecific(key)
        pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1))
        defer { pthread_setspecific(key, before) }
        return try EngineActor.assumeIsolated(body)
    }

    /// Runs all waiting jobs. Engine thread only. Returns how many ran.
    @discardableResult
    public func drain() -> Int {
        let jobs = state.withLock { s in
            let taken = s.jobs
            s.jobs.removeAll(keepingCapacity: true)
            return taken
        }
        for job in jobs {
            job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
        return jobs.count
    }
}
