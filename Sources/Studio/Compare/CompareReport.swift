import Core

/// The runs of one provider, or the recording itself.
public struct CompareColumn: Sendable, Equatable {
    public var name: String
    public var isRecorded: Bool
    public var runs: [CompareRunResult]

    public init(name: String, isRecorded: Bool = false, runs: [CompareRunResult]) {
        self.name = name
        self.isRecorded = isRecorded
        self.runs = runs
    }

    /// Runs that came to their end.
    public var done: [CompareRunResult] { runs.filter { $0.state == .done } }

    /// The turns of finished runs; with `number` only that turn of each.
    public func turns(_ number: Int? = nil) -> [CompareTurn] {
        done.flatMap(\.turns).filter { number == nil || $0.number == number }
    }

    /// Why runs have no figures, each reason once.
    public var failures: [String] {
        runs.compactMap(\.state.reason).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// Statistics by nearest rank. Pure.
enum CompareStatistics {
    static func percentile(_ values: [Double], _ share: Double) -> Double? {
        let sorted = values.filter(\.isFinite).sorted()
        guard !sorted.isEmpty else { return nil }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(sorted.count, max(1, rank)) - 1]
    }

    static func mean(_ values: [Double]) -> Double? {
        let known = values.filter(\.isFinite)
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}

/// How a provider stands to a budget.
public struct BudgetJudgement: Sendable, Equatable {
    public var budget: Budget
    public var provider: String
    public var passed: Int
    /// How many figures were judged; 0 when no run came to its end.
    public var judged: Int
    /// What was over it, with its figure.
    public var failures: [String]

    public var isMet: Bool { judged > 0 && passed == judged }
}

/// A comparison with all its figures. Pure.
public struct CompareReport: Sendable, Equatable {
    public var script: CallerScript
    /// The recording first where it has figures, then the providers as asked for.
    public var columns: [CompareColumn]
    public var budgets: [Budget]
    public var judgements: [BudgetJudgement]

    public init(script: CallerScript, providers: [String], results: [CompareRunResult], budgets: [Budget]) {
        self.script = script
        self.budgets = budgets
        let recorded = Self.recorded(script)
        let made = providers.map { name in
            CompareColumn(
                name: name, runs: results.filter { $0.provider == name }.sorted { $0.run < $1.run })
        }
        columns = (recorded.map { [$0] } ?? []) + made
        judgements = budgets.flatMap { budget in made.map { BudgetJudge.judge(budget, $0, recorded: recorded) } }
    }

    private static func recorded(_ script: CallerScript) -> CompareColumn? {
        let turns = script.turns.compactMap(\.recorded)
        guard turns.count == script.turns.count else { return nil }
        var run = CompareRunResult(provider: script.provider, run: 0, state: .done)
        run.turns = turns
        return CompareColumn(name: "recorded", isRecorded: true, runs: [run])
    }

    public var providers: [CompareColumn] { columns.filter { !$0.isRecorded } }
    public var hasFailedBudget: Bool { judgements.contains { $0.judged > 0 && !$0.isMet } }
    /// Whether a run of a provider could not be held.
    public var hasFailedRun: Bool { providers.contains { !$0.failures.isEmpty } }

    /// The exit code: 0 all budgets met, 1 one was not, 69 a run could not be held and no budget says more.
    public var exitCode: Int32 { hasFailedBudget ? 1 : hasFailedRun ? 69 : 0 }
}

/// Holds budgets against columns. Pure.
enum BudgetJudge {
    static func judge(_ budget: Budget, _ column: CompareColumn, recorded: CompareColumn?) -> BudgetJudgement {
        var judgement = BudgetJudgement(budget: budget, provider: column.name, passed: 0, judged: 0, failures: [])
        func take(_ isMet: Bool, _ words: @autoclosure () -> String) {
            judgement.judged += 1
            if isMet {
                judgement.passed += 1
            } else if judgement.failures.count < 20 {
                judgement.failures.append(words())
            }
        }
        guard !column.done.isEmpty else { return judgement }
        switch budget.aggregate {
        case .each where budget.figure == .connect:
            for run in column.done {
                weigh(budget, run.connectMs.map { $0 / 1000 }, limit(budget, nil), "run \(run.run)", take)
            }
        case .each:
            for run in column.done {
                for turn in run.turns { judge(budget, turn, "run \(run.run) turn \(turn.number)", recorded, take) }
            }
        case .run:
            let reference = recorded?.done.first.flatMap { sum(budget.figure, $0) }
            for run in column.done {
                weigh(budget, sum(budget.figure, run), limit(budget, reference), "run \(run.run)", take)
            }
        case .p50, .p95, .max, .mean:
            let reference = recorded.flatMap { aggregate(budget, $0) }
            weigh(budget, aggregate(budget, column), limit(budget, reference), budget.aggregate.rawValue, take)
        }
        return judgement
    }

    private typealias Take = (Bool, @autoclosure () -> String) -> Void

    private static func judge(
        _ budget: Budget, _ turn: CompareTurn, _ place: String, _ recorded: CompareColumn?, _ take: Take
    ) {
        switch budget.value {
        case .word(let word) where budget.figure == .tools:
            let isSame = word == "same" ? turn.toolsAreSame : turn.toolNamesAreSame
            take(isSame, "\(place): tools \(CompareWords.tools(turn))")
        case .word(let word):
            take(turn.outcome?.rawValue == word, "\(place): outcome \(turn.outcome?.rawValue ?? "–")")
        case .number, .recorded:
            // What was typed cannot be misheard.
            if budget.figure == .wer, turn.wordErrorRate == nil, turn.heard.isEmpty { return }
            let reference = recorded?.turns(turn.number).first.flatMap { figure(budget.figure, $0) }
            weigh(budget, figure(budget.figure, turn), limit(budget, reference), place, take)
        }
    }

    /// A figure that was not measured keeps no budget: silence is no success.
    private static func weigh(_ budget: Budget, _ value: Double?, _ limit: Double?, _ place: String, _ take: Take) {
        let name = budget.figure.rawValue
        guard let value else { return take(false, "\(place): \(name) was not measured") }
        guard let limit else { return take(false, "\(place): the recording has no \(name)") }
        take(budget.allows(value, limit: limit), "\(place): \(name) \(CompareWords.amount(value, budget.figure))")
    }

    private static func limit(_ budget: Budget, _ recorded: Double?) -> Double? {
        switch budget.value {
        case .number(let number): number
        case .recorded(let factor): recorded.map { $0 * factor }
        case .word: nil
        }
    }

    /// A figure of a turn in the unit of budgets.
    static func figure(_ figure: Budget.Figure, _ turn: CompareTurn) -> Double? {
        switch figure {
        case .e2e: turn.e2eMs.map { $0 / 1000 }
        case .heardE2e: turn.heardE2eMs.map { $0 / 1000 }
        case .wer: turn.wordErrorRate
        case .cost: turn.dollars
        case .tokens: turn.tokens.map { Double($0) }
        case .audio: turn.audioMs / 1000
        case .connect, .tools, .outcome: nil
        }
    }

    private static func sum(_ figure: Budget.Figure, _ run: CompareRunResult) -> Double? {
        let known = run.turns.compactMap { self.figure(figure, $0) }
        return known.isEmpty ? nil : known.reduce(0, +)
    }

    private static func aggregate(_ budget: Budget, _ column: CompareColumn) -> Double? {
        let values =
            budget.figure == .connect
            ? column.done.compactMap { $0.connectMs.map { $0 / 1000 } }
            : column.turns().compactMap { figure(budget.figure, $0) }
        return switch budget.aggregate {
        case .p50: CompareStatistics.percentile(values, 0.5)
        case .p95: CompareStatistics.percentile(values, 0.95)
        case .max: values.max()
        case .mean: CompareStatistics.mean(values)
        case .each, .run: nil
        }
    }
}
