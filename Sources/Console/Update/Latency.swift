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

    mutating func runLatency(_ id: ActionID, _ argument: String) {
        switch id {
        case .slowestTurn:
            chosenTurn = shown?.latency.slowest?.turn
            view = .latency
        default: setBudget(argument)
        }
    }

    private mutating func setBudget(_ argument: String) {
        guard !argument.isEmpty else {
            budgetMs = ConsoleLimits.slowTurnMs
            say("budget \(Format.seconds(budgetMs)), the usual one")
            return
        }
        guard let seconds = Double(argument), seconds >= 0.05, seconds <= 60 else {
            say("budget takes seconds from 0.05 to 60, not \(argument)", .warning)
            return
        }
        budgetMs = seconds * 1000
        say("turns over \(Format.seconds(budgetMs)) are marked")
    }
}
