/// In which order sessions are told.
public struct SessionOrder: Sendable, Equatable {
    /// What they are ordered by.
    public enum Key: String, Sendable, Codable, CaseIterable {
        /// Start.
        case began
        case length, provider, agent, outcome, turns
        /// 95th percentile of end-to-end latency.
        case latency
        case cost, size

        /// The column of the table `s`.
        var column: String {
            switch self {
            case .began: "s.id"
            case .length: "s.seconds"
            case .provider: "s.provider"
            case .agent: "s.agent"
            case .outcome: "s.outcome"
            case .turns: "s.turns"
            case .latency: "s.p95"
            case .cost: "s.dollars"
            case .size: "s.bytes"
            }
        }
    }

    public var key: Key
    /// Largest (newest, last in the alphabet) first.
    public var isDescending: Bool

    /// An order; newest first when nothing is said.
    public init(_ key: Key = .began, isDescending: Bool = true) {
        self.key = key
        self.isDescending = isDescending
    }

    /// The other way round.
    public var reversed: SessionOrder { SessionOrder(key, isDescending: !isDescending) }

    /// What follows `ORDER BY`. Equal ones are told newest first; those without a figure come last when descending.
    var sql: String {
        let way = isDescending ? "DESC" : "ASC"
        return key == .began ? "s.id \(way)" : "\(key.column) \(way), s.id \(way)"
    }
}
