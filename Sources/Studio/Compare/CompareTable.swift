import Core

/// A comparison as rows of text: for the terminal, a spreadsheet, a page. Pure. Text from outside is cleaned by whoever prints it.
public enum CompareTable {
    public static let heads = [
        "PROVIDER", "RUNS", "e2e p50/max", "HEARD", "WER", "TOOLS", "TOKENS in/out", "COST a run", "AUDIO", "NOTE",
    ]

    /// One row a column over all turns, or over the turn `number`.
    public static func rows(_ report: CompareReport, turn number: Int? = nil) -> [[String]] {
        let best = Best(report, number)
        return report.columns.map { row($0, number, best) }
    }

    private static func row(_ column: CompareColumn, _ number: Int?, _ best: Best) -> [String] {
        let turns = column.turns(number)
        let e2e = turns.compactMap(\.e2eMs)
        let middle = CompareStatistics.percentile(e2e, 0.5)
        let latency = "\(CompareWords.seconds(middle)) / \(CompareWords.seconds(e2e.max()))"
        let heard = CompareStatistics.percentile(turns.compactMap(\.heardE2eMs), 0.5)
        let wer = CompareStatistics.mean(turns.compactMap(\.wordErrorRate))
        let cost = cost(column, number)
        let mark = { (isBest: Bool) in isBest ? " best" : "" }
        return [
            column.name, column.isRecorded ? "" : "\(column.done.count)/\(column.runs.count)",
            latency + mark(best.latency == column.name), CompareWords.seconds(heard), CompareWords.percent(wer),
            CompareWords.tools(turns), tokens(turns), CompareWords.dollars(cost) + mark(best.cost == column.name),
            turns.isEmpty ? "–" : CompareWords.number(CompareStatistics.mean(turns.map { $0.audioMs / 1000 }), 1) + "s",
            note(column, turns),
        ]
    }

    private static func tokens(_ turns: [CompareTurn]) -> String {
        let mean = { (values: [Int]) in
            CompareWords.number(CompareStatistics.mean(values.map { Double($0) }), 0)
        }
        return "\(mean(turns.compactMap(\.inputTokens)))/\(mean(turns.compactMap(\.outputTokens)))"
    }

    /// What a run costs on the mean; nil when no price is known.
    static func cost(_ column: CompareColumn, _ number: Int?) -> Double? {
        CompareStatistics.mean(
            column.done.compactMap { run in
                let known = run.turns.filter { number == nil || $0.number == number }.compactMap(\.dollars)
                return known.isEmpty ? nil : known.reduce(0, +)
            })
    }

    /// What went wrong, shortest first.
    private static func note(_ column: CompareColumn, _ turns: [CompareTurn]) -> String {
        var notes = column.failures
        let odd = turns.compactMap(\.outcome).filter { $0 != .completed && $0 != .interrupted }
        if !odd.isEmpty, !column.isRecorded { notes.append("\(odd.count) turns \(odd[0].rawValue)") }
        let late = column.runs.map(\.lateMs).max() ?? 0
        if late > 100 { notes.append("frames up to \(CompareWords.number(late, 0)) ms late: this machine was busy") }
        return notes.joined(separator: "; ")
    }

    /// Who is best at what, among the providers, where two or more have the figure.
    private struct Best {
        var latency: String?
        var cost: String?

        init(_ report: CompareReport, _ number: Int?) {
            func least(_ figure: (CompareColumn) -> Double?) -> String? {
                let known = report.providers.compactMap { column in figure(column).map { (column.name, $0) } }
                return known.count < 2 ? nil : known.min { $0.1 < $1.1 }?.0
            }
            latency = least { CompareStatistics.percentile($0.turns(number).compactMap(\.e2eMs), 0.5) }
            cost = least { CompareTable.cost($0, number) }
        }
    }

    // MARK: - Details and budgets

    /// What was heard, called and said in a turn, a line for each column (of its first finished run).
    public static func details(_ report: CompareReport, turn number: Int) -> [(name: String, lines: [String])] {
        report.columns.compactMap { column in
            guard let turn = column.turns(number).first else { return nil }
            var lines: [String] = []
            if !turn.heard.isEmpty {
                let wer = turn.wordErrorRate.map { " (WER \(CompareWords.percent($0)))" } ?? ""
                lines.append("heard  \(turn.heard)\(wer)")
            }
            for call in turn.calls {
                let expected = call.expected.map { "; expected \($0)" } ?? ""
                lines.append("tool   \(call.name)(\(call.arguments)) \(call.verdict.rawValue)\(expected)")
            }
            lines.append("said   \(turn.said.isEmpty ? "–" : turn.said)")
            if let trouble = turn.trouble, !column.isRecorded { lines.append("trouble \(trouble)") }
            return (column.name, lines)
        }
    }

