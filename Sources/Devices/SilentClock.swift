import Core

/// Paces a line without a device: so many samples are due by the clock, by absolute deadlines.
struct SilentClock: Sendable, Equatable {
    /// What is further behind than this is skipped, not made up in a burst.
    static let patience: Duration = .milliseconds(200)

    private let rate: Int
    private let frame: Int
    private var start: MonotonicTime
    private var frames = 0
    /// Samples skipped because the engine was late.
    private(set) var skipped = 0

    /// A clock of frames of 10 ms that begins now; the first is due at once.
    init(rate: Int, now: MonotonicTime) {
        self.rate = max(100, rate)
        frame = max(1, rate / 100)
        start = now
    }

    /// Samples of a frame.
    var frameLength: Int { frame }

    /// When the next frame is due.
    var next: MonotonicTime { start + .nanoseconds(Int64(frames * frame) * 1_000_000_000 / Int64(rate)) }

    /// Whether a frame is due; call until it is not.
    mutating func take(now: MonotonicTime) -> Bool {
        guard next <= now else { return false }
        if now - next > Self.patience {
            let late = Int((now - next).wholeNanoseconds / 1_000_000 * Int64(rate) / 1000) / frame
            skipped += late * frame
            frames += late
        }
        frames += 1
        return true
    }
}
