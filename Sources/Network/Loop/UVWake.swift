import CLinux
import CUV
import Core
import Glibc
import Synchronization

/// A door into the engine for an audio thread: `signal` is one atomic exchange and, when it is the first, one write to
/// an eventfd. No lock, no allocation. The descriptor stays open as long as anyone holds the wake.
final class UVWake: EngineWake {
    private let descriptor: Int32
    private let isWaiting = Atomic<Bool>(false)
    private let isCancelled = Atomic<Bool>(false)
    private let action: @EngineActor @Sendable () -> Void

    fileprivate init?(_ action: @escaping @EngineActor @Sendable () -> Void) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        self.action = action
    }

    /// A wake on `loop`; nil when the process has no descriptor left or the loop stops.
    @EngineActor
    static func make(_ loop: UVLoop, _ action: @escaping @EngineActor @Sendable () -> Void) -> UVWake? {
        guard let wake = UVWake(action) else { return nil }
        let owner = WakeOwner(wake)
        guard let watch = DescriptorWatch(loop, descriptor: wake.descriptor, owner: owner) else { return nil }
        owner.watch = watch
        watch.watch(Int32(UV_READABLE.rawValue))
        return wake
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func signal() {
        guard !isWaiting.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func cancel() {
        isCancelled.store(true, ordering: .releasing)
        // The engine then lets the descriptor go.
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Runs the action if it is asked for; false when cancelled.
    @EngineActor
    fileprivate func fire() -> Bool {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
        guard !isCancelled.load(ordering: .acquiring) else { return false }
        // Cleared first: a signal during the action asks for another run.
        if isWaiting.exchange(false, ordering: .acquiringAndReleasing) { action() }
        return true
    }
}

/// The loop's hold on a wake.
@EngineActor
private final class WakeOwner: DescriptorOwner {
    private var wake: UVWake?
    var watch: DescriptorWatch?

    init(_ wake: UVWake) { self.wake = wake }

    func descriptorReady(_ events: Int32, failed: Bool) {
        if wake?.fire() != true { loopStops() }
    }

    func loopStops() {
        watch?.close()
        watch = nil
        wake = nil
    }
}
