import Core

/// Where a replay stands: a time line that runs at a speed, stops and jumps. Pure; `now` is an argument.
public struct ReplayClock: Sendable, Equatable {
    /// Slowest and fastest.
    public static let speeds = 0.25...4.0

    /// The end of the time line; the clock stops there.
    public let length: Duration
    /// Times as fast as it happened.
    public private(set) var speed: Double
    public private(set) var isPaused: Bool
    private var anchorTime: Duration
    private var anchorNow: MonotonicTime

    /// A clock at 0 that runs from `now`.
    public init(length: Duration, speed: Double = 1, isPaused: Bool = false, now: MonotonicTime) {
        self.length = length
        self.speed = Self.allowed(speed)
        self.isPaused = isPaused
        anchorTime = .zero
        anchorNow = now
    }

    /// The nearest speed that can be; 1 for what is no number.
    static func allowed(_ speed: Double) -> Double {
        speed.isFinite ? min(max(speed, speeds.lowerBound), speeds.upperBound) : 1
    }

    /// The place on the time line.
    public func time(at now: MonotonicTime) -> Duration {
        guard !isPaused else { return anchorTime }
        return min(length, max(.zero, anchorTime + (now - anchorNow) * speed))
    }

    /// Whether the end is reached.
    public func isAtEnd(at now: MonotonicTime) -> Bool { time(at: now) >= length }

    /// Stops or goes on.
    public mutating func setPaused(_ paused: Bool, now: MonotonicTime) {
        hold(now)
        isPaused = paused
    }

    /// Changes the speed, kept within `speeds`.
    public mutating func setSpeed(_ speed: Double, now: MonotonicTime) {
        hold(now)
        self.speed = Self.allowed(speed)
    }

    /// Jumps, kept within the time line.
    public mutating func seek(to time: Duration, now: MonotonicTime) {
        anchorTime = min(length, max(.zero, time))
        anchorNow = now
    }

    private mutating func hold(_ now: MonotonicTime) {
        anchorTime = time(at: now)
        anchorNow = now
    }
}
