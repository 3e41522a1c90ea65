import CSpeech
import Core
import Glibc
import Synchronization

/// Threads that take jobs from one queue, oldest first. Each thread owns a `Context` that is made on it, at its first job,
/// and never leaves it: a C decoder, a voice.
final class WorkerPool<Context>: Sendable {
    /// One piece of work.
    typealias Job = @Sendable (inout Context) -> Void

    private struct State {
        var jobs: [Job] = []
        var threads: [pthread_t] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wake: WakeUp
    private let name: String
    private let threadCount: Int
    private let bound: Int
    private let make: @Sendable () -> Context

    /// A pool of `threads` threads that start with the first job. At most `bound` jobs wait.
    init(name: String, threads: Int, bound: Int = 256, make: @escaping @Sendable () -> Context) {
        self.name = name
        self.make = make
        self.bound = bound
        threadCount = max(1, threads)
        wake = WakeUp()
    }

    /// Appends a job; false when the queue is full or the pool has stopped. Any thread; never waits.
    @discardableResult
    func submit(_ job: @escaping Job) -> Bool {
        let accepted = state.withLock { s in
            guard !s.isStopping, s.jobs.count < bound else { return false }
            s.jobs.append(job)
            if s.threads.isEmpty { s.threads = (0..<threadCount).compactMap { _ in start() } }
            return !s.threads.isEmpty
        }
        if accepted { wake.signal() }
        return accepted
    }

    /// Jobs that wait.
    var waiting: Int { state.withLock { $0.jobs.count } }

    /// Ends the threads after the jobs that run now; waiting jobs are dropped. Waits for the threads.
    func stop() {
        let threads = state.withLock { s in
            s.isStopping = true
            s.jobs = []
            defer { s.threads = [] }
            return s.threads
        }
        for _ in threads { wake.signal() }
        for thread in threads { pthread_join(thread, nil) }
    }

    private func start() -> pthread_t? {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Entry { [self] in run() })
        let made = pthread_create(
            &thread, nil,
            { @Sendable argument in
                if let argument { Unmanaged<Entry>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        guard made == 0 else {
            box.release()
            return nil
        }
        return thread
    }

    private func run() {
        cspeech_enter_thread(name, 5)
        var context: Context?
        var goesOn = true
        while goesOn {
            wake.wait()
            let (job, stops) = next()
            goesOn = !stops
            guard let job else { continue }
            var own = context ?? make()
            job(&own)
            context = own
        }
    }

    private func next() -> (Job?, stops: Bool) {
        state.withLock { s in (s.isStopping || s.jobs.isEmpty ? nil : s.jobs.removeFirst(), s.isStopping) }
    }
}

/// What a new thread runs.
private final class Entry {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
}

/// A counting semaphore.
private final class WakeUp: Sendable {
    // SAFETY: sem_post and sem_wait may be called from any thread on one semaphore; the pointer never changes and is freed
    // only when nobody holds this object any more.
    nonisolated(unsafe) private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }
    func wait() { while sem_wait(semaphore) != 0 && errno == EINTR {} }
}
