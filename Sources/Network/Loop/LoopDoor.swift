import CUV
import Core
import Synchronization

/// The way into the engine thread from any other: a queue of jobs and a wake-up, shut when the loop stops.
final class LoopDoor: Sendable {
    typealias Job = @EngineActor @Sendable () -> Void

    /// SAFETY: the pointer is used for `uv_async_send` only, which libuv allows from any thread; it is set and taken
    /// away under the door's lock, so no send can meet a closed handle.
    private struct Wake: @unchecked Sendable {
        let handle: UnsafeMutablePointer<uv_async_t>
    }

    private struct State {
        var jobs: [Job] = []
        var wake: Wake?
    }

    private let state = Mutex(State())

    /// Opens the door: jobs posted before are woken for now.
    func open(_ handle: UnsafeMutablePointer<uv_async_t>) {
        let wake = Wake(handle: handle)
        state.withLock { $0.wake = wake }
        uv_async_send(handle)
    }

    /// Shuts the door: later jobs wait (for another start) and wake nobody.
    func shut() { state.withLock { $0.wake = nil } }

    /// Appends a job; wakes the loop when it is the first one waiting.
    func post(_ job: @escaping Job) {
        state.withLock { s in
            s.jobs.append(job)
            if s.jobs.count == 1, let wake = s.wake { uv_async_send(wake.handle) }
        }
    }

    /// Wakes the loop's thread, if it runs.
    func knock() {
        state.withLock { s in
            if let wake = s.wake { uv_async_send(wake.handle) }
        }
    }

    /// The jobs that wait, in order.
    func take() -> [Job] {
        state.withLock { s in
            let taken = s.jobs
            s.jobs = []
            return taken
        }
    }
}
