import Core
import TestKit
import Testing

@testable import Studio

@Suite struct BudgetTests {
    static let good: [(String, Budget.Figure, Budget.Aggregate, Budget.Comparator, Budget.Value)] = [
        ("e2e<0.8", .e2e, .each, .below, .number(0.8)),
        (" E2E.p50 <= 800ms ", .e2e, .p50, .atMost, .number(0.8)),
        ("heard_e2e.max<1.2*recorded", .heardE2e, .max, .below, .recorded(1.2)),
        ("wer<20%", .wer, .each, .below, .number(0.2)),
        ("cost.run<=$0.01", .cost, .run, .atMost, .number(0.01)),
        ("tokens>10", .tokens, .each, .above, .number(10)),
        ("tools=same", .tools, .each, .equal, .word("same")),
        ("outcome==completed", .outcome, .each, .equal, .word("completed")),
        ("e2e<recorded", .e2e, .each, .below, .recorded(1)),
        ("connect.p95>=0.1s", .connect, .p95, .atLeast, .number(0.1)),
    ]

    @Test(arguments: good.indices)
    func isRead(index: Int) throws {
        let row = Self.good[index]
        let budget = try Budget(parsing: row.0)
        #expect(budget.figure == row.1)
        #expect(budget.aggregate == row.2)
        #expect(budget.comparator == row.3)
        if case .number(let wanted) = row.4, case .number(let found) = budget.value {
            #expect(abs(wanted - found) < 1e-12)
        } else {
            #expect(budget.value == row.4)
        }
    }

    static let bad: [(text: String, says: String)] = [
        ("e2f<1", "did you mean e2e?"), ("e2e", "no sign of comparison"), ("", "no sign"), ("e2e<", "no number"),
        ("e2e.p5<1", "did you mean p50?"), ("e2e<1e9", "no number"), ("wer<20s", "no number"), ("e2e<nan", "no number"),
        ("tools<same", "tools has no order"), ("tools=maybe", "tools cannot be"), ("outcome=complete", "completed"),
        ("e2e.run<1", "no sum over a run"), ("tools.max=same", "judged for each turn"), ("connect<recorded", "connect"),
        ("e2e<x*recorded", "*recorded"), (String(repeating: "e", count: 200), "too long"),
        ("<<<", "there is no figure"),
    ]

    @Test(arguments: bad.indices)
    func isRefusedWithCauseAndFix(index: Int) {
        let row = Self.bad[index]
        do throws(BudgetError) {
            _ = try Budget(parsing: row.text)
            Issue.record("\(row.text) was taken")
        } catch {
            #expect("\(error)".contains(row.says), "\(error)")
            #expect(!error.fix.isEmpty)
        }
    }

    /// Whatever is written: a budget or a reason, and what was taken is taken again.
    @Test func garbageIsRefusedOrRead() {
        var mutator = MessageMutator(seeds: Self.good.map { Array($0.0.utf8) }, seed: 11)
        var taken = 0
        for _ in 0..<10_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            guard let budget = try? Budget(parsing: text) else { continue }
            taken += 1
            #expect((try? Budget(parsing: budget.text)) == budget)
        }
        #expect(taken > 0)
    }

    // MARK: - Judging

    private func report(_ e2e: [Double?], recorded: Double? = nil, budgets: [String]) throws -> CompareReport {
        var turn = CallerScript.Turn(number: 1, input: .speech([1]), reference: "yes")
        if let recorded {
            var figures = CompareTurn(number: 1)
            figures.e2eMs = recorded
            turn.recorded = figures
        }
        let script = CallerScript(name: "s", sampleRate: 8000, turns: [turn], agent: "a", provider: "p")
        let runs = e2e.enumerated().map { index, ms in
            var run = CompareRunResult(provider: "x", run: index + 1, state: .done)
            var figures = CompareTurn(number: 1)
            (figures.e2eMs, figures.outcome) = (ms, .completed)
            run.turns = [figures]
            return run
        }
        let failed = CompareRunResult(provider: "y", run: 1, state: .failed("no key"))
        return CompareReport(
            script: script, providers: ["x", "y"], results: runs + [failed],
            budgets: try budgets.map { text throws(BudgetError) in try Budget(parsing: text) })
    }

    @Test func eachRunIsJudgedAndSilenceIsNoSuccess() throws {
        let report = try report([500, 900, nil], budgets: ["e2e<0.8"])
        let judged = try #require(report.judgements.first)
        #expect((judged.passed, judged.judged) == (1, 3))
        #expect(judged.failures == ["run 2 turn 1: e2e 0.90", "run 3 turn 1: e2e was not measured"])
        #expect(report.exitCode == 1)
    }

    @Test(arguments: [
        ("e2e.p50<0.6", true), ("e2e.max<0.6", false), ("e2e.mean<0.71", true), ("e2e.p95>=0.9", true),
        ("e2e.max<1.5*recorded", true), ("e2e<recorded", false), ("outcome=completed", true), ("tools=same", true),
        ("cost<1", false),
    ])
    func aggregates(text: String, isMet: Bool) throws {
        let report = try report([500, 700, 900], recorded: 650, budgets: [text])
        #expect(report.judgements.first { $0.provider == "x" }?.isMet == (text == "e2e.p50<0.6" ? false : isMet))
    }

    @Test func aProviderThatCouldNotRunHasAnExitCodeOfItsOwn() throws {
        #expect(try report([500], budgets: ["e2e<0.8"]).exitCode == 69)
        #expect(try report([900], budgets: ["e2e<0.8"]).exitCode == 1)
        let judged = try #require(try report([500], budgets: ["e2e<0.8"]).judgements.last)
        #expect(judged.judged == 0 && !judged.isMet)
    }
}
