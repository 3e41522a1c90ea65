import Core
import TestKit
import Testing

@testable import Conversations

/// Parts sum to e2e within 5 ms whatever anchors came, in whatever order.
@Suite struct TurnClockTests {
    private static let names = ["stt_final", "llm_ttft", "llm_first_sentence", "tts_ttfb", "filler", "odd stage"]

    @Test func partsSumToTheWholeForAnyAnchors() {
        var random = SeededRandom(11)
        for _ in 0..<10_000 {
            var clock = TurnClock()
            func time() -> MonotonicTime? {
                Int.random(in: 0..<5, using: &random) == 0
                    ? nil : MonotonicTime(nanoseconds: Int64.random(in: 0...4_000_000_000, using: &random))
            }
            clock.speechEnd = time()
            clock.committed = time()
            clock.committedLocally = Bool.random(using: &random)
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                if Int.random(in: 0..<3, using: &random) == 0 { clock.responseStarted = time() }
                clock.add(
                    TurnReport.Part(
                        name: Self.names.randomElement(using: &random) ?? "x",
                        ms: Double.random(in: -50...3000, using: &random), owner: .service))
            }
            clock.tools = .milliseconds(Int.random(in: 0...3000, using: &random))
            clock.firstAudio = time()
            clock.firstHeard = time()
            guard let e2e = clock.e2eMs else {
                #expect(clock.parts.isEmpty)
                continue
            }
            let sum = clock.parts.reduce(0) { $0 + $1.ms }
            #expect(abs(sum - e2e) <= 5, "\(clock)")
            #expect(clock.parts.allSatisfy { $0.ms.isFinite && ($0.name == "unattributed" || $0.ms > 0) })
        }
    }

    @Test func whatTheStagesDoNotExplainIsUnattributed() {
        var clock = TurnClock()
        let start = MonotonicTime(nanoseconds: 0)
        clock.speechEnd = start
        clock.committed = start + .milliseconds(200)
        clock.committedLocally = true
        clock.responseStarted = start + .milliseconds(240)
        clock.add(TurnReport.Part(name: "llm_ttft", ms: 300, owner: .service))
        clock.add(TurnReport.Part(name: "tts_ttfb", ms: 100, owner: .service))
        clock.firstAudio = start + .milliseconds(720)
        clock.firstHeard = start + .milliseconds(760)
        #expect(
            clock.parts.map(\.name) == ["vad_hang", "turn_commit", "llm_ttft", "tts_ttfb", "unattributed", "playout"])
        #expect(clock.parts.map(\.ms) == [200, 40, 300, 100, 80, 40])
    }
}
