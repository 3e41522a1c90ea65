import Core

/// A session's audio clock: positions of both channels in samples, by counting what was received and rendered, held to
/// the monotonic clock only where a stream paused. Recorder and events use these positions.
struct AudioClock {
    /// A hole in a channel: silence stands there.
    struct Hole: Equatable {
        var at: Int64
        var samples: Int64
    }

    let rate: Int
    private let start: MonotonicTime
    /// Next position of the agent's channel: the clock's reading.
    private(set) var agent: Int64 = 0
    /// Next position of the user's channel.
    private(set) var user: Int64 = 0
    /// A stream that lags by more than this has paused (a fifth of a second).
    private let slack: Int64
    private var isCatchingDown = false
    /// User samples that were left out and not reported yet.
    private var leftOut: Int64 = 0

    init(rate: Int, start: MonotonicTime) {
        self.rate = rate
        self.start = start
        slack = Int64(rate / 5)
    }

    private func due(_ now: MonotonicTime) -> Int64 {
        let elapsed = max(0, now.nanoseconds - start.nanoseconds)
        return elapsed / 1_000_000_000 * Int64(rate) + elapsed % 1_000_000_000 * Int64(rate) / 1_000_000_000
    }

    /// Places `count` rendered samples; a stall of the pacer becomes a hole.
    mutating func placeAgent(_ count: Int, now: MonotonicTime) -> (at: Int64, hole: Hole?) {
        var hole: Hole?
        let due = due(now)
        if agent + slack < due {
            hole = Hole(at: agent, samples: due - agent)
            agent = due
        }
        let at = agent
        agent += Int64(count)
        return (at, hole)
    }

    /// Whether `count` received samples without speech are best left out: after a network that stood still has given all at
    /// once, the user's channel is ahead of the time, and silence is where it can fall back without losing a word.
    mutating func leavesOut(_ count: Int, now: MonotonicTime) -> Bool {
        let ahead = user - due(now)
        if ahead > slack { isCatchingDown = true }
        if ahead <= Int64(count) { isCatchingDown = false }
        if isCatchingDown { leftOut += Int64(count) }
        return isCatchingDown
    }

    /// Samples that were left out since the last call.
    mutating func takeLeftOut() -> Int64 {
        defer { leftOut = 0 }
        return leftOut
    }

    /// Places `count` received samples; a pause of the caller's stream becomes a hole.
    mutating func placeUser(_ count: Int, now: MonotonicTime) -> (at: Int64, hole: Hole?) {
        var hole: Hole?
        let due = due(now)
        if user + Int64(count) + slack < due {
            let next = due - Int64(count)
            hole = Hole(at: user, samples: next - user)
            user = next
        }
        let at = user
        user += Int64(count)
        return (at, hole)
    }
}
