import Core

/// Budgets of latency: a turn that goes over one raises trouble, the next that keeps it takes the trouble away.
extension SessionMachine {
    /// The report with the budgets that it went over.
    func judged(_ report: TurnReport) -> TurnReport {
        var report = report
        let found = settings.budgets.breaches(report)
        report.breaches = found.isEmpty ? nil : found
        return report
    }

    /// Tells what the turn just reported did to the budgets. Parts that it does not have say nothing.
    mutating func tellBudgets() {
        guard !settings.budgets.limits.isEmpty, case .emit(.turnEnded(let report))? = actions.last else { return }
        let times = LatencyBudgets.times(report)
        let breaches = report.breaches ?? []
        for name in settings.budgets.set where name != "yield" {
            if let breach = breaches.first(where: { $0.name == name }) {
                raise(breach, in: report)
            } else if times[name] != nil {
                clearBudget(name)
            }
        }
    }

    /// The agent gave way after so many milliseconds of the user's speech.
    mutating func judge(yield ms: Double) {
        guard let limit = settings.budgets["yield"] else { return }
        guard ms > limit else { return clearBudget("yield") }
        raise(BudgetBreach(name: "yield", ms: ms, budgetMs: limit), whose: "barge_in_ms is your setting", turn: turn)
    }

    /// Other limits: what is no budget any more is no trouble any more.
    mutating func change(_ budgets: LatencyBudgets) {
        settings.budgets = budgets
        for name in overBudget.sorted() where budgets[name] == nil { clearBudget(name) }
    }

    private mutating func raise(_ breach: BudgetBreach, in report: TurnReport) {
        let part = report.parts.last { $0.name == breach.name }
        let longest = report.parts.filter { $0.ms.isFinite }.max { $0.ms < $1.ms }
        let whose: String
        switch part?.owner {
        case .setting?: whose = "your setting\(part?.setting.map { " \($0)" } ?? "")"
        case .tool?: whose = "tool"
        case .transport?: whose = "transport"
        case .service?: whose = report.provider
        case nil: whose = longest.map { "most of it \($0.name)" } ?? report.provider
        }
        raise(breach, whose: whose, turn: report.turn)
    }

    private mutating func raise(_ breach: BudgetBreach, whose: String, turn: Int) {
        overBudget.insert(breach.name)
        emit(
            .trouble(
                Trouble(
                    code: LatencyBudgets.troublePrefix + breach.name, severity: .warning,
                    text: "turn \(turn): \(breach.words) (\(whose))",
                    fix: "the Latency view shows the turn; :budget \(breach.name) SECONDS changes the limit")))
    }

    private mutating func clearBudget(_ name: String) {
        guard overBudget.remove(name) != nil else { return }
        emit(.troubleCleared(TroubleCleared(code: LatencyBudgets.troublePrefix + name)))
    }
}
