import CLinux
import Glibc

/// Ends another thread's wait: an eventfd. Signals before the wait are kept, many are one.
final class Nudge: Sendable {
    /// To poll; negative when the process has no descriptor left, then waits last their time.
    let descriptor: Int32

    init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Any thread; never blocks.
    func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// The waiting thread: forgets the signals so far.
    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
