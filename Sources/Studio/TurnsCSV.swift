import Core

/// One line for each turn that ended, with its latency parts in columns (RFC 4180). Pure.
public enum TurnsCSV {
    /// The whole file. Parts that no turn has get no column; what was not measured is empty.
    public static func text(_ records: [EventRecord]) -> String {
        let turns = records.compactMap { if case .turnEnded(let turn) = $0.event { turn } else { nil } }
        var names: [String] = []
        for part in turns.flatMap(\.parts) where !names.contains(part.name) { names.append(part.name) }
        var out =
            (["turn", "provider", "outcome", "e2e_ms"] + names.map { $0 + "_ms" }).map(field).joined(separator: ",")
            + "\r\n"
        for turn in turns {
            let parts = names.map { name in number(turn.parts.first { $0.name == name }?.ms) }
            let fields = [String(turn.turn), turn.provider, turn.outcome.rawValue, number(turn.e2eMs)] + parts
            out += fields.map(field).joined(separator: ",") + "\r\n"
        }
        return out
    }

    private static func number(_ ms: Double?) -> String { ms.map { String(($0 * 10).rounded() / 10) } ?? "" }

    /// Quoted when needed; a leading sign that a spreadsheet would take for a formula is defused.
    private static func field(_ text: String) -> String {
        var text = text
        if let first = text.first, "=+@\t".contains(first) { text = "'" + text }
        guard text.contains(where: { ",\"\r\n".contains($0) || $0 == "\r\n" }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
