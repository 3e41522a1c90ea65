import Core

/// How much may be drawn unasked: a line of 64 kbit/s keeps up with it, so that a key is answered at once there too.
/// What a key causes is drawn in any case and paid later.
public struct OutputBudget: Sendable {
    /// Bytes a second in the long run.
    public static let rate = 7_000.0
    /// Bytes at once after a quiet while: a large screen, whole.
    public static let burst = 16_000.0

    private var balance = burst
    private var last = MonotonicTime(nanoseconds: 0)

    public init() {}

    /// A frame of this many bytes was drawn.
    public mutating func spend(_ bytes: Int, now: MonotonicTime) {
        refill(now)
        balance -= Double(max(0, bytes))
    }

    /// How long the next frame has to wait; nil when it may be drawn.
    public mutating func wait(now: MonotonicTime) -> Duration? {
        refill(now)
        return balance >= 0 ? nil : .milliseconds(Int((-balance / Self.rate * 1000).rounded(.up)))
    }

    private mutating func refill(_ now: MonotonicTime) {
        let seconds = (now - last).milliseconds / 1000
        balance = min(Self.burst, balance + max(0, seconds) * Self.rate)
        last = now
    }
}
