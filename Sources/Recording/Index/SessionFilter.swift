import Core

/// How a session came to its end, in one word.
public enum SessionOutcome: String, Sendable, Codable, CaseIterable {
    /// Who ended it in order.
    case caller, agent, operator_ = "operator"
    /// The provider or the program ended it because it could not go on.
    case failed
    /// The program was ended first.
    case stopped
    /// Cut off by a crash.
    case cutOff = "cut-off"
    /// Being recorded when the index last looked.
    case live

    /// From what a folder holds.
    init(_ session: StoredSession) {
        if session.isLive {
            self = .live
            return
        }
        switch session.meta.state {
        case .recording, .interrupted: self = .cutOff
        case .stopped: self = .stopped
        case .ended:
            switch session.log.end?.by {
            case .caller: self = .caller
            case .agent: self = .agent
            case .operator_: self = .operator_
            case .provider, .system: self = .failed
            case nil: self = .stopped
            }
        }
    }
}

/// Which sessions are wanted; what is nil does not matter.
public struct SessionFilter: Sendable, Equatable {
    /// Name of a provider that served a part of it; case does not matter.
    public var provider: String?
    /// Name of the agent; case does not matter.
    public var agent: String?
    public var outcome: SessionOutcome?
    /// Milliseconds that the 95th percentile of end-to-end latency is above.
    public var slowerThanMs: Double?
    /// Began at or after this.
    public var since: WallTime?
    /// Began before this.
    public var until: WallTime?

    /// All sessions.
    public init() {}

    /// Whether it lets all through.
    public var isEmpty: Bool { self == SessionFilter() }

    /// Conditions on the table `s` with their values, beginning with ` AND`; empty when nothing is asked.
    var sql: (text: String, values: [SQLValue]) {
        var text = ""
        var values: [SQLValue] = []
        let add = { (condition: String, value: SQLValue) in
            text += " AND " + condition
            values.append(value)
        }
        if let provider { add("s.id IN (SELECT id FROM served WHERE provider = ?)", .text(provider)) }
        if let agent { add("s.agent = ?", .text(agent)) }
        if let outcome { add("s.outcome = ?", .text(outcome.rawValue)) }
        if let slowerThanMs { add("s.p95 > ?", .real(slowerThanMs)) }
        if let since { add("s.id >= ?", .integer(IndexedSession.firstID(at: since))) }
        if let until { add("s.id < ?", .integer(IndexedSession.firstID(at: until))) }
        return (text, values)
    }
}
