import Core
import Terminal

@testable import Console

/// Builds a log step by step on a made-up clock; the same steps are the same log.
struct Scenario {
    /// 2026-11-21T14:02:29Z; goldens are made with TZ=UTC in mind, see `ConsoleFixture`.
    static let wallStart: Int64 = 1_795_269_749_000_000_000
    static let own = SessionID("3f2a9c1e")

    private(set) var records: [EventRecord] = []
    private(set) var milliseconds: Int64 = 0
    var session: SessionID? = own

    var now: MonotonicTime { MonotonicTime(nanoseconds: 1_000_000_000_000 + milliseconds * 1_000_000) }
    var wall: WallTime { WallTime(nanoseconds: Self.wallStart + milliseconds * 1_000_000) }

    mutating func wait(_ ms: Int64) { milliseconds += ms }

    mutating func add(_ event: Event) {
        records.append(
            EventRecord(
                sequence: UInt64(records.count + 1), time: now, wall: wall, audio: milliseconds * 16, session: session,
                event: event))
    }

    // MARK: - Pieces

    mutating func system(capture: String? = "hw:0,0 Jabra Evolve2", trouble: Trouble? = nil) {
        let before = session
        session = nil
        var health = ["openai", "gemini", "deepgram"].map { ProviderHealth(name: $0) }
        health[0].isReachable = true
        health[0].connects = 4
        health[0].failures = 1
        health[0].connectP50Ms = 412
        health[0].lastError = "link closed 1011 \u{1B}]0;evil\u{07}internal error"
        health[0].lastErrorAt = wall
        health[1].isReachable = false
        health[1].failures = 3
        health[1].lastError = "401 the key is not valid"
        health[1].lastErrorAt = wall
        health[2].obstacle = "no key: set DEEPGRAM_API_KEY"
        add(
            .system(
                SystemReport(
                    audioSocket: "127.0.0.1:9092", capture: capture, playback: capture,
                    deviceReason: capture == nil ? "no sound card: /dev/snd is missing" : nil,
                    sessionsFolder: "./sessions",
                    accepted: 3, active: 2, rejected: 0,
                    providers: ["openai", "gemini", "deepgram", "elevenlabs", "local"], health: health)))
        if let trouble { add(.trouble(trouble)) }
        session = before
    }

    mutating func start(leg: LegKind = .device, caller: String? = nil, provider: String = "openai") {
        add(
            .sessionStarted(
                SessionStart(
                    leg: leg, provider: provider, model: "gpt-realtime", voice: "marin", agent: "concierge",
                    sampleRate: 16_000,
                    caller: caller, peer: leg == .audioSocket ? "192.0.2.12:41522" : nil,
                    callID: leg == .audioSocket ? "3f2a9c1e-6b0d-4f7e-9a51-0242ac120002" : nil)))
        add(.providerChanged(ProviderChange(provider: provider, state: .ready, connectMs: 412)))
        add(.stateChanged(StateChange(.listening)))
        add(
            .audioFormat(
                AudioFormat(
                    leg: "hw:0 16000", legRate: 16_000, providerInputRate: 24_000, providerOutputRate: 24_000,
                    sides: [
                        .init(name: .caller, encoding: "pcm16", assumed: 16_000, advertised: 16_000, measured: nil),
                        .init(name: .toProvider, encoding: "pcm16", assumed: 24_000, advertised: nil, measured: nil),
                        .init(
                            name: .fromProvider, encoding: "pcm16", assumed: 24_000, advertised: 24_000,
                            measured: 23_100),
                    ])))
        add(.recording(RecordingChange(.on, folder: "2026-11-21T14-02-29Z_openai_3f2a9c1e")))
        health()
    }

    mutating func health(late: Int = 0, underruns: Int = 0, xruns: Int = 0) {
        var health = Health()
        health.framesIn = Int(milliseconds / 20)
        health.framesOut = Int(milliseconds / 40)
        health.lateFrames = late
        health.underruns = underruns
        health.playbackXruns = xruns
        health.playoutQueueMs = 60
        health.jitterMs = 3
        health.deviceDelayMs = 41
        health.measuredInputRate = 16_003
        add(.health(health))
    }

    mutating func userSays(_ text: String, turn: Int, partials: [String] = [], isFinal: Bool = true) {
        add(.userSpeechStarted(SpeechMark(detector: .local, probability: 0.83, turn: turn)))
        add(.turnStarted(TurnStart(turn: turn, trigger: .speech)))
        for partial in partials {
            wait(400)
            add(.userTranscript(UserTranscript(item: "u\(turn)", turn: turn, text: partial, isFinal: false)))
        }
        wait(900)
        guard isFinal else {
            add(.userTranscript(UserTranscript(item: "u\(turn)", turn: turn, text: text, isFinal: false)))
            return
        }
        add(.userSpeechStopped(SpeechMark(detector: .local, turn: turn)))
        wait(120)
        add(.userTranscript(UserTranscript(item: "u\(turn)", turn: turn, text: text, isFinal: true)))
        add(.stateChanged(StateChange(.thinking)))
    }

