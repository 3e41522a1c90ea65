/// The event loop as the engine sees it: time, timers and a door for other threads.
///
/// Implemented over libuv in Network and by hand-driven time in TestKit.
@EngineActor
public protocol EngineLoop: AnyObject, Sendable {
    /// Monotonic time now (manual in tests).
    var now: MonotonicTime { get }

    /// Calls `action` once at `deadline` (at once when it has passed), on the engine thread. Resolution: 1 ms or better.
    func schedule(at deadline: MonotonicTime, _ action: @escaping @EngineActor () -> Void) -> any EngineTimer

    /// A timer for pacing: `handler` is set once, arming is cheap, lateness below 0.2 ms on an idle machine.
    /// A loop without one of its own gets one over `schedule`.
    func makePacingTimer(_ handler: @escaping @EngineActor () -> Void) -> any PacingTimer

    /// Hands `job` to the engine thread. Any thread; never blocks; jobs run in order of posting.
    nonisolated func post(_ job: @escaping @EngineActor @Sendable () -> Void)

    /// A door made once for a thread that may neither allocate nor block (audio): each `signal` calls `action` soon on
    /// the engine thread; signals that come before it ran are one. The default goes through `post`.
    func makeWake(_ action: @escaping @EngineActor @Sendable () -> Void) -> any EngineWake
}

/// Calls one action on the engine thread from any thread.
public protocol EngineWake: AnyObject, Sendable {
    /// Asks for the action. Any thread.
    func signal()
    /// The action is not called any more. Engine thread.
    func cancel()
}

/// A scheduled action that can be called off.
@EngineActor
public protocol EngineTimer: AnyObject {
    /// Calls the action off; harmless when it has run.
    func cancel()
}

extension EngineLoop {
    /// Calls `action` once after `delay`.
    public func schedule(after delay: Duration, _ action: @escaping @EngineActor () -> Void) -> any EngineTimer {
        schedule(at: now + delay, action)
    }

    public func makeWake(_ action: @escaping @EngineActor @Sendable () -> Void) -> any EngineWake {
        PostedWake(loop: self, action)
    }
}
