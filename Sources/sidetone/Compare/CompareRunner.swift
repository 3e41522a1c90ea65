import Core
import Recording
import Studio
import Terminal

/// Runs one comparison to its end on the main thread: progress on standard error, results into the folder.
final class CompareRunner {
    let folder: String
    private(set) var wasInterrupted = false
    private let host: CompareHost
    private let signals: SignalWait
    private let isQuiet: Bool

    init(host: CompareHost, signals: SignalWait, isQuiet: Bool, folder: String) {
        self.host = host
        self.signals = signals
        self.isQuiet = isQuiet
        self.folder = folder
    }

    /// Waits for all runs. A signal ends them; what was measured until then stays. Throws what the disk said.
    func run(
        _ script: CallerScript, _ plan: ComparisonPlan, _ budgets: [Budget]
    ) throws(DiskError) -> CompareReport {
        var keeper = try CompareFolder(folder, script: script, plan: plan, now: .now())
        var results: [CompareRunResult] = []
        host.start(script, plan)
        var isOver = false
        while !isOver {
            guard let arrival = signals.next() else { break }
            if arrival == .terminate {
                wasInterrupted = true
                host.cancel()
            }
            for progress in host.take() {
                if case .ended(var result) = progress {
                    try keeper.add(&result)
                    results.append(result)
                }
                if progress == .finished { isOver = true }
                tell(progress)
            }
        }
        let report = CompareReport(script: script, providers: plan.providers, results: results, budgets: budgets)
        try keeper.close(report)
        return report
    }

    private func tell(_ progress: ComparisonProgress) {
        guard !isQuiet else { return }
        switch progress {
        case .began(let provider, let run): say(provider, run, "connecting")
        case .turn(let provider, let run, let number): say(provider, run, "turn \(number)")
        case .ended(let result): say(result.provider, result.run, result.state.reason ?? "done")
        case .finished: break
        }
    }

    private func say(_ provider: String, _ run: Int, _ words: String) {
        Output.error(Columns.safe("\(provider) run \(run): \(words)"))
    }
}

/// The table of a comparison on standard output.
enum CompareTableText {
    /// Lines of a text, each cleaned.
    static func clean(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { SafeText(String($0)).string }
            .joined(separator: "\n")
    }

    static func print(_ report: CompareReport, folder: String) {
        let script = report.script
        let turns = script.turns.count == 1 ? "turn \(script.turns[0].number)" : "\(script.turns.count) turns"
        let seconds = Columns.number(script.seconds, 1)
        Output.line(
            Columns.safe("\(script.name): \(turns), \(seconds) s of the caller, recorded with \(script.provider)"))
        for line in Columns.table(CompareTable.heads, CompareTable.rows(report)) { Output.line(line) }
        for turn in script.turns {
            Output.line("")
            Output.line(Columns.safe("turn \(turn.number)  \"\(turn.reference)\"\(turn.isTyped ? " (typed)" : "")"))
            for (name, lines) in CompareTable.details(report, turn: turn.number) {
                for (index, line) in lines.enumerated() {
                    Output.line(Columns.row([(index == 0 ? "  \(name)" : "", 20)], line))
                }
            }
        }
        let budgets = CompareTable.budgets(report)
        if !budgets.isEmpty { Output.line("") }
        for line in budgets { Output.line(Columns.safe("budget \(line)")) }
        Output.line(Columns.safe("figures and audio: \(folder)"))
    }
}
