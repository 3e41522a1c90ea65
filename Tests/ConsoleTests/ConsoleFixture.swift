import Core
import Glibc
import TestKit
import Terminal

@testable import Console

/// The screens the goldens show. Local time is UTC here, whatever the machine says.
enum ConsoleFixture {
    static let sizes = [
        Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 200, height: 50),
        Size(width: 42, height: 12), Size(width: 97, height: 31),
    ]

    private static let setTimeZone: Bool = {
        setenv("TZ", "UTC", 1)
        tzset()
        return true
    }()

    static func model(
        _ size: Size, ascii: Bool = false, _ build: (inout Scenario) -> Void
    ) -> ConsoleModel {
        _ = setTimeZone
        var scenario = Scenario()
        build(&scenario)
        var model = ConsoleModel(
            size: size,
            appearance: Appearance(ascii: ascii, themes: ["clearsight", "daylight", "fjord", "midnight", "mono"]))
        _ = model.update(.records(scenario.records, dropped: 0))
        var meters: [SessionID: MeterSnapshot] = [:]
        for session in model.book.liveSessions { meters[session.id] = snapshot(session) }
        for step in 0..<120 {
            let at = scenario.now - .milliseconds(200 * (119 - step))
            guard let shown = model.shown, var moving = meters[shown.id] else {
                _ = model.update(.tick(now: at, wall: scenario.wall, meters: meters))
                continue
            }
            moving.userLevel = -50 + Double((step * 7) % 30)
            moving.agentLevel = -55 + Double((step * 11) % 35)
            if step == 119 { moving = snapshot(shown) }
            meters[shown.id] = moving
            _ = model.update(.tick(now: at, wall: scenario.wall, meters: meters))
        }
        return model
    }

    private static func snapshot(_ session: SessionModel) -> MeterSnapshot {
        let speaks = session.lanes.user.isOpen
        let answers = session.lanes.agent.isOpen
        return MeterSnapshot(
            userLevel: speaks ? -18 : -52, userPeak: speaks ? -6 : -44, speechProbability: speaks ? 0.83 : 0.04,
            speechThreshold: 0.5, noiseFloor: -54, userSpeaking: speaks, agentLevel: answers ? -20 : nil,
            agentPeak: answers ? -9 : nil, playoutQueueMs: answers ? 60 : 0)
    }

    static func press(_ model: inout ConsoleModel, _ keys: String...) -> [ConsoleEffect] {
        var effects: [ConsoleEffect] = []
        for key in keys {
            guard let chord = try? KeyChord(parsing: key) else { continue }
            effects += model.update(.input(.key(KeyPress(chord))))
        }
        return effects
    }

    static func type(_ model: inout ConsoleModel, _ text: String) {
        for character in text { _ = model.update(.input(.key(KeyPress(KeyChord(character))))) }
    }

    // MARK: - Scenes

    static func idle(_ scenario: inout Scenario) { scenario.system() }

    static func partial(_ scenario: inout Scenario) {
        scenario.afternoon()
        scenario.wait(800)
        scenario.userSays(
            "Never mind. Can you book a table for two at eigh", turn: 6,
            partials: ["Never mind", "Never mind. Can you cook", "Never mind. Can you book a table"], isFinal: false)
    }

    static func bargeIn(_ scenario: inout Scenario) {
        scenario.afternoon()
        scenario.wait(800)
        scenario.userSays("And the day after?", turn: 6)
        scenario.agentSays(
            "The day after you can expect light rain in the morning and some sun later in the day.", turn: 6,
            total: 5_000, heard: 2_310)
        scenario.bargeIn(turn: 6, heard: 2_310, total: 5_000)
        scenario.report(
            6,
            [
                ("vad_hang", 200, .setting), ("turn_commit", 40, .service), ("model_ttfa", 690, .service),
                ("playout", 50, .transport),
            ], outcome: .interrupted)
        scenario.add(
            .providerSwitch(ProviderSwitch(phase: .done, from: "openai", to: "gemini", contextTurns: 6, ms: 640)))
        scenario.add(.operatorAction(OperatorAction("cut the agent")))
        scenario.userSays("Stop. Just book it.", turn: 7, isFinal: false)
    }

    static func toolCall(_ scenario: inout Scenario) {
        scenario.afternoon()
        scenario.wait(800)
        scenario.userSays("Book it for two at eight please.", turn: 6)
        scenario.tool(
            "book_table", "{\"guests\":2,\"time\":\"20:00\",\"name\":\"Müller 日本\"}", turn: 6, outcome: .timedOut,
            output: "no answer from the booking service", ms: 5_000)
        scenario.tool("book_table_retry", "{\"guests\":2,\"time\":\"20:00\"}", turn: 6, outcome: nil)
        scenario.report(
            6,
            [
                ("vad_hang", 200, .setting), ("stt_final", 85, .service), ("llm_ttft", 430, .service),
                ("tool", 1_900, .tool), ("tts_ttfb", 175, .service),
            ], outcome: .toolError, e2e: 2_840)
    }

    static func trouble(_ scenario: inout Scenario) {
        scenario.afternoon()
        scenario.add(.stateChanged(StateChange(.reconnecting, reason: "link closed 1011")))
        scenario.add(
            .trouble(
                Trouble(
                    code: "provider.lost", severity: .error,
                    text: "openai closed the link: 1011 \u{1B}]0;evil\u{07}internal error",
                    fix: "trying again in 2 s; p switches to another provider")))
        scenario.add(.recording(RecordingChange(.failed, reason: "no space left on device")))
        scenario.add(
            .trouble(Trouble(code: "recording.stopped", severity: .warning, text: "disk is full: not recording")))
        scenario.add(
            .gap(
                AudioGap(
                    channel: .user, at: 90_000, samples: 3_200, reason: "caller audio held while no provider was ready")
            ))
        scenario.health(late: 12, underruns: 2, xruns: 1)
    }

    /// Wide, right-to-left, joined and combining text, in words and in what a tool says, long enough to be wrapped.
    static func scripts(_ scenario: inout Scenario) {
        scenario.system()
        scenario.start(caller: "מיכל 佐藤")
        scenario.wait(1_000)
        scenario.userSays("今晩八時に二人で予約できますか。窓の近くの静かな席がいいです。子供用の椅子もお願いします。", turn: 1)
        scenario.agentSays(
            "はい、ﾃｰﾌﾞﾙ 7 を 20:00 に。한국어 메뉴도 있습니다 👨\u{200D}👩\u{200D}👧 🙂🏽 🇫🇷 そして中文菜单也有。", turn: 1, total: 3_900)
        scenario.wait(900)
        scenario.userSays("שלום, יש לכם שולחן לשניים הערב? אנחנו מגיעים בשמונה, אולי קצת אחרי.", turn: 2)
        scenario.tool(
            "book_表", "{\"name\":\"מיכל 佐藤 🙂\"}", turn: 2, outcome: .result, output: "{\"ok\":\"好 e\u{301} שלום\"}")
        scenario.agentSays(
            "Cafe\u{301} nai\u{308}ve Z\u{351}\u{36B}\u{343}\u{36A} à la carte, क्षि हिन्दी ภาษาไทย e\u{301}\u{327} \u{301}x.",
            turn: 2,
            total: 2_400)
        scenario.userSays("مرحبا abc 漢字 и русский", turn: 3, isFinal: false)
    }

    /// The second call is taken over, the first has been whispered to and its agent is muted.
    static func takenOver(_ scenario: inout Scenario) {
        calls(&scenario)
        scenario.session = SessionID("aaaa0001")
        scenario.add(
            .operatorAction(OperatorAction("whisper to the agent: be brief", kind: .whisper, text: "be brief")))
        scenario.add(
            .operatorAction(OperatorAction("agent muted: the caller does not hear it", kind: .agentMuted)))
        scenario.session = SessionID("aaaa0002")
        scenario.add(.operatorAction(OperatorAction("took the call over", kind: .takeOver)))
        scenario.add(.stateChanged(StateChange(.takenOver)))
        scenario.add(.operatorAction(OperatorAction("sent dtmf 12#", kind: .digits, text: "12#")))
        scenario.add(.operatorAction(OperatorAction("note: wants a refund", kind: .note, text: "wants a refund")))
        scenario.session = Scenario.own
        scenario.wait(4_000)
    }

    static func calls(_ scenario: inout Scenario) {
        scenario.afternoon()
        let calls: [(String, String, ConversationState, Double?)] = [
            ("aaaa0001", "6001 \"Anna\"", .listening, 620), ("aaaa0002", "0142556677", .speaking, 810),
            ("aaaa0003", "anonymous \u{202E}gpj", .thinking, 2_400), ("aaaa0004", "6004", .stalled, nil),
            ("aaaa0005", "6002", .listening, 690),
        ]
        for (index, call) in calls.enumerated() {
            scenario.session = SessionID(call.0)
            scenario.start(leg: .audioSocket, caller: call.1, provider: index == 1 ? "gemini" : "openai")
            scenario.wait(2_000)
            scenario.userSays("I would like to change my reservation.", turn: 1)
            scenario.agentSays("Of course. For which day?", turn: 1, total: 1_500)
            if let e2e = call.3 {
                scenario.report(1, [("vad_hang", 200, .setting), ("model_ttfa", e2e - 200, .service)])
            }
            scenario.add(.stateChanged(StateChange(call.2)))
        }
        scenario.session = SessionID("aaaa0003")
        scenario.add(.trouble(Trouble(code: "turn.slow", severity: .warning, text: "slow: e2e 2.40 s")))
        scenario.add(.dtmf(DTMF(digit: "5")))
        scenario.session = SessionID("aaaa0005")
        scenario.add(.sessionEnded(SessionEnd(by: .caller, reason: "hung up")))
        scenario.session = Scenario.own
        scenario.wait(4_000)
    }

    /// More turns than the percentiles need, by a pipeline, one of them slow because of a tool.
    static func evening(_ scenario: inout Scenario) {
        scenario.afternoon()
        for (turn, model) in zip(6..., [430.0, 390, 510, 1_320, 440]) {
            scenario.wait(900)
            scenario.userSays("And number \(turn)?", turn: turn)
            var parts: [(String, Double, TurnReport.Part.Owner)] = [
                ("vad_hang", 200, .setting), ("stt_final", 85, .service), ("turn_commit", 40, .service),
                ("llm_ttft", model, .service), ("tts_ttfb", 175, .service), ("playout", 50, .transport),
            ]
            if turn == 9 {
                scenario.tool("book_table", "{\"guests\":2}", turn: turn, outcome: .result, output: "{}", ms: 640)
                parts.insert(("tool", 640, .tool), at: 4)
            }
            scenario.agentSays("That makes \(turn).", turn: turn, total: 1_200)
            scenario.report(
                turn, parts, outcome: turn == 10 ? .timeout : .completed,
                heard: turn == 8 ? 1_460 : 40 + parts.reduce(0) { $0 + $1.1 })
        }
    }

    /// A turn with its wire messages and a tool whose arguments are JSON.
    static func wire(_ scenario: inout Scenario) {
        scenario.afternoon()
        func wire(_ direction: WireMessage.Direction, _ type: String, _ bytes: Int, _ count: Int = 1) -> Event {
            .wire(WireMessage(source: "openai", direction: direction, type: type, bytes: bytes, count: count))
        }
        scenario.wait(900)
        scenario.userSays("Book it for two.", turn: 6)
        scenario.add(wire(.sent, "input_audio_buffer.append", 41_600, 48))
        scenario.add(wire(.received, "input_audio_buffer.committed", 142))
        scenario.tool(
            "book_table", "{\"guests\":2,\"at\":{\"day\":\"today\",\"hour\":20}}", turn: 6, outcome: .result,
            output: "{\"ok\":true}", ms: 240)
        scenario.add(wire(.received, "response.output_audio.delta", 118_204, 31))
        scenario.agentSays("It is booked.", turn: 6, total: 1_100)
        scenario.report(
            6,
            [
                ("vad_hang", 200, .setting), ("model_ttfa", 420, .service), ("tool", 240, .tool),
                ("playout", 50, .transport),
            ])
        scenario.add(.commandRefused(CommandRefusal(command: "undo", reason: "no switch to undo")))
    }
}
