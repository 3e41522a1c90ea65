import Core
import Recording
import Testing

@testable import Studio

/// Causes from a log: each with evidence and the knob to change; hostile text is harmless.
@Suite struct CauseReportTests {
    private struct Log {
        var records: [EventRecord] = []
        var ms: Int64 = 0

        mutating func add(_ event: Event, after wait: Int64 = 100) {
            ms += wait
            records.append(
                EventRecord(
                    sequence: UInt64(records.count + 1), time: MonotonicTime(nanoseconds: ms * 1_000_000),
                    wall: WallTime(nanoseconds: ms * 1_000_000), audio: ms * 8, session: SessionID("aa"), event: event))
        }

        mutating func turn(_ number: Int, _ parts: [(String, Double, TurnReport.Part.Owner)], heard: Double? = nil) {
            add(.turnStarted(TurnStart(turn: number, trigger: .speech)))
            let list = parts.map { TurnReport.Part(name: $0.0, ms: $0.1, owner: $0.2) }
            var report = TurnReport(
                turn: number, outcome: .completed, e2eMs: list.reduce(0) { $0 + $1.ms }, parts: list, provider: "p")
            report.heardE2eMs = heard
            report.breaches = LatencyBudgets(["e2e": 900]).breaches(report)
            add(.turnEnded(report), after: 3_000)
        }

        func findings() -> [CauseReport.Finding] { CauseSearch(records: records, rate: 8000, missing: []).findings }
    }

    private func bad() -> Log {
        var log = Log()
        log.add(.sessionStarted(SessionStart(leg: .audioSocket, provider: "p", agent: "a", sampleRate: 8000)))
        log.add(
            .audioFormat(
                AudioFormat(
                    leg: "slin 8000", legRate: 8000, providerInputRate: 8000, providerOutputRate: 24_000,
                    sides: [
                        .init(name: .caller, encoding: "pcm16", assumed: 8000, advertised: nil, measured: 16_000),
                        .init(
                            name: .fromProvider, encoding: "pcm16", assumed: 24_000, advertised: nil, measured: 23_900),
                    ])))
        for number in 1...4 {
            log.turn(number, [("vad_hang", 200, .setting), ("llm_ttft", 300, .service)], heard: 500)
        }
        log.turn(5, [("vad_hang", 200, .setting), ("llm_ttft", 1900, .service)], heard: 2_900)
        for wait in [1_000, 120, 100, 150, 90] as [Int64] {
            log.add(.userSpeechStarted(SpeechMark(detector: .local, turn: 6)), after: wait)
            log.add(.userSpeechStopped(SpeechMark(detector: .local, turn: 6)), after: 80)
        }
        log.add(
            .bargeIn(
                BargeIn(item: "i", turn: 6, detector: .local, heardMs: 900, generatedMs: 2000, reason: "user speech")))
        var health = Health()
        health.underruns = 2
        health.measuredInputRate = 8_040
        log.add(.health(health))
        log.add(
            .gap(AudioGap(channel: .user, at: 0, samples: 1600, reason: "no audio \u{1B}]0;evil\u{07}")), after: 9_000)
        log.add(
            .toolCallEnded(
                ToolCallEnd(id: "t", turn: 6, name: "book", outcome: .timedOut, output: "too slow", ms: 5000)))
        log.add(.sessionEnded(SessionEnd(by: .provider, reason: "closed")))
        return log
    }

    @Test func everyCauseIsFoundWithEvidenceAndKnob() throws {
        let found = bad().findings()
        let codes = found.map(\.code)
        for code in [
            "audio.chain", "audio.caller-ratio", "audio.agent-ratio", "audio.drift", "audio.underruns", "audio.gaps",
            "gate.flutter", "turn.slow", "turn.budget", "turn.heard", "turn.interruptions", "turn.false-interruption",
            "tool.failed", "session.end",
        ] { #expect(codes.contains(code), "\(code) is missing in \(codes)") }
        let ratio = try #require(found.first { $0.code == "audio.caller-ratio" })
        #expect(ratio.severity == .error && ratio.text.contains("2.000") && ratio.knob?.contains("slin16") == true)
        #expect(found.first { $0.code == "audio.agent-ratio" }?.severity == .info)
        let drift = try #require(found.first { $0.code == "audio.drift" })
        #expect(drift.text.contains("+0.50 %") && drift.severity == .warning)
        let slow = try #require(found.first { $0.code == "turn.slow" })
        #expect(slow.text == "turn 5 took 2100 ms; most of it llm_ttft with 1900 ms, usually 300 ms")
        #expect(slow.knob?.hasPrefix("p: another model") == true)
        #expect(found.filter { $0.severity != .info }.allSatisfy { !$0.evidence.isEmpty })
    }

    @Test func aGoodSessionHasNoFaults() {
        var log = Log()
        log.add(.sessionStarted(SessionStart(leg: .audioSocket, provider: "p", agent: "a", sampleRate: 8000)))
        for number in 1...6 {
            log.turn(number, [("vad_hang", 200, .setting), ("llm_ttft", 300, .service)], heard: 510)
        }
        log.add(.sessionEnded(SessionEnd(by: .caller, reason: "hung up")))
        #expect(log.findings().allSatisfy { $0.severity == .info })
    }

    @Test func storedSessionsAreExplainedTheSameTwiceAndHostileTextIsHarmless() throws {
        for stored in [try StoredSession(path: samplePath), try HostileSession().stored()] {
            let report = CauseReport(stored)
            #expect(report == CauseReport(stored))
            let text = report.lines.joined(separator: "\n") + report.json
            let bad = text.unicodeScalars.filter {
                $0.value < 0x20 && $0.value != 0x0A || (0x7F..<0xA0).contains($0.value)
                    || (0x202A...0x202E).contains($0.value)
            }
            #expect(bad.isEmpty)
            #expect((try? JSONParser.parse(report.json)) != nil)
        }
    }
}