    /// The agent answers; `heard` below `total` leaves it playing.
    mutating func agentSays(_ text: String, turn: Int, total: Double, heard: Double? = nil) {
        wait(400)
        add(.agentText(AgentText(item: "a\(turn)", turn: turn, text: text, isFinal: true)))
        add(.agentSpeechStarted(AgentSpeech(item: "a\(turn)", turn: turn, heardMs: 0, generatedMs: total)))
        add(.stateChanged(StateChange(.speaking)))
        wait(Int64(heard ?? total))
        if let heard {
            add(.agentSpeechProgress(AgentSpeech(item: "a\(turn)", turn: turn, heardMs: heard, generatedMs: total)))
        } else {
            add(.agentSpeechStopped(AgentSpeech(item: "a\(turn)", turn: turn, heardMs: total, generatedMs: total)))
            add(.stateChanged(StateChange(.listening)))
        }
    }

    mutating func bargeIn(turn: Int, heard: Double, total: Double) {
        add(
            .bargeIn(
                BargeIn(
                    item: "a\(turn)", turn: turn, detector: .local, heardMs: heard, generatedMs: total, detectMs: 180,
                    probability: 0.91, reason: "user speech p 0.91 while agent at \(heard / 1000) s")))
        add(
            .agentSpeechStopped(
                AgentSpeech(item: "a\(turn)", turn: turn, heardMs: heard, generatedMs: total, wasCut: true)))
        add(.stateChanged(StateChange(.listening)))
    }

    mutating func report(
        _ turn: Int, _ parts: [(String, Double, TurnReport.Part.Owner)], outcome: TurnReport.Outcome = .completed,
        e2e: Double? = nil, heard: Double? = nil
    ) {
        let list = parts.map { TurnReport.Part(name: $0.0, ms: $0.1, owner: $0.2) }
        let total = e2e ?? list.reduce(0) { $0 + $1.ms }
        var report = TurnReport(turn: turn, outcome: outcome, e2eMs: total, parts: list, provider: "openai")
        report.heardE2eMs = heard
        add(.turnEnded(report))
    }

    mutating func tool(
        _ name: String, _ arguments: String, turn: Int, outcome: ToolCallEnd.Outcome?, output: String = "",
        ms: Double = 182
    ) {
        add(.toolCallStarted(ToolCallStart(id: "\(name)\(turn)", turn: turn, name: name, arguments: arguments)))
        guard let outcome else { return }
        wait(Int64(ms))
        add(
            .toolCallEnded(
                ToolCallEnd(
                    id: "\(name)\(turn)", turn: turn, name: name, outcome: outcome, output: output, ms: ms)))
    }

    /// Six turns as a developer sees them on an ordinary afternoon.
    mutating func afternoon() {
        system()
        start()
        let usual: [(String, Double, TurnReport.Part.Owner)] = [
            ("vad_hang", 200, .setting), ("turn_commit", 40, .service), ("model_ttfa", 420, .service),
            ("playout", 50, .transport),
        ]
        wait(1_000)
        add(.turnStarted(TurnStart(turn: 1, trigger: .greeting)))
        agentSays("Hello, this is the concierge. How can I help you?", turn: 1, total: 2_800)
        wait(1_500)
        userSays("Do you have a table tonight?", turn: 2)
        agentSays("Yes, there is one for two at seven and one for four at nine.", turn: 2, total: 3_900)
        report(2, usual)
        wait(1_200)
        userSays("What about tomorrow?", turn: 3)
        agentSays("Tomorrow we are closed, I am sorry.", turn: 3, total: 2_400)
        report(3, usual.map { ($0.0, $0.1 * 0.9, $0.2) })
        wait(900)
        userSays("Then tonight. Will it rain?", turn: 4)
        wait(300)
        tool(
            "get_weather", "{\"city\":\"Lyon\",\"day\":0}", turn: 4, outcome: .result,
            output: "{\"c\":24,\"sky\":\"sun\"}")
        agentSays("Tonight it stays dry and warm, around 24 degrees.", turn: 4, total: 3_100)
        report(4, usual + [("tool", 182, .tool)])
        add(
            .usage(
                Usage(
                    provider: "openai", inputTokens: 1_204, cachedTokens: 612, outputTokens: 388, inputAudioTokens: 980,
                    outputAudioTokens: 301, dollars: 0.0412)))
        wait(1_100)
        userSays("Is there parking?", turn: 5)
        agentSays("There is a garage across the street, free after six.", turn: 5, total: 3_000)
        report(5, usual)
        health()
    }
}
