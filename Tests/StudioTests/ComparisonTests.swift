import Conversations
import Core
import ProviderKit
import Providers
import Recording
import TestKit
import Testing
import Tools

@testable import Studio

/// Whole comparisons of scripted providers with real sessions, time by hand.
@Suite struct ComparisonTests {
    /// Sessions of the engine with scripted providers: their options by name; a name that is not there has no key.
    @EngineActor
    final class Stage: CompareStage {
        let manual = ManualLoop()
        var loop: any EngineLoop { manual }
        private let options: [String: JSONValue]
        private var engines: [Engine] = []
        private(set) var most = 0
        private var live: Int { engines.count { $0.activeCount > 0 } }

        init(_ options: [String: JSONValue]) { self.options = options }

        func obstacle(of provider: String) -> String? { options[provider] == nil ? "its key is missing" : nil }
        func greets(_ script: CallerScript) -> Bool { false }

        func begin(
            _ leg: any Leg, provider: String, script: CallerScript, tap: any SessionTap
        ) -> any CompareConversation {
            let options = options
            let environment = SessionEnvironment(
                loop: manual, opener: NoLinks(), tools: RecordedTools.registry(script, over: .builtIn),
                recording: OneTap(tap)
            ) { (name) throws(ConfigurationError) in
                let type = try ProviderRegistry(ProviderList.all).type("mock")
                guard case .agent(let descriptor) = type else {
                    throw ConfigurationError(place: name, cause: "no agent", fix: "")
                }
                return try descriptor.make(ProviderConfiguration(name: name, options: options[name] ?? .null))
            }
            let engine = Engine(
                environment: environment,
                defaults: .init(provider: provider, settings: SessionSettings(), record: true), providers: [provider],
                meters: MeterBoard(), consoleLegs: nil, monitor: nil, onShutdown: {})
            engines.append(engine)
            let talk = Talk(engine, engine.accept(leg, provider: provider).id)
            most = max(most, live)
            return talk
        }
    }

    @EngineActor
    private final class Talk: CompareConversation {
        let engine: Engine
        let id: SessionID
        init(_ engine: Engine, _ id: SessionID) {
            self.engine = engine
            self.id = id
        }
        func send(text: String) { engine.perform(.sendText(session: id, text: text)) }
        func cut() { engine.perform(.cutAgent(session: id)) }
    }

    @EngineActor
    private final class OneTap: SessionTapFactory {
        let tap: any SessionTap
        init(_ tap: any SessionTap) { self.tap = tap }
        func makeTap(
            session: SessionID, start: SessionStart, wall: WallTime,
            report: @escaping @EngineActor @Sendable (Event) -> Void
        ) -> any SessionTap { tap }
    }

    @EngineActor
    private final class NoLinks: LinkOpener {
        func open(_ id: LinkID, _ endpoint: Endpoint, delegate: any LinkDelegate) -> any Link { Dead(id) }
        private final class Dead: Link {
            let id: LinkID
            var queuedBytes: Int { 0 }
            init(_ id: LinkID) { self.id = id }
            func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool { false }
            func finish() {}
            func close(code: Int, reason: String) {}
        }
    }

    private static let fast: JSONValue = [
        "latency_ms": .int(200),
        "transcripts": .array(["What time is it in Berlin?", "Thanks, book a table for 2 at ate."]),
        "replies": .array([
            ["text": "It is late.", "tools": .array([["name": "get_time", "arguments": ["city": "Berlin"]]])],
            ["text": "Done."],
        ]),
    ]
    private static let slow: JSONValue = ["latency_ms": .int(900), "replies": .array(["I do not know.", "Sorry."])]

    private func sample() throws -> CallerScript { try CallerScript(try StoredSession(path: samplePath)) }

    @EngineActor
    private static func run(
        _ script: CallerScript, _ plan: ComparisonPlan, _ stage: Stage, for seconds: Int64 = 200
    ) -> (results: [CompareRunResult], isFinished: Bool, told: [ComparisonProgress]) {
        var told: [ComparisonProgress] = []
        let comparison = Comparison(script, plan, stage: stage) { told.append($0) }
        comparison.start()
        for _ in 0..<seconds where told.last != .finished { stage.manual.advance(by: .seconds(1)) }
        let results = told.compactMap { if case .ended(let result) = $0 { result } else { nil } }
        return (results, told.last == .finished, told)
    }

