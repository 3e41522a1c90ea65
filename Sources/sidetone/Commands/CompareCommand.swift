import ArgumentParser
import Configuration
import Core
import Glibc
import ProviderKit
import Recording
import Studio
import Terminal

/// `sidetone compare`: the caller's turns of a session or a fixture through several providers.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Send recorded turns of a caller to several providers and compare what comes.",
        discussion: """
            Sources are session folders (or names) and fixtures. The caller's audio is sent in real time, typed turns as text, each when
            the answer to the one before is over. Figures and audio are kept in a folder; docs/compare.md explains them.
            Budgets: FIGURE[.p50|p95|max|mean|run] SIGN VALUE, as e2e<0.8, heard_e2e.p95<1.2, wer<20%, cost.run<0.01, tools=same,
            e2e.p50<1.2*recorded.
            Exit codes: 0 done and all budgets met, 1 a budget is not met, 64 wrong arguments, 66 no such source, 69 a provider could \
            not be run, 78 wrong configuration, 130 interrupted.
            """)

    /// How the result is printed.
    enum Form: String, EnumerableFlag { case json, csv, markdown }

    @OptionGroup var store: StoreOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Names of the configuration or types, a comma between; also pipelines, local and mock.", valueName: "a,b"))
    var providers: String

    @Option(name: .long, help: ArgumentHelp("Conversations with each provider, 1 to 100.", valueName: "n"))
    var runs = 1

    @Option(name: .long, help: ArgumentHelp("Conversations at once, 1 to 32.", valueName: "n"))
    var jobs = 2

    @Option(
        name: .long, help: ArgumentHelp("Only this turn; what was said before it is told as context.", valueName: "n"))
    var turn: Int?

    @Option(name: .long, help: ArgumentHelp("Only these turns.", valueName: "from-to"))
    var turns: String?

    @Option(
        name: .long, help: ArgumentHelp("What must hold; give it again for more.", valueName: "budget"))
    var budget: [String] = []

    @Option(
        name: .customLong("max-cost"),
        help: ArgumentHelp("Begin nothing more once the vendors have told so many US dollars.", valueName: "dollars"))
    var mostDollars: Double?

    @Option(
        name: .long,
        help: ArgumentHelp("run: the tools of the configuration; recorded: the recording's answers.", valueName: "how"))
    var tools = "run"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Agent of the configuration; else the recorded one, where it is configured.", valueName: "name"))
    var agent: String?

    @Option(name: .long, help: ArgumentHelp("Folder for figures and audio.", valueName: "dir"))
    var out: String?

    @Flag(help: "Print JSON, a table for spreadsheets, or a page instead of the table.")
    var form: Form?

    @Flag(name: .long, help: "No progress on standard error.")
    var quiet = false

    @Argument(help: ArgumentHelp("Folder or name of a session, or folder of a fixture.", valueName: "source"))
    var sources: [String]

    func validate() throws {
        guard (1...100).contains(runs) else { throw ValidationError("--runs \(runs): use 1 to 100.") }
        guard (1...32).contains(jobs) else { throw ValidationError("--jobs \(jobs): use 1 to 32.") }
        guard EngineStage.ToolSource(rawValue: tools) != nil else {
            throw ValidationError("--tools \(tools): choose run or recorded.")
        }
        guard !names.isEmpty else { throw ValidationError("--providers: name at least one.") }
        if let mostDollars, !(mostDollars >= 0 && mostDollars.isFinite) {
            throw ValidationError("--max-cost \(mostDollars): give US dollars, 0 or more.")
        }
        if turn != nil, turns != nil { throw ValidationError("Give --turn or --turns, not both.") }
        _ = try chosenTurns()
        for text in budget {
            do throws(BudgetError) { _ = try Budget(parsing: text) } catch { throw ValidationError("\(error)") }
        }
    }

    /// Providers in the order given, each once.
    private var names: [String] {
        providers.split(separator: ",").map { $0.trimmed }.reduce(into: []) { names, name in
            if !name.isEmpty, !names.contains(name) { names.append(name) }
        }
    }

    private func chosenTurns() throws -> ClosedRange<Int>? {
        if let turn {
            guard turn > 0 else { throw ValidationError("--turn \(turn): turns count from 1.") }
            return turn...turn
        }
        guard let turns else { return nil }
        let ends = turns.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let from = ends[0], let to = ends[1], from > 0, from <= to else {
            throw ValidationError("--turns \(turns): write it as 2-5.")
        }
        return from...to
    }

    // MARK: - Running

    func run() throws {
        let context = try reportingMistakes { try CommandContext(config: store.file.config) }
        let scripts = try read(context)
        let budgets = budget.compactMap { try? Budget(parsing: $0) }
        let (setup, ownAgent) = try reportingMistakes { try prepare(context, scripts) }
        var reports: [CompareReport] = []
        let signals = SignalWait()
        let toolSource = EngineStage.ToolSource(rawValue: tools) ?? .run
        let host = try reportingMistakes { try CompareHost(setup, tools: toolSource, ownAgent: ownAgent) }
        defer { host.stop() }
        for script in scripts {
            let runner = CompareRunner(
                host: host, signals: signals, isQuiet: quiet,
                folder: place(script, of: scripts.count, context))
            let plan = ComparisonPlan(providers: names, runs: runs, jobs: jobs, mostDollars: mostDollars)
            let report = try reportingDisk { try runner.run(script, plan, budgets) }
            reports.append(report)
            if form == nil { CompareTableText.print(report, folder: runner.folder) }
            if runner.wasInterrupted { throw ExitCode(130) }
        }
        show(reports)
        if let code = reports.map(\.exitCode).first(where: { $0 == 1 }) ?? reports.map(\.exitCode).max(), code != 0 {
            throw ExitCode(code)
        }
    }

    private func read(_ context: CommandContext) throws -> [CallerScript] {
        let range = try chosenTurns()
        let folder = context.sessionsFolder(store.sessions)
        do {
            return try sources.map { source in try Self.script(source, folder, range) }
        } catch {
            Output.error("sidetone: \(SafeText("\(error)"))")
            throw ExitCode(66)
        }
    }

    private static func script(_ source: String, _ folder: String, _ range: ClosedRange<Int>?) throws -> CallerScript {
        let script =
            CallerFixture.isFixture(source)
            ? try CallerFixture.read(source) : try CallerScript(try SessionStore(folder: folder).session(source))
        guard let range else { return script }
        guard let selected = script.selecting(range) else {
            let numbers = script.turns.map { "\($0.number)" }.joined(separator: ", ")
            throw CompareSourceError(source, "there is no such turn of the caller; there are \(numbers)")
        }
        return selected
    }

    /// The setup as for a call, for the agent that was recorded where the configuration has it.
    private func prepare(_ context: CommandContext, _ scripts: [CallerScript]) throws -> (Setup, Bool) {
        let recorded = scripts.map(\.agent).first { name in context.configuration.agents.contains { $0.name == name } }
        let wanted = agent ?? recorded
        var arguments = ["--no-record"]
        if let file = store.file.config { arguments += ["--config", file] }
        if let wanted { arguments += ["--agent", wanted] }
        let setup = try Setup(try RunOptions.parse(arguments), listensByDefault: false)
        for name in names { _ = try setup.providers.entry(name, .sts) }
        return (setup, wanted != nil)
    }

    /// `--out`, else beside the sessions: `compare/<time>-<source>`.
    private func place(_ script: CallerScript, of count: Int, _ context: CommandContext) -> String {
        let name = script.name.split(separator: "/").joined(separator: "-")
        if let out { return count == 1 ? out : "\(out)/\(name)" }
        return
            "\(CompareFolder.base(besides: context.sessionsFolder(store.sessions)))/\(WallTime.now().fileStamp)-\(name)"
    }

    private func show(_ reports: [CompareReport]) {
        switch form {
        case .json: for report in reports { Output.line(CompareTable.json(report).text) }
        case .csv: Output.text(CompareTable.csv(reports))
        case .markdown:
            Output.text(reports.map { CompareTableText.clean(CompareTable.markdown($0)) }.joined(separator: "\n"))
        case nil: break
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
