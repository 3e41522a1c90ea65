import Core

/// Keeps an agent silent that greets by itself whenever a connection is made: a conversation that goes on is not greeted again.
///
/// Ends when the greeting is over, when none came, or when the user is first.
struct GreetingMute {
    /// How long a greeting may take to begin.
    static let grace = Duration.milliseconds(1500)

    private(set) var isOn = false
    private var since = MonotonicTime(nanoseconds: 0)
    private var lastSign: MonotonicTime?

    /// The connection of a conversation that goes on is up.
    mutating func start(_ now: MonotonicTime) {
        isOn = true
        since = now
    }

    /// Something of the greeting came.
    mutating func sign(_ now: MonotonicTime) { lastSign = now }

    /// The user is first.
    mutating func end() { isOn = false }

    /// Whether the greeting is over now, or none came; `idle` is the silence that ends an answer.
    mutating func isOver(_ now: MonotonicTime, idle: Duration) -> Bool {
        guard isOn, now - (lastSign ?? since) >= (lastSign == nil ? Self.grace : idle) else { return false }
        isOn = false
        return true
    }
}
