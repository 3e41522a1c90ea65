import Core
import TestKit
import Terminal
import Testing

@testable import Console

/// Logs that no engine of ours writes: a replayed file may hold any number and any order.
@Suite struct HostileLogTests {
    @Test func extremeNumbersAndAnyOrderNeverBreakTheScreen() {
        var random = SeededRandom(seed: 21)
        for round in 0..<300 {
            var model = ConsoleModel(
                size: Size(width: [80, 120, 200][round % 3], height: [24, 40, 50][round % 3]), now: time(&random))
            let records = (0..<100).map { _ in record(&random) }
            _ = model.update(.records(records, dropped: UInt64.random(in: 0...3, using: &random)))
            for view in ConsoleView.allCases {
                model.view = view
                _ = model.update(.tick(now: time(&random), wall: wall(&random), meters: meters(model, &random)))
                let picture = model.picture()
                #expect(picture.cells.count == picture.size.width * picture.size.height)
            }
            for record in records { _ = PlainOutput(includesDeltas: true).line(record) }
        }
    }

    private func double(_ random: inout SeededRandom) -> Double {
        let extremes = [0, -1, 1e308, -1e308, .nan, .infinity, -.infinity, 1e-300, 9.3e18, 500, 42]
        return extremes[Int.random(in: 0..<extremes.count, using: &random)]
    }

    private func int(_ random: inout SeededRandom) -> Int {
        let extremes = [0, 1, -1, 7, Int.max, Int.min, 1_000_000]
        return extremes[Int.random(in: 0..<extremes.count, using: &random)]
    }

    private func time(_ random: inout SeededRandom) -> MonotonicTime {
        MonotonicTime(
            nanoseconds: [0, 1_000_000_000_000, .max, .min, -5, 1_000_500_000_000][
                Int.random(in: 0..<6, using: &random)])
    }

    private func wall(_ random: inout SeededRandom) -> WallTime {
        WallTime(nanoseconds: [0, .max, .min, Scenario.wallStart][Int.random(in: 0..<4, using: &random)])
    }

    private func meters(_ model: ConsoleModel, _ random: inout SeededRandom) -> [SessionID: MeterSnapshot] {
        var found: [SessionID: MeterSnapshot] = [:]
        for session in model.book.liveSessions {
            found[session.id] = MeterSnapshot(
                userLevel: double(&random), userPeak: double(&random), speechProbability: double(&random),
                speechThreshold: double(&random), noiseFloor: double(&random), userSpeaking: true,
                agentLevel: double(&random), agentPeak: double(&random), playoutQueueMs: double(&random))
        }
        return found
    }

    private func record(_ random: inout SeededRandom) -> EventRecord {
        let session = ["a", "b", nil].randomElement(using: &random).flatMap { $0 }.map { SessionID($0) }
        return EventRecord(
            sequence: [0, 1, UInt64.max, 5, 6, 7, 8].randomElement(using: &random) ?? 1, time: time(&random),
            wall: wall(&random), audio: 0, session: session, event: event(&random))
    }

    private func event(_ random: inout SeededRandom) -> Event {
        let turn = int(&random)
        let speech = AgentSpeech(item: "x", turn: turn, heardMs: double(&random), generatedMs: double(&random))
        switch Int.random(in: 0..<22, using: &random) {
        case 0: return .sessionStarted(SessionStart(leg: .audioSocket, provider: "p", agent: "a", sampleRate: turn))
        case 1: return .sessionEnded(SessionEnd(by: .system, reason: ""))
        case 2: return .userSpeechStarted(SpeechMark(detector: .local, probability: double(&random), turn: turn))
        case 3: return .userSpeechStopped(SpeechMark(detector: .local, turn: turn))
        case 4: return .userTranscript(UserTranscript(item: "x", turn: turn, text: "a b", isFinal: turn > 0))
        case 5: return .agentText(AgentText(item: "x", turn: turn, text: "some words ", isFinal: false))
        case 6: return .agentSpeechStarted(speech)
        case 7: return .agentSpeechProgress(speech)
        case 8: return .agentSpeechStopped(speech)
        case 9:
            return .bargeIn(
                BargeIn(
                    item: "x", turn: turn, detector: .provider, heardMs: double(&random), generatedMs: double(&random),
                    detectMs: double(&random), reason: "r"))
        case 10: return .turnStarted(TurnStart(turn: turn, trigger: .greeting))
        case 11:
            let parts = ["vad_hang", "playout", "tool", "x"].map {
                TurnReport.Part(name: $0, ms: double(&random), owner: .setting)
            }
            return .turnEnded(
                TurnReport(turn: turn, outcome: .completed, e2eMs: double(&random), parts: parts, provider: "p"))
        case 12: return .toolCallStarted(ToolCallStart(id: "t", turn: turn, name: "n", arguments: "{"))
        case 13:
            return .toolCallEnded(
                ToolCallEnd(id: "t", turn: turn, name: "n", outcome: .error, output: "", ms: double(&random)))
        case 14:
            return .providerSwitch(
                ProviderSwitch(phase: .done, from: "a", to: "b", contextTurns: turn, ms: double(&random)))
        case 15:
            return .usage(
                Usage(
                    provider: "p", inputTokens: turn, cachedTokens: turn, outputTokens: turn, inputAudioTokens: turn,
                    outputAudioTokens: turn, dollars: double(&random)))
        case 16: return .gap(AudioGap(channel: .user, at: .min, samples: Int64(turn), reason: "r"))
        case 17: return .health(health(&random))
        case 18:
            return .audioFormat(
                AudioFormat(leg: "l", legRate: turn, providerInputRate: turn, providerOutputRate: int(&random)))
        case 19: return .recording(RecordingChange(.on))
        case 20: return .system(SystemReport(accepted: turn, active: turn, rejected: turn))
        default:
            return .providerChanged(
                ProviderChange(provider: "p", state: .reconnecting, connectMs: double(&random), attempt: turn))
        }
    }

    private func health(_ random: inout SeededRandom) -> Health {
        var health = Health()
        health.framesIn = int(&random)
        health.lateFrames = int(&random)
        health.captureXruns = int(&random)
        health.playbackXruns = int(&random)
        health.linkQueueBytes = int(&random)
        health.jitterMs = double(&random)
        health.playoutQueueMs = double(&random)
        health.measuredInputRate = double(&random)
        return health
    }
}
