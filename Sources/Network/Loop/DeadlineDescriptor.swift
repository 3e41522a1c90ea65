import CLinux
import CUV
import Core
import Glibc

/// A timerfd watched by the loop: the kernel wakes the loop at an absolute time, to the microsecond.
///
/// Arming is one system call and no allocation. An armed descriptor that has fired is silenced by arming it again
/// (which clears it), or else by one read.
@EngineActor
final class DeadlineDescriptor: DescriptorOwner {
    private let descriptor: Int32
    private var watch: DescriptorWatch?
    private var handler: (@EngineActor () -> Void)?
    private var armedDuringFire = false

    /// Nil when the process has no descriptor left or the loop stops.
    init?(_ loop: UVLoop, _ handler: @escaping @EngineActor () -> Void) {
        descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        self.handler = handler
        guard let watch = DescriptorWatch(loop, descriptor: descriptor, owner: self) else {
            Glibc.close(descriptor)
            return nil
        }
        self.watch = watch
        watch.watch(Int32(UV_READABLE.rawValue))
    }

    /// Fires at `deadline`; a passed one fires at the next turn. Nil disarms.
    func arm(_ deadline: MonotonicTime?) {
        guard watch != nil else { return }
        var setting = itimerspec()
        if let deadline {
            let nanoseconds = max(1, deadline.nanoseconds)
            setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
            setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        }
        timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &setting, nil)
        armedDuringFire = true
    }

    func descriptorReady(_ events: Int32, failed: Bool) {
        armedDuringFire = false
        handler?()
        guard !armedDuringFire, watch != nil else { return }
        var expirations: UInt64 = 0
        _ = read(descriptor, &expirations, 8)
    }

    func loopStops() { close() }

    /// Ends it.
    func close() {
        guard let watch else { return }
        self.watch = nil
        handler = nil
        watch.close()
        Glibc.close(descriptor)
    }
}

/// The pacer's timer: one descriptor of its own, so that a re-arm is one system call.
@EngineActor
final class UVPacingTimer: PacingTimer {
    private let deadline: DeadlineDescriptor

    init?(_ loop: UVLoop, _ handler: @escaping @EngineActor () -> Void) {
        guard let made = DeadlineDescriptor(loop, handler) else { return nil }
        deadline = made
    }

    func arm(at time: MonotonicTime) { deadline.arm(time) }
    func disarm() { deadline.arm(nil) }
    func invalidate() { deadline.close() }
}
