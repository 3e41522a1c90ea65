import CLinux
import Glibc

/// The process's signals, taken in order by the main thread. Blocked for every thread that is made later.
struct SignalWait {
    /// What came.
    enum Arrival { case terminate, finished }

    private var set = sigset_t()

    /// Blocks the signals; call before any thread exists.
    init() {
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGUSR2] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for the next one.
    func next() -> Arrival? {
        var set = set
        var number: Int32 = 0
        guard sigwait(&set, &number) == 0 else { return nil }
        return number == SIGUSR2 ? .finished : .terminate
    }

    /// Tells the waiting main thread that all is done. Any thread.
    static func finish() { kill(getpid(), SIGUSR2) }
}
