import Core

/// How much may be drawn unasked: a line of 64 kbit/s keeps up with it, so that a key is answered at once there too.
/// What a key causes is drawn in any case and paid later.
public struct OutputBudget: Sendable {
    /// Bytes a second in the long run.
    public static let rate = 7_000.0
    /// Bytes at once after a quiet while: a large screen, whole.
    public static let burst = 16_000.0
    /// On a line known to be slow: the share of it that may be used unasked, and how much may be on its way when a key comes.
    static let share = 0.75
    static let ahead = Duration.milliseconds(50)

    /// Bytes a second of a slow line, as measured; nil on every other.
    public var line: Double?

    private var rate: Double { min(Self.rate, line.map { $0 * Self.share } ?? Self.rate) }
    private var burst: Double { min(Self.burst, line.map { $0 * Self.ahead.milliseconds / 1000 } ?? Self.burst) }
    private var balance = Self.burst
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
        return balance >= 0 ? nil : .milliseconds(Int((-balance / rate * 1000).rounded(.up)))
    }

    private mutating func refill(_ now: MonotonicTime) {
        let seconds = (now - last).milliseconds / 1000
        balance = min(burst, balance + max(0, seconds) * rate)
        last = now
    }
}
