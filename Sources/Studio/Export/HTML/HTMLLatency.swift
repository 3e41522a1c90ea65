import Core

/// Where the time of each turn went.
enum HTMLLatency {
    static func section(_ session: ExportDocument) -> String {
        let turns = session.turns.filter { $0.e2eMs != nil || !$0.parts.isEmpty }
        var out = "<section class=\"card\" id=\"latency\"><h2>Latency</h2>\n"
        guard !turns.isEmpty else { return out + "<p class=\"note\">No turn was measured.</p></section>\n" }
        let longest = max(1, turns.map(length).max() ?? 1)
        let slowest = turns.filter { length($0) == longest }
        for turn in turns { out += row(turn, longest, isSlowest: turns.count > 1 && slowest == [turn]) }
        out += "<p class=\"legend\">"
        for owner in [TurnReport.Part.Owner.setting, .service, .tool, .transport] {
            out += "<span><i class=\"\(owner.rawValue)\"></i>\(owner.rawValue)</span>"
        }
        return out + "</p>\n<p class=\"hint\">From the caller's last sound to the agent's first.</p></section>\n"
    }

    private static func sum(_ turn: ExportTurn) -> Double {
        turn.parts.reduce(0) { $0 + ($1.ms.isFinite ? max(0, $1.ms) : 0) }
    }

    private static func length(_ turn: ExportTurn) -> Double {
        let e2e = turn.e2eMs ?? 0
        return max(e2e.isFinite ? e2e : 0, sum(turn))
    }

    private static func row(_ turn: ExportTurn, _ longest: Double, isSlowest: Bool) -> String {
        var out = "<details class=\"fall\"><summary><a href=\"#turn-\(turn.number)\">turn \(turn.number)</a>"
        out += "<span class=\"bar\" role=\"img\" aria-label=\"turn \(turn.number): \(ExportNumber.ms(turn.e2eMs))\">"
        for part in turn.parts where part.ms.isFinite && part.ms > 0 {
            out +=
                "<i class=\"\(part.owner.rawValue)\" style=\"width:\(ExportNumber.fixed(part.ms / longest * 100, 2))%\" "
            out += "title=\"\(HTMLText.escaped(part.name)) \(ExportNumber.ms(part.ms)), \(part.owner.rawValue)\"></i>"
        }
        out += "</span><b>\(ExportNumber.ms(turn.e2eMs))</b>\(isSlowest ? "<em>slowest</em>" : "")</summary>\n<table>"
        for part in turn.parts {
            out += "<tr><td><i class=\"\(part.owner.rawValue)\"></i>\(HTMLText.isolated(part.name))</td>"
            out += "<td>\(ExportNumber.fixed(part.ms, 1)) ms</td><td>\(part.owner.rawValue)</td></tr>"
        }
        return out + "</table></details>\n"
    }
}
