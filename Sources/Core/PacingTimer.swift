/// One "wake me at T" that is armed again and again, for the pacer of outgoing frames: arming allocates nothing.
///
/// Engine thread. Fires at most once for each `arm`.
@EngineActor
public protocol PacingTimer: AnyObject {
    /// Fires once at `deadline` (at the loop's next turn when it has passed); replaces the deadline armed before.
    func arm(at deadline: MonotonicTime)
    /// Calls the armed deadline off; harmless when none is armed.
    func disarm()
    /// Gives the timer back; it never fires again.
    func invalidate()
}

/// A pacing timer over an engine loop's own timers: for loops that have nothing cheaper (manual time in tests).
@EngineActor
public final class ScheduledPacingTimer: PacingTimer {
    private let loop: any EngineLoop
    private let handler: @EngineActor () -> Void
    private var timer: (any EngineTimer)?

    /// A pacing timer that calls `handler`.
    public init(loop: any EngineLoop, handler: @escaping @EngineActor () -> Void) {
        self.loop = loop
        self.handler = handler
    }

    public func arm(at deadline: MonotonicTime) {
        timer?.cancel()
        timer = loop.schedule(at: deadline) { [weak self] in
            self?.timer = nil
            self?.handler()
        }
    }

    public func disarm() {
        timer?.cancel()
        timer = nil
    }

    public func invalidate() { disarm() }
}

extension EngineLoop {
    /// A pacing timer on top of `schedule`.
    public func makePacingTimer(_ handler: @escaping @EngineActor () -> Void) -> any PacingTimer {
        ScheduledPacingTimer(loop: self, handler: handler)
    }
}
