import Core
import Testing

@Suite struct LatencyBudgetsTests {
    private func report(_ parts: [(String, Double, TurnReport.Part.Owner)], e2e: Double?) -> TurnReport {
        TurnReport(
            turn: 3, outcome: .completed, e2eMs: e2e,
            parts: parts.map { TurnReport.Part(name: $0.0, ms: $0.1, owner: $0.2) }, provider: "p")
    }

    @Test func partsOfOneNameCountTogetherAndOwnersAreNamed() {
        let budgets = LatencyBudgets(["e2e": 900, "llm_ttft": 1500, "tool": 100, "tts_ttfb": 400])
        let turn = report(
            [
                ("vad_hang", 200, .setting), ("llm_ttft", 900, .service), ("llm_ttft", 1200, .service),
                ("tts_ttfb", 400, .service),
            ], e2e: 2700)
        let found = budgets.breaches(turn)
        #expect(found.map(\.name) == ["e2e", "llm_ttft"])
        #expect(found[1].words == "llm_ttft 2.1 s over budget 1.5 s" && found[1].owner == .service)
        #expect(budgets.breaches(report([], e2e: nil)).isEmpty)
    }

    @Test(
        arguments: [
            ("1.5s", 1500.0), ("900ms", 900.0), ("0.9", 900.0), ("60s", 60_000.0), ("10ms", 10.0), ("900", nil),
            ("-1s", nil),
            ("5ms", nil), ("", nil), ("s", nil), ("ms", nil), ("inf", nil), ("nan", nil), ("1,5s", nil),
        ] as [(String, Double?)])
    func timesAreRead(_ text: String, _ ms: Double?) { #expect(LatencyBudgets.milliseconds(text) == ms) }

    @Test func onlyKnownNamesAndSaneLimitsHold() throws {
        var budgets = LatencyBudgets(["e2e": 900, "nonsense": 5, "tool": -1, "yield": .infinity])
        #expect(budgets.set == ["e2e"])
        #expect(!budgets.set("nonsense", 100) && !budgets.set("e2e", 0) && budgets.set("e2e", nil))
        #expect(budgets.limits.isEmpty)
        let coded = try EventCodec.encode(any: LatencyBudgets(["e2e": 900]))
        #expect(String(decoding: coded, as: UTF8.self) == "{\"e2e\":900}")
        #expect(try EventCodec.decode(LatencyBudgets.self, from: coded)["e2e"] == 900)
    }

    @Test func aSettingIsNamed() {
        #expect(TurnReport.Part(name: "vad_hang", ms: 1, owner: .setting).setting == "endpointing_ms")
        #expect(TurnReport.Part(name: "vad_hang", ms: 1, owner: .service).setting == nil)
    }
}
