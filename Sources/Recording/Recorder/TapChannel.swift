import Core
import Synchronization

/// What a session's tap (engine thread) and its writer (recorder thread) share.
final class TapChannel: Sendable {
    /// What the recorder needs to know of a session.
    struct Opening: Sendable {
        var session: SessionID
        var start: SessionStart
        var wall: WallTime
        var report: @Sendable (Event) -> Void
    }

    let opening: Opening
    let ring: TapRing
    let events: EventQueue
    private let hasEnded = Atomic<Bool>(false)
    private let failing = Atomic<Bool>(false)

    init(opening: Opening, options: RecordingOptions, wake: @escaping @Sendable () -> Void) {
        self.opening = opening
        let seconds = Double(options.buffered.wholeNanoseconds) / 1e9
        ring = TapRing(samples: Int(Double(opening.start.sampleRate * 2) * min(max(seconds, 0.1), 60)))
        events = EventQueue(bound: options.eventBound, policy: .lossless, wake: {})
        self.wake = wake
    }

    private let wake: @Sendable () -> Void

    /// Whether the writer has told that it cannot go on. Set by the recorder thread, read by the engine thread.
    var isFailing: Bool {
        get { failing.load(ordering: .acquiring) }
        set { failing.store(newValue, ordering: .releasing) }
    }

    /// The tap will send nothing more. Engine thread.
    func end() {
        hasEnded.store(true, ordering: .releasing)
        wake()
    }

    /// Whether all has been sent; what was sent before is then visible. Recorder thread.
    var isEnded: Bool { hasEnded.load(ordering: .acquiring) }
}