    /// How each budget came out: `ok`, `over` or `not judged`.
    public static func budgets(_ report: CompareReport) -> [String] {
        report.judgements.map { judgement in
            let word = judgement.isMet ? "ok  " : judgement.judged == 0 ? "none" : "over"
            let share = judgement.judged == 0 ? "not judged" : "\(judgement.passed)/\(judgement.judged)"
            let why = judgement.failures.prefix(3).joined(separator: "; ")
            let more = judgement.failures.count > 3 ? " and \(judgement.failures.count - 3) more" : ""
            return
                "\(word)  \(judgement.budget.text)  \(judgement.provider)  \(share)\(why.isEmpty ? "" : "  " + why + more)"
        }
    }

    // MARK: - Files

    /// A row for each turn of each run (RFC 4180), safe against formulas.
    public static func csv(_ reports: [CompareReport]) -> String {
        let head = [
            "source", "provider", "run", "state", "turn", "outcome", "e2e_ms", "heard_e2e_ms", "wer", "tools",
            "input_tokens", "output_tokens", "cost_usd", "audio_ms", "heard", "said", "reason",
        ]
        var rows = [head.joined(separator: ",")]
        for report in reports {
            for column in report.columns {
                for run in column.runs {
                    // A run without any turn has a row all the same: that it failed must not go unseen.
                    for turn in run.turns.isEmpty ? [CompareTurn(number: 0)] : run.turns {
                        rows.append(csv(report.script.name, column, run, turn))
                    }
                }
            }
        }
        return rows.map { $0 + "\r\n" }.joined()
    }

    private static func csv(
        _ source: String, _ column: CompareColumn, _ run: CompareRunResult, _ turn: CompareTurn
    ) -> String {
        let state =
            switch run.state {
            case .done: "done"
            case .failed: "failed"
            case .skipped: "skipped"
            }
        let fields = [
            CSVExport.field(source), CSVExport.field(column.name), column.isRecorded ? "" : "\(run.run)", state,
            turn.number > 0 ? "\(turn.number)" : "", turn.outcome?.rawValue ?? "", ExportNumber.fixed(turn.e2eMs, 1),
            ExportNumber.fixed(turn.heardE2eMs, 1), ExportNumber.fixed(turn.wordErrorRate, 4),
            CSVExport.field(turn.calls.isEmpty ? "" : CompareWords.tools(turn)),
            turn.inputTokens.map { "\($0)" } ?? "", turn.outputTokens.map { "\($0)" } ?? "",
            ExportNumber.fixed(turn.dollars, 6), ExportNumber.fixed(turn.audioMs, 0), CSVExport.field(turn.heard),
            CSVExport.field(turn.said), CSVExport.field(run.state.reason ?? ""),
        ]
        return fields.joined(separator: ",")
    }

    /// One document: source, runs, budgets, exit code.
    public static func json(_ report: CompareReport) -> JSONValue {
        [
            "version": .int(Int64(CompareJSON.version)), "source": .string(report.script.name),
            "recorded": .array(report.script.turns.compactMap { $0.recorded.map(CompareJSON.turn) }),
            "runs": .array(report.providers.flatMap(\.runs).map(CompareJSON.run)),
            "budgets": .array(report.judgements.map(CompareJSON.judgement)),
            "exitCode": .int(Int64(report.exitCode)),
        ]
    }

    /// A page with the table, what each said, and the budgets.
    public static func markdown(_ report: CompareReport) -> String {
        var text = "# \(cell(report.script.name))\n\n"
        text += "| " + heads.joined(separator: " | ") + " |\n|" + String(repeating: "---|", count: heads.count) + "\n"
        for row in rows(report) { text += "| " + row.map(cell).joined(separator: " | ") + " |\n" }
        for turn in report.script.turns {
            text += "\n## Turn \(turn.number): \(cell(turn.reference))\n\n"
            for (name, lines) in details(report, turn: turn.number) {
                text += "- **\(cell(name))**" + lines.map { "  \n  \(cell($0))" }.joined() + "\n"
            }
        }
        if !report.judgements.isEmpty {
            text += "\n## Budgets\n\n" + budgets(report).map { "- \(cell($0))\n" }.joined()
        }
        return text
    }

    /// Text from outside that is neither a table's edge nor a tag.
    private static func cell(_ text: String) -> String {
        var out = ""
        for character in text {
            switch character {
            case "|", "*", "_", "`", "[", "]", "\\", "#": out += "\\\(character)"
            case "<": out += "&lt;"
            case "\n", "\r", "\t", "\r\n": out += " "
            default: out.append(character)
            }
        }
        return out
    }
}
