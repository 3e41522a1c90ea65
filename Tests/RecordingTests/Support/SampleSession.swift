import Core
import Glibc

@testable import Recording

/// The conversation of `sessions/sample`: two turns, a tool call, a barge-in; recorded by the recorder itself.
final class SampleSession {
    private static let rate = 8000
    private let core: RecorderCore
    private let channel: TapChannel
    private let wallStart: Int64 = 1_795_000_000_000_000_000
    private var sequence: UInt64 = 0
    private var user: [(at: Int64, pcm: [Int16])] = []
    private var agent: [(at: Int64, pcm: [Int16])] = []
    private var script: [(at: Int64, event: Event)] = []
    private let id = SessionID("5a3b1e00")

    init(folder: String) {
        let options = RecordingOptions(folder: folder)
        core = RecorderCore(disk: PosixDisk(), options: options)
        let start = SessionStart(
            leg: .audioSocket, provider: "mock", model: "mock-1", voice: "slt", agent: "concierge",
            sampleRate: Self.rate,
            caller: "6001", peer: "127.0.0.1:50112", instructions: "You help callers with the time and with bookings.")
        channel = TapChannel(
            opening: TapChannel.Opening(
                session: id, start: start, wall: WallTime(nanoseconds: wallStart), report: { _ in }),
            options: options, wake: {})
        core.adopt(channel)
        note(0, .sessionStarted(start))
        note(0, .recording(RecordingChange(.on, folder: "sample")))
        note(0.02, .providerChanged(ProviderChange(provider: "mock", state: .connecting)))
        note(0.14, .providerChanged(ProviderChange(provider: "mock", state: .ready, connectMs: 118)))
        note(
            0.14,
            .audioFormat(
                AudioFormat(leg: "slin 8000", legRate: 8000, providerInputRate: 8000, providerOutputRate: 8000)))
        note(0.14, .stateChanged(StateChange(.listening)))
    }

    private func position(_ seconds: Double) -> Int64 { Int64((seconds * 50).rounded()) * 160 }

    func note(_ seconds: Double, _ event: Event) { script.append((position(seconds), event)) }

    /// The user speaks at a time; returns when they have stopped.
    func userSays(_ at: Double, turn: Int, _ text: String, _ pcm: [Int16]) -> Double {
        let end = at + Double(pcm.count) / Double(Self.rate)
        user.append((position(at), pcm))
        note(at + 0.12, .turnStarted(TurnStart(turn: turn, trigger: .speech)))
        note(
            at + 0.12, .userSpeechStarted(SpeechMark(detector: .local, probability: 0.86, at: position(at), turn: turn))
        )
        note(
            end + 0.2,
            .userSpeechStopped(SpeechMark(detector: .local, probability: 0.08, at: position(end), turn: turn)))
        note(end + 0.28, .userTranscript(UserTranscript(item: "u\(turn)", turn: turn, text: text, isFinal: true)))
        note(end + 0.28, .stateChanged(StateChange(.thinking)))
        return end
    }

    /// The agent speaks at a time until it is done or cut; returns when it is silent.
    func agentSays(_ at: Double, turn: Int, _ text: String, _ pcm: [Int16], cutAt: Double? = nil) -> Double {
        let length = Double(pcm.count) / Double(Self.rate)
        let end = min(at + length, cutAt ?? .infinity)
        let item = "a\(turn)"
        func speech(_ time: Double, cut: Bool = false) -> AgentSpeech {
            AgentSpeech(
                item: item, turn: turn, heardMs: ((time - at) * 1000).rounded(), generatedMs: (length * 1000).rounded(),
                wasCut: cut)
        }
        agent.append((position(at), Array(pcm.prefix(Int(position(end) - position(at))))))
        note(at - 0.1, .agentText(AgentText(item: item, turn: turn, text: text, isFinal: true)))
        note(at, .agentSpeechStarted(speech(at)))
        note(at, .stateChanged(StateChange(.speaking)))
        for step in stride(from: at + 0.2, to: end, by: 0.2) { note(step, .agentSpeechProgress(speech(step))) }
        if cutAt != nil {
            note(
                end,
                .bargeIn(
                    BargeIn(
                        item: item, turn: turn, detector: .local, heardMs: speech(end).heardMs,
                        generatedMs: speech(end).generatedMs,
                        detectMs: 180, probability: 0.86,
                        reason: "user speech p 0.86 while agent at \(((end - at) * 10).rounded() / 10) s")))
        }
        note(end, .agentSpeechStopped(speech(end, cut: cutAt != nil)))
        note(end, .stateChanged(StateChange(.listening)))
        return end
    }

