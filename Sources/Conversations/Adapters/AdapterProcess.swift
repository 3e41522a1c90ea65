import Core

/// The life of an external adapter: started, watched, restarted with backoff, stopped. Decisions only; time is an argument.
///
/// ```
/// start ─▶ running ──ended──▶ waiting (0.5, 1, 2 … 30 s) ─▶ running …      a run of a minute sets the backoff back
///             └── stop ──▶ stopping ──ended──▶ stopped
/// ```
struct AdapterProcess: Equatable {
    enum Phase: Equatable { case idle, running(since: MonotonicTime), waiting, stopping, stopped }

    enum Action: Equatable {
        case spawn
        case stop
        /// Call `restart` after this time.
        case timer(Duration)
        case cancelTimer
        /// Give the reserved port up: the program could not bind beside the reservation.
        case release
        case trouble(String)
        case clear
    }

    /// First and longest wait before a restart.
    static let shortest = Duration.milliseconds(500)
    static let longest = Duration.seconds(30)
    /// A run of this length is a good one.
    static let good = Duration.seconds(60)
    /// A program that ends sooner may not have got its port.
    static let suspicious = Duration.seconds(3)

    private(set) var phase = Phase.idle
    private(set) var restarts = 0
    private var wait = Self.shortest
    private var hasReleased = false

    mutating func start(_ now: MonotonicTime) -> [Action] {
        guard phase == .idle else { return [] }
        phase = .running(since: now)
        return [.spawn]
    }

    /// The program has ended: `why` in words, with the last thing it complained of.
    mutating func ended(_ why: String, _ now: MonotonicTime) -> [Action] {
        switch phase {
        case .stopping:
            phase = .stopped
            return []
        case .running(let since):
            let run = now - since
            if run >= Self.good { wait = Self.shortest }
            let next = wait
            wait = min(Self.longest, wait * 2)
            phase = .waiting
            var actions: [Action] = [
                .trouble("\(why); starting it again in \(Double(next.wholeNanoseconds) / 1e9) s"), .timer(next),
            ]
            if run < Self.suspicious, !hasReleased {
                hasReleased = true
                actions.append(.release)
            }
            return actions
        default: return []
        }
    }

    /// The wait is over.
    mutating func restart(_ now: MonotonicTime) -> [Action] {
        guard phase == .waiting else { return [] }
        phase = .running(since: now)
        restarts += 1
        return [.spawn]
    }

    /// It has run long enough to be called well again.
    mutating func settled() -> [Action] { if case .running = phase { [.clear] } else { [] } }

    mutating func stop() -> [Action] {
        switch phase {
        case .running:
            phase = .stopping
            return [.stop]
        case .waiting:
            phase = .stopped
            return [.cancelTimer]
        default:
            phase = .stopped
            return []
        }
    }
}
