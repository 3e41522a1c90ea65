import Core
import Testing

@testable import Studio

@Suite struct TurnsCSVTests {
    @Test func columnsAndQuotes() {
        let parts = [
            TurnReport.Part(name: "vad_hang", ms: 200, owner: .setting), .init(name: "tool", ms: 80.04, owner: .tool),
        ]
        let records = [
            TurnReport(turn: 1, outcome: .interrupted, e2eMs: 700, parts: parts, provider: "a,\"b\""),
            TurnReport(turn: 2, outcome: .noOutput, e2eMs: nil, parts: [], provider: "=cmd()"),
        ].map { ReplayTimelineTests.record(1, audio: 0, .turnEnded($0)) }
        #expect(
            TurnsCSV.text(records)
                == "turn,provider,outcome,e2e_ms,vad_hang_ms,tool_ms\r\n1,\"a,\"\"b\"\"\",interrupted,700.0,200.0,80.0\r\n"
                + "2,'=cmd(),noOutput,,,\r\n")
    }
}
