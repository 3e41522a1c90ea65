import Console
import Core
import Dispatch
import Recording
import Studio
import Synchronization

/// Comparisons for the screen, on the engine that serves its conversations. Orders are worked off one after the other on a queue of its own;
/// conversations run on the engine thread, and disk and figures never do.
final class ScreenCompareLab: CompareLab {
    /// What lives on the engine thread.
    @EngineActor
    final class Bench {
        let stage: EngineStage
        let player: ComparePlayer?
        var running: [Int: Comparison] = [:]

        init(stage: EngineStage, player: ComparePlayer?) {
            self.stage = stage
            self.player = player
        }
    }

    private struct State {
        var script: CallerScript?
        var providers: [String] = []
        var results: [CompareRunResult] = []
        /// What each provider is doing.
        var progress: [String: String] = [:]
        /// Runs asked for of each provider.
        var asked: [String: Int] = [:]
        var runs = 0
        var budgets: [Budget] = []
        var folder: CompareFolder?
        /// Comparisons that run; those of an older table are told apart by it.
        var running: Set<Int> = []
        var next = 0
    }

    private let work = DispatchQueue(label: "sidetone.compare")
    private let state = Mutex(State())
    private let news = Mutex<(list: [CompareNews], bell: (@Sendable () -> Void)?)>(([], nil))
    private let post: @Sendable (@escaping @EngineActor @Sendable (Bench) -> Void) -> Void
    private let sessionsFolder: String

    /// A laboratory that reaches the engine thread by `post`.
    init(
        sessionsFolder: String,
        post: @escaping @Sendable (@escaping @EngineActor @Sendable (Bench) -> Void) -> Void
    ) {
        self.sessionsFolder = sessionsFolder
        self.post = post
    }

    func subscribe(_ bell: @escaping @Sendable () -> Void) { news.withLock { $0.bell = bell } }

    func take() -> [CompareNews] {
        news.withLock { news in
            defer { news.list = [] }
            return news.list
        }
    }

    func perform(_ order: CompareOrder) { work.async { self.carryOut(order) } }

    private func tell(_ item: CompareNews) {
        let bell = news.withLock { news in
            // Of two pictures only the newer one matters.
            if case .changed = item { news.list.removeAll { if case .changed = $0 { true } else { false } } }
            news.list.append(item)
            return news.bell
        }
        bell?()
    }

    private func carryOut(_ order: CompareOrder) {
        switch order {
        case .open(let session, let turn): open(session, turn)
        case .saveFixture(let session, let turn): saveFixture(session, turn)
        case .add(let provider, let runs): add(provider, runs)
        case .again(let runs): again(runs)
        case .cancel: post { bench in for comparison in bench.running.values { comparison.cancel() } }
        case .play(let column): play(column)
        case .stopPlaying: post { $0.player?.stop() }
        case .budgets(let texts): judge(texts)
        case .exportCSV: export("results.csv") { CompareTable.csv([$0]) }
        case .exportJSON: export("results.json") { CompareTable.json($0).text + "\n" }
        case .vote(let column, let votes, let total): vote(column, votes, total)
        }
    }

    // MARK: - Sources

    private func script(_ session: String, _ turn: Int?) throws -> (CallerScript, Int) {
        let script = try CallerScript(try StoredSession(path: session))
        // The newest turn may still be under way.
        let last = script.turns.last { $0.recorded?.outcome != nil } ?? script.turns.last
        return (script, turn ?? last?.number ?? 1)
    }

    private func open(_ session: String, _ turn: Int?) {
        post { bench in for comparison in bench.running.values { comparison.cancel() } }
        do {
            let (script, number) = try script(session, turn)
            guard let selected = script.selecting(number...number) else {
                let there = script.turns.map { "\($0.number)" }.joined(separator: ", ")
                return tell(.failed("the caller said nothing in turn \(number); there are \(there)"))
            }
            state.withLock { state in
                let (budgets, next) = (state.budgets, state.next)
                state = State(script: selected)
                (state.budgets, state.next) = (budgets, next)
            }
            publish()
        } catch { tell(.failed("\(error)")) }
    }

    private func saveFixture(_ session: String, _ turn: Int?) {
        do {
            let (script, number) = try script(session, turn)
            let folder = CompareFolder.base(besides: sessionsFolder, named: "fixtures")
            tell(
                .said(
                    "turn \(number) is a fixture: \(try CallerFixture.write(script, turn: number, below: folder, now: .now()))"
                ))
        } catch { tell(.failed("no fixture: \(error)")) }
    }

    // MARK: - Running

    private func add(_ provider: String, _ runs: Int) {
        state.withLock { state in
            if !state.providers.contains(provider) { state.providers.append(provider) }
            state.results.removeAll { $0.provider == provider }
        }
        run([provider], runs)
    }