    /// `e2e` nil: where the answer began is not known, so its part and the sum are missing.
    func ended(
        _ at: Double, turn: Int, _ outcome: TurnReport.Outcome, tool: Double?, e2e: Double? = 700,
        provider: String = "mock"
    ) {
        var parts = [
            TurnReport.Part(name: "vad_hang", ms: 200, owner: .setting),
            .init(name: "stt_final", ms: 80, owner: .service),
        ]
        if let tool { parts.append(.init(name: "tool", ms: tool, owner: .tool)) }
        if let e2e { parts.append(.init(name: "model_ttfa", ms: e2e - 280 - (tool ?? 0), owner: .service)) }
        note(at, .turnEnded(TurnReport(turn: turn, outcome: outcome, e2eMs: e2e, parts: parts, provider: provider)))
        note(at, .usage(Usage(provider: provider, inputTokens: 210 * turn, outputTokens: 64, dollars: 0.0004)))
    }

    /// Plays the conversation into the recorder.
    func record(user1: [Int16], agent1: [Int16], user2: [Int16], agent2: [Int16]) {
        var at = userSays(0.4, turn: 1, "What time is it in Berlin?", user1)
        note(
            at + 0.3,
            .toolCallStarted(ToolCallStart(id: "call-1", turn: 1, name: "get_time", arguments: #"{"city":"Berlin"}"#)))
        note(
            at + 0.38,
            .toolCallEnded(
                ToolCallEnd(
                    id: "call-1", turn: 1, name: "get_time", outcome: .result, output: #"{"time":"15:20"}"#, ms: 80)))
        let speaks = at + 0.7
        let interrupts = speaks + 3.2
        let said =
            "It is twenty past three in Berlin. Tomorrow there will be some rain in the morning, and later on it clears up."
        at = agentSays(speaks, turn: 1, said, agent1, cutAt: interrupts + 0.18)
        ended(at, turn: 1, .interrupted, tool: 80)
        at = userSays(interrupts, turn: 2, "Thanks. Book a table for two at seven.", user2)
        at = agentSays(at + 0.7, turn: 2, "Done. A table for two, today at seven.", agent2)
        ended(at, turn: 2, .completed, tool: nil)
        hangUp(at + 0.3)
    }

    /// The caller hangs up; all is played into the recorder.
    func hangUp(_ at: Double) {
        for second in stride(from: 1, to: at, by: 1) {
            var health = Health()
            (health.framesIn, health.framesOut, health.jitterMs) = (Int(second * 50), Int(second * 50), 0.4)
            note(second, .health(health))
        }
        note(at, .sessionEnded(SessionEnd(by: .caller, reason: "hang-up")))
        play(until: position(at))
    }

    private func play(until end: Int64) {
        var waiting = script.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(
            \.element)[...]
        for frame in stride(from: Int64(0), through: end, by: 160) {
            while let next = waiting.first, next.at <= frame {
                push(next.event, at: next.at)
                waiting = waiting.dropFirst()
            }
            guard frame < end else { break }
            channel.ring.push(.user, slice(user, at: frame).span, at: frame)
            channel.ring.push(.agent, slice(agent, at: frame).span, at: frame)
            core.step(now: time(frame))
        }
        channel.end()
        core.step(now: time(end))
    }

    private func time(_ position: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000_000 + position * 125_000)
    }

    private func push(_ event: Event, at position: Int64) {
        sequence += 1
        channel.events.push(
            EventRecord(
                sequence: sequence, time: time(position), wall: WallTime(nanoseconds: wallStart + position * 125_000),
                audio: position, session: id, event: event))
    }

    private func slice(_ pieces: [(at: Int64, pcm: [Int16])], at frame: Int64) -> [Int16] {
        var out = [Int16](repeating: 0, count: 160)
        for piece in pieces {
            for i in 0..<160 {
                let index = frame + Int64(i) - piece.at
                if index >= 0, index < Int64(piece.pcm.count) { out[i] = piece.pcm[Int(index)] }
            }
        }
        return out
    }
}
