import Core

/// Order of a page of sessions; as a rule what is worth a look comes first: the newest, longest, slowest.
public enum SessionOrder: Sendable, Equatable, CaseIterable {
    case start, length, provider, agent, outcome, turns, p95, size

    /// The column, and whether its large values come first.
    fileprivate var column: (name: String, falls: Bool) {
        switch self {
        case .start: ("s.id", true)
        case .length: ("s.seconds", true)
        case .provider: ("s.provider", false)
        case .agent: ("s.agent", false)
        case .outcome: ("s.outcome", false)
        case .turns: ("s.turns", true)
        case .p95: ("s.p95", true)
        case .size: ("s.bytes", true)
        }
    }
}

/// Some rows of a list of sessions.
public struct SessionPage: Sendable {
    /// How many sessions the whole list has.
    public var total = 0
    /// The rows asked for; with excerpts when words were searched for.
    public var rows: [(session: IndexedSession, excerpts: [SearchHit.Excerpt])] = []
}

extension SessionIndex {
    /// Rows `from` on, at most `count`, of the sessions that pass the filter and hold all the words of `typed` (any, when there is
    /// no word in it).
    public func page(
        _ filter: SessionFilter, words typed: String = "", order: SessionOrder = .start, isReversed: Bool = false,
        from: Int, count: Int
    ) throws(DiskError) -> SessionPage {
        let expression = SearchWords(typed).expression
        let (conditions, rest) = filter.sql
        let values = (expression.map { [SQLValue.text($0)] } ?? []) + rest
        let source = expression == nil ? "session s WHERE 1" : "words CROSS JOIN session s ON s.id = words.rowid WHERE words MATCH ?"
        let excerpts = SearchHit.columns.indices.map { ", snippet(words, \($0), char(2), char(3), '…', 12)" }.joined()
        let (column, falls) = order.column
        let way = falls != isReversed ? "DESC" : "ASC"
        // What has no value comes last whichever way.
        let sorting = order == .start ? "s.id \(way)" : "\(column) IS NULL, \(column) \(way), s.id DESC"
        return try recovering { () throws(DatabaseError) in
            var page = SessionPage()
            page.total = Int(try database.integer("SELECT count(*) FROM \(source)\(conditions)", values))
            let rows = try database.prepare(
                """
                SELECT \(IndexSchema.columns)\(expression == nil ? "" : excerpts) FROM \(source)\(conditions)
                ORDER BY \(sorting) LIMIT ? OFFSET ?
                """)
            try rows.bind(values + [.integer(Int64(max(0, count))), .integer(Int64(max(0, from)))])
            while try rows.step() {
                page.rows.append(
                    expression == nil ? (IndexedSession(rows), []) : { ($0.session, $0.excerpts) }(SearchHit(rows)))
            }
            return page
        }
    }

    /// How many sessions there are and the bytes they took when the index looked.
    public func sums() throws(DiskError) -> (sessions: Int, bytes: Int64) {
        try recovering { () throws(DatabaseError) in
            let count = Int(try database.integer("SELECT count(*) FROM session"))
            return (count, try database.integer("SELECT coalesce(sum(bytes), 0) FROM session"))
        }
    }
}
