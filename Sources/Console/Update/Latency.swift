import Core
import Terminal

extension ConsoleModel {
    /// Moves the choice among the turns; at the newest it follows again.
    mutating func chooseTurn(_ id: ActionID) {
        guard let reports = shown?.latency.reports, let chosen = chosenReport else { return }
        let last = reports.count - 1
        let at = reports.lastIndex { $0.turn == chosen.turn } ?? last
        let page = max(1, ConsoleLayout(self).work.height / 2)
        let to: Int
        switch id {
        case .lineUp: to = at - 1
        case .lineDown: to = at + 1
        case .pageUp: to = at - page
        case .pageDown: to = at + page
        case .toTop: to = 0
        default: to = last
        }
        let turn = reports[min(last, max(0, to))].turn
        chosenTurn = turn == shown?.latency.last?.turn ? nil : turn
    }

    mutating func runLatency(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        switch id {
        case .slowestTurn:
            chosenTurn = shown?.latency.slowest?.turn
            view = .latency
            return []
        default: return setBudget(argument.split(separator: " ").map(String.init))
        }
    }

    /// `budget`, `budget 0.8`, `budget llm_ttft 1.5`, `budget llm_ttft off`. The engine watches it where it may be told.
    private mutating func setBudget(_ words: [String]) -> [ConsoleEffect] {
        let isNamed = words.first.map { LatencyBudgets.names.contains($0) } ?? false
        let name = isNamed ? words[0] : "e2e"
        let value = isNamed ? words.dropFirst().first : words.first
        guard words.count <= (isNamed ? 2 : 1) else {
            say("budget takes a name and a time: budget llm_ttft 1.5", .warning)
            return []
        }
        let isOff = value == nil || value == "off"
        let ms = value.flatMap(LatencyBudgets.milliseconds)
        guard isOff || ms != nil else {
            let names = LatencyBudgets.names.joined(separator: ", ")
            let fix = isNamed ? "seconds from 0.01 to 60" : "seconds from 0.01 to 60, or one of \(names) before it"
            say("budget takes \(fix), not \(words.joined(separator: " "))", .warning)
            return []
        }
        if name == "e2e" { budgetMs = ms ?? ConsoleLimits.slowTurnMs }
        let limit =
            ms.map { Format.seconds($0) } ?? (name == "e2e" ? "\(Format.seconds(budgetMs)), the usual one" : "off")
        say("budget of \(name): \(limit)" + (isReadOnly ? " (marked here only: read-only)" : ""))
        return isReadOnly ? [] : [.send(.setBudget(name: name, ms: ms))]
    }

    /// The engine's budgets hold here too.
    mutating func takeBudgets(_ report: SystemReport) {
        guard report.budgets?["e2e"] != engineBudgetMs else { return }
        engineBudgetMs = report.budgets?["e2e"]
        budgetMs = engineBudgetMs ?? ConsoleLimits.slowTurnMs
    }
}
