import Core

/// What is to be compared.
public struct ComparisonPlan: Sendable, Equatable {
    public var providers: [String]
    /// Conversations with each provider, 1...100.
    public var runs: Int
    /// Conversations at once, 1...32.
    public var jobs: Int
    /// No run is begun, and no turn of one, once the vendors have told so many dollars; nil spends without end.
    public var mostDollars: Double?
    public var limits = CompareLimits()

    public init(providers: [String], runs: Int = 3, jobs: Int = 2, mostDollars: Double? = nil) {
        self.providers = providers
        self.runs = max(1, min(100, runs))
        self.jobs = max(1, min(32, jobs))
        self.mostDollars = mostDollars
    }
}

/// What happens in a comparison.
public enum ComparisonProgress: Sendable, Equatable {
    case began(provider: String, run: Int)
    /// A turn with this number in the source is being said.
    case turn(provider: String, run: Int, number: Int)
    case ended(CompareRunResult)
    /// All runs are over; nothing follows.
    case finished
}

/// Runs one script against several providers: run 1 of each, then run 2 of each …, never more at once than the plan allows. A run that
/// cannot be held is a row with its reason. Engine thread.
@EngineActor
public final class Comparison {
    private let script: CallerScript
    private let plan: ComparisonPlan
    private let stage: any CompareStage
    private let tell: @EngineActor (ComparisonProgress) -> Void
    private var waiting: [(provider: String, run: Int)] = []
    private var running: [String: CompareRun] = [:]
    private var spent = 0.0
    private var stopped: String?
    private var isOver = false

    /// A comparison; nothing happens before `start`.
    public init(
        _ script: CallerScript, _ plan: ComparisonPlan, stage: any CompareStage,
        tell: @escaping @EngineActor (ComparisonProgress) -> Void
    ) {
        self.script = script
        self.plan = plan
        self.stage = stage
        self.tell = tell
        waiting = (1...plan.runs).flatMap { run in plan.providers.map { ($0, run) } }
    }

    /// Begins the first runs.
    public func start() { fill() }

    /// Ends what runs and begins nothing more; each is a row with this reason.
    public func cancel(_ why: String = "cancelled") {
        guard stopped == nil else { return }
        stopped = why
        for run in Array(running.values) { run.fail(why) }
        fill()
    }

    private func fill() {
        while running.count < plan.jobs, !waiting.isEmpty {
            let (provider, run) = waiting.removeFirst()
            if let why = stopped ?? limit(spent) ?? stage.obstacle(of: provider) {
                var row = CompareRunResult(provider: provider, run: run, state: .skipped(why))
                if stopped == nil, limit(spent) == nil { row.state = .failed(why) }
                tell(.ended(row))
            } else {
                begin(provider, run)
            }
        }
        guard running.isEmpty, waiting.isEmpty, !isOver else { return }
        isOver = true
        tell(.finished)
    }

    private func begin(_ provider: String, _ number: Int) {
        let key = "\(number) \(provider)"
        let run = CompareRun(
            script, provider: provider, run: number, stage: stage, limits: plan.limits,
            onTurn: { [tell] in tell(.turn(provider: provider, run: number, number: $0)) },
            obstacle: { [weak self] in self?.limit((self?.spent ?? 0) + $0) },
            onEnd: { [weak self] result in
                self?.running[key] = nil
                self?.spent += result.dollars ?? 0
                self?.tell(.ended(result))
                self?.fill()
            })
        running[key] = run
        tell(.began(provider: provider, run: number))
        run.start()
    }

    private func limit(_ dollars: Double) -> String? {
        guard let most = plan.mostDollars, dollars >= most else { return nil }
        return "the spending limit is reached"
    }
}
