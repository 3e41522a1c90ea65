import CLinux
import Glibc

/// A bell for the main thread: any thread may ring, never blocks, several rings before the loop looks are one.
public final class UIWake: Sendable {
    let descriptor: Int32

    init() { descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC)) }

    deinit { close(descriptor) }

    /// Wakes the loop. Async-signal-safe.
    public func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}
