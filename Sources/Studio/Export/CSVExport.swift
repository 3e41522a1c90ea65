import Core
import Recording

/// One row a turn, every part of its latency in a column of its own (RFC 4180).
struct CSVExport: SessionExport {
    let name = "csv"
    let fileEnd = "csv"
    let summary = "one row a turn for a spreadsheet, safe against formulas"

    func text(_ session: ExportDocument) -> String {
        var parts: [String] = []
        for part in session.turns.flatMap(\.parts) where !parts.contains(part.name) { parts.append(part.name) }
        let head =
            [
                "turn", "start_s", "trigger", "user_text", "agent_text", "heard_share", "outcome", "e2e_ms",
                "heard_e2e_ms",
            ]
            + parts.map { $0 + "_ms" } + ["tools", "provider", "cost_usd"]
        return ([head.map(Self.field)] + session.turns.map { Self.row($0, parts) })
            .map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func row(_ turn: ExportTurn, _ parts: [String]) -> [String] {
        let latency = parts.map { name in
            let own = turn.parts.filter { $0.name == name }
            return own.isEmpty ? "" : ExportNumber.fixed(own.reduce(0) { $0 + $1.ms }, 1)
        }
        let calls = turn.calls.map { "\($0.name) \($0.outcome?.rawValue ?? "no end")" }.joined(separator: "; ")
        return [
            String(turn.number), ExportNumber.fixed(turn.start, 3), turn.trigger?.rawValue ?? "",
            field(turn.userText), field(turn.agentText), ExportNumber.fixed(turn.heardShare, 3),
            turn.outcome?.rawValue ?? "", ExportNumber.fixed(turn.e2eMs, 1),
            ExportNumber.fixed(turn.heardE2eMs, 1),
        ] + latency + [field(calls), field(turn.provider), ExportNumber.fixed(turn.dollars, 6)]
    }

    /// Text from outside, always quoted when anything in it could part a field. What a spreadsheet would take for a formula, also
    /// behind blanks and in full-width forms, begins with an apostrophe.
    static func field(_ outside: String) -> String {
        var text = TranscriptVTT.plain(outside)
        if let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }),
            "=+-@|%＝＋－＠".unicodeScalars.contains(first)
        {
            text = "'" + text
        }
        guard text.unicodeScalars.contains(where: { !$0.isASCII || ",;\"' \t".unicodeScalars.contains($0) }) else {
            return text
        }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
