import Core

/// Keeps a thread from spinning on a device that does not pace itself (ALSA's `null` and `file` return at once).
///
/// As long as samples and clock agree the device paces. When it gets ahead of the clock by more than its buffer can
/// explain, it is held to the clock for good. The comparison starts anew every second, so that the drift of a real
/// device never adds up to a false alarm.
struct PaceKeeper: Sendable, Equatable {
    private let rate: Int
    private let slack: Duration
    private var anchor: MonotonicTime
    private var moved = 0
    /// Whether the device does not pace itself.
    private(set) var isUnpaced = false

    /// - Parameter buffer: frames of the device's buffer, which it may take or give at once.
    init(rate: Int, buffer: Int, period: Int, now: MonotonicTime) {
        self.rate = max(1, rate)
        slack = .nanoseconds(Int64(buffer + 4 * period) * 1_000_000_000 / Int64(max(1, rate)))
        anchor = now
    }

    /// `frames` were moved. Returns when the next transfer may begin; nil is at once.
    mutating func moved(_ frames: Int, now: MonotonicTime) -> MonotonicTime? {
        moved += frames
        let due = anchor + .nanoseconds(Int64(moved) * 1_000_000_000 / Int64(rate))
        if isUnpaced {
            guard due > now else {
                if now - due > .milliseconds(200) { restart(now) }
                return nil
            }
            return due
        }
        if due - now > slack {
            isUnpaced = true
            restart(now)
            return now + .nanoseconds(Int64(frames) * 1_000_000_000 / Int64(rate))
        }
        if now - anchor > .seconds(1) { restart(now) }
        return nil
    }

    private mutating func restart(_ now: MonotonicTime) {
        anchor = now
        moved = 0
    }
}
