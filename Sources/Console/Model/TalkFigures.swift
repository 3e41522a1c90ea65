import Core

/// How the time of a conversation was spent: who spoke how long, and the longest time that nobody did. Counted from the
/// first speech on. A fold of speech events.
struct TalkFigures: Sendable, Equatable {
    /// One side: time spoken, and since when it speaks.
    private struct Side: Equatable {
        var spoken = Duration.zero
        var since: MonotonicTime?

        func total(_ now: MonotonicTime) -> Duration { spoken + (since.map { max(.zero, now - $0) } ?? .zero) }

        mutating func open(_ time: MonotonicTime) { since = since ?? time }

        mutating func close(_ time: MonotonicTime) {
            spoken = total(time)
            since = nil
        }
    }

    private var user = Side()
    private var agent = Side()
    private var first: MonotonicTime?
    private var end: MonotonicTime?
    private var silentSince: MonotonicTime?
    private var silence = Duration.zero
    private var longest = Duration.zero

    /// The shares of user, agent and silence, 0…1 each; more than 1 together where both spoke at once.
    struct Shares: Equatable {
        var user: Double
        var agent: Double
        var silence: Double
    }

    mutating func open(isUser: Bool, _ time: MonotonicTime) {
        first = first ?? time
        if let since = silentSince {
            silence += max(.zero, time - since)
            longest = max(longest, time - since)
            silentSince = nil
        }
        if isUser { user.open(time) } else { agent.open(time) }
    }

    mutating func close(isUser: Bool, _ time: MonotonicTime) {
        guard (isUser ? user.since : agent.since) != nil else { return }
        if isUser { user.close(time) } else { agent.close(time) }
        if user.since == nil, agent.since == nil { silentSince = time }
    }

    /// The conversation is over: what follows is no silence of it.
    mutating func finish(_ time: MonotonicTime) {
        close(isUser: true, time)
        close(isUser: false, time)
        end = end ?? time
    }

    /// Nil before anybody has spoken.
    func shares(_ now: MonotonicTime) -> Shares? {
        let now = end ?? now
        guard let first, now > first else { return nil }
        let all = (now - first).milliseconds
        let still = silence + (silentSince.map { max(.zero, now - $0) } ?? .zero)
        return Shares(
            user: user.total(now).milliseconds / all, agent: agent.total(now).milliseconds / all,
            silence: still.milliseconds / all)
    }

    /// The longest time between the first speech and the last that nobody spoke; nil when there was none.
    var longestSilence: Duration? { longest > .zero ? longest : nil }
}