    private func again(_ runs: Int) {
        let providers = state.withLock { state in
            state.results = []
            state.folder = nil
            return state.providers
        }
        run(providers, runs)
    }

    private func run(_ providers: [String], _ runs: Int) {
        let plan = ComparisonPlan(providers: providers, runs: runs, jobs: 2)
        let begun = state.withLock { state -> (CallerScript, Int)? in
            guard let script = state.script else { return nil }
            state.next += 1
            state.running.insert(state.next)
            state.runs = plan.runs
            for provider in providers { state.asked[provider] = plan.runs }
            return (script, state.next)
        }
        guard let (script, number) = begun else { return tell(.failed("choose an utterance first")) }
        makeFolder(script, plan)
        publish()
        post { [self] bench in
            let comparison = Comparison(script, plan, stage: bench.stage) { progress in
                if progress == .finished { bench.running[number] = nil }
                self.work.async { self.take(progress, of: number) }
            }
            bench.running[number] = comparison
            comparison.start()
        }
    }

    private func makeFolder(_ script: CallerScript, _ plan: ComparisonPlan) {
        guard state.withLock({ $0.folder == nil }) else { return }
        let base = CompareFolder.base(besides: sessionsFolder)
        do throws(DiskError) {
            let made = try CompareFolder(
                "\(base)/\(WallTime.now().fileStamp)-\(script.name)-t\(script.turns.first?.number ?? 0)",
                script: script,
                plan: plan, now: .now())
            state.withLock { $0.folder = made }
        } catch { tell(.failed("figures are not kept: \(error)")) }
    }

    private func take(_ progress: ComparisonProgress, of number: Int) {
        guard state.withLock({ $0.running.contains(number) }) else { return }
        switch progress {
        case .began(let provider, let run): note(provider, "connecting, run \(run)")
        case .turn(let provider, let run, _): note(provider, "listening, run \(run)")
        case .ended(var result):
            if var folder = state.withLock({ $0.folder }) {
                do throws(DiskError) { try folder.add(&result) } catch {
                    tell(.failed("figures are not kept: \(error)"))
                }
                state.withLock { $0.folder = folder }
            }
            state.withLock { state in
                state.results.append(result)
                state.progress[result.provider] = nil
            }
        case .finished: _ = state.withLock { $0.running.remove(number) }
        }
        publish()
    }

    private func note(_ provider: String, _ words: String) { state.withLock { $0.progress[provider] = words } }

    // MARK: - Listening, judging, writing

    private func report() -> CompareReport? {
        state.withLock { state in
            state.script.map {
                CompareReport(script: $0, providers: state.providers, results: state.results, budgets: state.budgets)
            }
        }
    }

    private func play(_ column: Int) {
        guard let report = report(), let pcm = report.listening(to: column) else {
            return tell(.failed("there is nothing to hear"))
        }
        let rate = report.script.sampleRate
        post { [self] bench in
            guard let player = bench.player else { return tell(.failed("there is no speaker")) }
            player.play(pcm, rate: rate) { self.tell(.playing(nil)) }
            tell(.playing(column))
        }
    }

    private func judge(_ texts: [String]) {
        do throws(BudgetError) {
            var budgets: [Budget] = []
            for text in texts { budgets.append(try Budget(parsing: text)) }
            state.withLock { $0.budgets = budgets }
            publish()
        } catch { tell(.failed("\(error)")) }
    }

    private func export(_ name: String, _ make: (CompareReport) -> String) {
        guard let report = report(), let folder = state.withLock({ $0.folder }) else {
            return tell(.failed("there is nothing to write yet: add a provider"))
        }
        let path = "\(folder.path)/\(name)"
        do throws(DiskError) {
            try PosixDisk().replace(path, with: Array(make(report).utf8), durable: false)
            tell(.said("wrote \(path)"))
        } catch { tell(.failed("\(error)")) }
    }

    private func vote(_ column: Int, _ votes: Int, _ total: Int) {
        guard let report = report(), report.columns.indices.contains(column),
            var folder = state.withLock({ $0.folder })
        else { return }
        do throws(DiskError) { try folder.addVote(report.columns[column].name, votes: votes, of: total) } catch {
            tell(.failed("the vote is not kept: \(error)"))
        }
        state.withLock { $0.folder = folder }
    }

    // MARK: - The picture

    private func publish() {
        guard let report = report() else { return }
        let (progress, asked, runs, isRunning, folder) = state.withLock { state in
            (state.progress, state.asked, state.runs, !state.running.isEmpty, state.folder?.path)
        }
        let picture = ComparePicture(report, progress: progress, asked: asked, runs: runs, isRunning: isRunning)
        var snapshot = picture.snapshot
        snapshot.folder = folder
        tell(.changed(snapshot))
    }
}
