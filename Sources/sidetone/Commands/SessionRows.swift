import Core
import Recording

/// Sessions from the index, as a table and as JSON.
enum SessionRows {
    static let heads = ["SESSION", "LENGTH", "PROVIDER", "CALLER", "OUTCOME", "TURNS", "E2E P50/P95", "COST", "SIZE"]

    /// Cells of a table under `heads`.
    static func cells(_ session: IndexedSession) -> [String] {
        [
            session.name, Columns.clock(session.seconds), session.providers.joined(separator: "+"),
            session.caller ?? session.leg, outcome(session), "\(session.turns)", latency(session),
            session.dollars.map { "$\(Columns.number($0, 4))" } ?? "–",
            "\(Columns.number(Double(session.bytes) / 1e6, 1)) MB",
        ]
    }

    private static func outcome(_ session: IndexedSession) -> String {
        session.isWhole || session.outcome == .live
            ? session.outcome.rawValue : session.outcome.rawValue + ", not whole"
    }

    private static func latency(_ session: IndexedSession) -> String {
        guard let p50 = session.e2eP50Ms, let p95 = session.e2eP95Ms else { return "–" }
        return "\(Columns.number(p50, 0))/\(Columns.number(p95, 0)) ms"
    }

    /// The JSON form.
    static func json(_ session: IndexedSession) -> JSONValue {
        let text = { (value: String?) -> JSONValue in value.map { .string($0) } ?? .null }
        let number = { (value: Double?) -> JSONValue in value.map { .double($0) } ?? .null }
        return [
            "name": .string(session.name), "session": .string(session.session), "began": .string(session.began.rfc3339),
            "seconds": .double(session.seconds), "bytes": .int(session.bytes),
            "isLive": .bool(session.outcome == .live), "provider": .string(session.provider),
            "providers": .array(session.providers.map { .string($0) }), "model": text(session.model),
            "agent": .string(session.agent), "leg": .string(session.leg), "caller": text(session.caller),
            "outcome": .string(session.outcome.rawValue), "reason": text(session.reason),
            "turns": .int(Int64(session.turns)), "e2eP50Ms": number(session.e2eP50Ms),
            "e2eP95Ms": number(session.e2eP95Ms), "dollars": number(session.dollars), "state": .string(session.state),
            "isWhole": .bool(session.isWhole),
        ]
    }
}
