import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct TurnExplanationTests {
    private func latency(_ times: [Double], last: [(String, Double, TurnReport.Part.Owner)] = []) -> LatencyModel {
        var model = LatencyModel()
        for (index, ms) in times.enumerated() { model.add(report(index + 1, [("model_ttfa", ms, .service)])) }
        if !last.isEmpty { model.add(report(times.count + 1, last)) }
        return model
    }

    private func report(
        _ turn: Int, _ parts: [(String, Double, TurnReport.Part.Owner)], outcome: TurnReport.Outcome = .completed
    ) -> TurnReport {
        TurnReport(
            turn: turn, outcome: outcome, e2eMs: parts.reduce(0) { $0 + $1.1 },
            parts: parts.map { .init(name: $0.0, ms: $0.1, owner: $0.2) }, provider: "mock")
    }

    private func words(_ report: TurnReport, _ latency: LatencyModel, tools: [ToolEntry] = []) -> String {
        TurnExplanation(report, in: latency, budget: 900, tools: tools).text
    }

    @Test func namesThePartThatStandsOutAndItsOwner() throws {
        let model = latency([500, 510, 490, 500, 505], last: [("model_ttfa", 520, .service), ("tool", 640, .tool)])
        let tool = ToolEntry(id: "1", turn: 6, name: "book_table", arguments: "")
        let text = words(try #require(model.reports.last), model, tools: [tool])
        #expect(
            text == "Turn 6 took 1.16s, 0.66s more than p50 0.50s. What stands out: tool (book_table) with 640 ms, "
                + "usually none; tool is the tool's. Over the budget of 0.90s by 0.26s.")
    }

    @Test func ordinaryTurnNamesItsLongestPart() {
        let model = latency([500, 510, 490, 500, 505])
        #expect(
            words(model.reports[0], model)
                == "Turn 1 took 0.50s, as most do (p50 0.50s). Most of it: model ttfa with 500 ms; "
                + "model ttfa is the service's.")
    }

    @Test func fewTurnsAreNotCompared() {
        let model = latency([500])
        #expect(words(model.reports[0], model).hasPrefix("Turn 1 took 0.50s. Most of it"))
    }

    @Test func missingAnchorIsSaid() {
        var model = LatencyModel()
        model.add(TurnReport(turn: 3, outcome: .noOutput, e2eMs: nil, parts: [], provider: "mock"))
        #expect(words(model.reports[0], model).hasPrefix("Turn 3 has no e2e (no answer)"))
    }

    @Test func turnsThatDoNotCountAreNamedSo() {
        var model = latency([500, 510, 490, 500, 505])
        model.add(report(6, [("model_ttfa", 700, .service)], outcome: .interrupted))
        #expect(words(model.reports[5], model).hasSuffix("Not in the percentiles: barge-in."))
        #expect(model.slowest?.turn == 2)
        #expect(model.count(over: 500) == 2)
    }

    @Test func arrowsChooseATurnAndNewTurnsDoNotMoveIt() {
        var model = ConsoleFixture.model(ConsoleFixture.sizes[0]) { ConsoleFixture.evening(&$0) }
        _ = ConsoleFixture.press(&model, "2")
        #expect(model.chosenReport?.turn == 10)
        _ = ConsoleFixture.press(&model, "up", "up")
        #expect(model.chosenReport?.turn == 8)
        let next = EventRecord(
            sequence: 9_000, time: model.now, wall: model.wall, audio: 0, session: Scenario.own,
            event: .turnEnded(report(11, [("model_ttfa", 700, .service)])))
        _ = model.update(.records([next], dropped: 0))
        #expect(model.chosenReport?.turn == 8)
        _ = ConsoleFixture.press(&model, "s")
        #expect(model.chosenReport?.turn == 9)
        _ = ConsoleFixture.press(&model, "f")
        #expect(model.chosenReport?.turn == 11)
        _ = ConsoleFixture.press(&model, "g")
        #expect(model.chosenReport?.turn == 2)
    }

    @Test func budgetIsReadAndChecked() {
        var model = ConsoleFixture.model(ConsoleFixture.sizes[0]) { ConsoleFixture.evening(&$0) }
        _ = model.runLine("budget 0.5")
        #expect(model.budgetMs == 500)
        for bad in ["nan", "-1", "1e9", "x"] {
            _ = model.runLine("budget \(bad)")
            #expect(model.budgetMs == 500 && model.notice?.level == .warning)
        }
        _ = model.runLine("budget")
        #expect(model.budgetMs == ConsoleLimits.slowTurnMs)
    }

    @Test func partsSumToTheWholeWithinFiveMilliseconds() {
        var random = SeededRandom(seed: 4)
        for turn in 0..<1_000 {
            let parts = (0..<4).map {
                ("p\($0)", Double.random(in: 0...900, using: &random), TurnReport.Part.Owner.service)
            }
            var one = report(turn, parts)
            one.e2eMs = (one.e2eMs ?? 0) + Double.random(in: -50...400, using: &random)
            let sum = Waterfall(one).rows.reduce(0) { $0 + ($1.ms ?? 0) }
            #expect(abs(sum - (one.e2eMs ?? 0)) <= 5)
        }
    }
}
