import Core
import ProviderKit
import Testing

@testable import Conversations

/// Budgets raise trouble, keep it while turns go over them, and clear it by themselves.
@Suite struct SessionMachineBudgetTests {
    private func bench(_ limits: [String: Double]) -> MachineBench {
        var settings = SessionSettings()
        settings.budgets = LatencyBudgets(limits)
        let bench = MachineBench(settings)
        bench.ready()
        return bench
    }

    /// One spoken turn whose answer takes `ms` of the model.
    private func turn(_ bench: MachineBench, _ item: Int, model ms: Int) {
        bench.all = []
        bench.facts.lastSpeech = bench.now
        bench.provider(.userSpeechStarted(item: nil))
        bench.wait(200)
        bench.provider(.userSpeechStopped(item: nil))
        bench.provider(.responseStarted(id: "r\(item)"))
        bench.wait(ms)
        bench.speak(item)
        bench.wait(2000)
        bench.provider(.responseEnded(id: "r\(item)", status: .completed))
        bench.playedOut(item)
    }

    private func troubles(_ bench: MachineBench) -> [Trouble] {
        MachineBench.events(bench.all).compactMap { if case .trouble(let trouble) = $0 { trouble } else { nil } }
    }

    private func cleared(_ bench: MachineBench) -> [String] {
        MachineBench.events(bench.all).compactMap { if case .troubleCleared(let c) = $0 { c.code } else { nil } }
    }

    @Test func aSlowTurnRaisesTroubleThatTheNextFastOneClears() throws {
        let bench = bench(["e2e": 900, "model_ttfa": 800])
        turn(bench, 0, model: 300)
        #expect(troubles(bench).isEmpty && bench.reports.last?.breaches == nil)
        turn(bench, 1, model: 1400)
        #expect(bench.reports.last?.breaches?.map(\.name) == ["e2e", "model_ttfa"])
        #expect(troubles(bench).map(\.code) == ["budget.e2e", "budget.model_ttfa"])
        let model = try #require(troubles(bench).last)
        #expect(model.text == "turn 2: model_ttfa 1.4 s over budget 0.8 s (p)" && model.severity == .warning)
        turn(bench, 2, model: 1500)
        #expect(troubles(bench).count == 2 && cleared(bench).isEmpty)
        turn(bench, 3, model: 300)
        #expect(cleared(bench) == ["budget.e2e", "budget.model_ttfa"])
        turn(bench, 4, model: 300)
        #expect(cleared(bench).isEmpty)
    }

    @Test func takingABudgetAwayClearsItsTrouble() {
        let bench = bench(["e2e": 900])
        turn(bench, 0, model: 1400)
        bench.all = []
        bench.input(.budgets(LatencyBudgets()))
        #expect(cleared(bench) == ["budget.e2e"])
    }

    @Test func yieldIsMeasuredFromTheLocalOnsetAndJudged() throws {
        let bench = bench(["yield": 200])
        bench.provider(.responseStarted(id: "r"))
        bench.speak(0)
        bench.wait(1000)
        bench.input(.speechStarted(probability: 0.8, at: 0, onset: bench.now))
        bench.wait(350)
        bench.provider(.userSpeechStarted(item: "u"))
        let cut = try #require(
            MachineBench.events(bench.all).compactMap { if case .bargeIn(let cut) = $0 { cut } else { nil } }.last)
        #expect(cut.yieldMs == 350)
        #expect(troubles(bench).map(\.code) == ["budget.yield"])
    }
}