    @Test func twoProvidersAreMeasuredTurnByTurn() throws {
        let script = try sample()
        try EngineActor.executor.occupy {
            let stage = Stage(["fast": Self.fast, "slow": Self.slow])
            let plan = ComparisonPlan(providers: ["fast", "slow"], runs: 2, jobs: 3)
            let (results, isFinished, _) = Self.run(script, plan, stage)
            #expect(isFinished && results.count == 4)
            #expect(stage.most == 3)
            let report = CompareReport(
                script: script, providers: plan.providers, results: results,
                budgets: try ["e2e<1", "tools=same", "wer<30%"].map { text throws(BudgetError) in
                    try Budget(parsing: text)
                })
            #expect(report.columns.map(\.name) == ["recorded", "fast", "slow"])
            let fast = report.columns[1], slow = report.columns[2]
            #expect(fast.done.count == 2 && slow.done.count == 2)
            for turn in fast.turns(1) {
                #expect(turn.heard == "What time is it in Berlin?" && turn.wordErrorRate == 0)
                #expect(turn.calls.map(\.verdict) == [.equal] && turn.calls.first?.outcome == .result)
                #expect(turn.said.hasSuffix("It is late."))
            }
            for turn in fast.turns(2) { #expect(abs((turn.wordErrorRate ?? 0) - 1.0 / 8) < 1e-9) }
            // 500 ms until the scripted detector is sure, 200 or 900 ms until it answers, a frame or two of pacing.
            for turn in fast.turns() { #expect((700...800).contains(turn.e2eMs ?? 0), "\(turn.e2eMs ?? 0)") }
            for turn in slow.turns() { #expect((1400...1500).contains(turn.e2eMs ?? 0), "\(turn.e2eMs ?? 0)") }
            // What the two channels say is what the session's marks say.
            for turn in fast.turns() + slow.turns() {
                #expect(abs((turn.e2eMs ?? 0) - (turn.heardE2eMs ?? -1)) <= 60, "\(turn)")
            }
            #expect(slow.turns(1).allSatisfy { $0.calls.map(\.verdict) == [.missing] })
            #expect(report.judgements.filter { $0.provider == "fast" }.allSatisfy { $0.isMet })
            #expect(report.judgements.first { $0.provider == "slow" }?.passed == 0)
            #expect(report.exitCode == 1)
            // Both channels were kept, and the answer can be heard.
            #expect(results.allSatisfy { !$0.caller.isEmpty && !$0.agent.isEmpty && $0.lateMs == 0 })
            #expect(report.listening(to: 1)?.isEmpty == false)
        }
    }

    @Test func aChosenTurnAndATypedOneAreSaid() throws {
        var script = try #require(try sample().selecting(2...2))
        script.turns.append(CallerScript.Turn(number: 3, input: .text("And thank you."), reference: "And thank you."))
        EngineActor.executor.occupy {
            let (results, isFinished, told) = Self.run(
                script, ComparisonPlan(providers: ["slow"], runs: 1), Stage(["slow": Self.slow]))
            #expect(isFinished && results.first?.state == .done)
            #expect(told.contains(.turn(provider: "slow", run: 1, number: 3)))
            #expect(results.first?.turns.map(\.said) == ["I do not know.", "Sorry."])
            #expect(results.first?.turns.last?.wordErrorRate == nil)
        }
    }

    @Test func whatCannotBeHeldIsARowWithItsReason() throws {
        let script = try sample()
        EngineActor.executor.occupy {
            let stage = Stage([
                "refused": ["refuse": "auth"], "mute": ["replies": .array([["text": "x", "failure": "broken"]])],
            ])
            let plan = ComparisonPlan(providers: ["nobody", "refused", "mute"], runs: 1)
            let (results, isFinished, _) = Self.run(script, plan, stage)
            #expect(isFinished)
            let states = Dictionary(uniqueKeysWithValues: results.map { ($0.provider, $0) })
            #expect(states["nobody"]?.state == .failed("its key is missing"))
            #expect(states["refused"]?.state.reason?.isEmpty == false)
            #expect(states["mute"]?.state == .done)
            #expect(states["mute"]?.turns.allSatisfy { $0.e2eMs == nil && $0.outcome != .completed } == true)
            let report = CompareReport(script: script, providers: plan.providers, results: results, budgets: [])
            #expect(report.exitCode == 69)
        }
    }

    @Test func cancellingAndTheSpendingLimitEndIt() throws {
        let script = try sample()
        EngineActor.executor.occupy {
            var told: [ComparisonProgress] = []
            let stage = Stage(["slow": Self.slow])
            let comparison = Comparison(script, ComparisonPlan(providers: ["slow"], runs: 3, jobs: 1), stage: stage) {
                told.append($0)
            }
            comparison.start()
            stage.manual.advance(by: .seconds(3))
            comparison.cancel()
            stage.manual.advance(by: .seconds(1))
            #expect(told.last == .finished)
            let reasons = told.compactMap { if case .ended(let result) = $0 { result.state.reason } else { nil } }
            #expect(reasons == ["cancelled", "cancelled", "cancelled"])

            let plan = ComparisonPlan(providers: ["slow"], runs: 2, mostDollars: 0)
            let (results, isFinished, _) = Self.run(script, plan, Stage(["slow": Self.slow]))
            #expect(isFinished)
            #expect(results.map(\.state) == Array(repeating: .skipped("the spending limit is reached"), count: 2))
        }
    }

    @Test func resultsAreKeptInAFolder() throws {
        let script = try sample()
        let folder = TemporaryFolder()
        let plan = ComparisonPlan(providers: ["a+b (c)"], runs: 1)
        var keeper = try CompareFolder(folder.path + "/out/1", script: script, plan: plan, now: .now())
        var run = CompareRunResult(provider: "a+b (c)", run: 1, state: .done)
        (run.caller, run.agent) = ([1, 2, 3], [4])
        try keeper.add(&run)
        try keeper.close(CompareReport(script: script, providers: plan.providers, results: [run], budgets: []))
        let file = try #require(run.file)
        #expect(file.hasPrefix("a-b--c--") && file.hasSuffix("-1.wav"))
        let lines = try ReadFile(folder.path + "/out/1/results.jsonl").readAll().split(separator: UInt8(ascii: "\n"))
        let types = try lines.map { try JSONParser.parse(Array($0))["type"]?.string }
        #expect(types == ["comparison", "run", "end"])
        #expect(throws: DiskError.self) {
            _ = try CompareFolder(folder.path + "/out/1", script: script, plan: plan, now: .now())
        }
    }
}
