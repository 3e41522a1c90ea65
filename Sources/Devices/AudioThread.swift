import CALSA
import Core
import Glibc

/// Starts threads for audio: named, deaf to signals, SCHED_FIFO when the machine allows it.
enum AudioThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Real-time priority asked for; low, so that only ordinary threads wait for audio.
    static let priority: Int32 = 10

    /// Runs `body` on a new detached thread. Returns 0 or an `errno`.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Int32 {
        let named = Body {
            name.withCString { _ = calsa_become_audio_thread($0, priority) }
            body()
        }
        let passed = Unmanaged.passRetained(named)
        var thread = pthread_t()
        let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { @Sendable pointer in
            if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
            return nil
        }
        let code = pthread_create(&thread, nil, entry, passed.toOpaque())
        if code != 0 { passed.release() } else { pthread_detach(thread) }
        return code
    }

    /// Sleeps until `deadline`, at most 20 ms, so that a stop is seen soon. Returns whether the deadline has come.
    static func sleep(until deadline: MonotonicTime) -> Bool {
        let now = MonotonicTime.now()
        guard deadline > now else { return true }
        let end = min(deadline, now + .milliseconds(20))
        var when = timespec(
            tv_sec: Int(end.nanoseconds / 1_000_000_000), tv_nsec: Int(end.nanoseconds % 1_000_000_000))
        _ = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nil)
        return end == deadline
    }
}
