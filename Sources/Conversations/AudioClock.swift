import Core

/// A session's audio clock: positions in samples, by counting what was rendered, held to the monotonic clock only where
/// the playout stood still. Recorder and events use these positions; `UserPlacement` puts the caller's channel on them.
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
    /// A stream that lags by more than this has paused (a fifth of a second).
    private let slack: Int64

    init(rate: Int, start: MonotonicTime) {
        self.rate = rate
        self.start = start
        slack = Int64(rate / 5)
    }

    /// Where the clock should stand by the time that has gone by.
    func due(_ now: MonotonicTime) -> Int64 {
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
}
