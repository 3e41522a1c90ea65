import Core
import Terminal

/// A short made-up log that puts the console into one state: the same steps give the same model.
struct StateLog {
    static let session = SessionID("5e551011")

    private(set) var records: [EventRecord] = []
    private var milliseconds: Int64 = 0
    var session: SessionID? = Self.session

    private var now: MonotonicTime { MonotonicTime(nanoseconds: 1_000_000_000_000 + milliseconds * 1_000_000) }

    mutating func add(_ events: Event...) {
        for event in events {
            milliseconds += 10
            records.append(
                EventRecord(
                    sequence: UInt64(records.count + 1), time: now,
                    wall: WallTime(nanoseconds: milliseconds * 1_000_000),
                    audio: milliseconds * 16, session: session, event: event))
        }
    }

    /// A conversation that has begun, at the devices unless told otherwise.
    mutating func begin(leg: LegKind = .device, capture: String? = "microphone") {
        let before = session
        session = nil
        add(
            .system(
                SystemReport(
                    audioSocket: "127.0.0.1:9092", capture: capture, playback: "speaker",
                    deviceReason: capture == nil ? "no sound card" : nil, sessionsFolder: "sessions",
                    providers: ["one", "other"])))
        session = before
        add(
            .sessionStarted(
                SessionStart(
                    leg: leg, provider: "one", agent: "default", sampleRate: 16_000, caller: "6001",
                    peer: leg == .audioSocket ? "192.0.2.1:4000" : nil)),
            .stateChanged(StateChange(.listening)))
    }

    mutating func user(_ text: String, isFinal: Bool) {
        add(
            .userSpeechStarted(SpeechMark(detector: .local, probability: 0.8, turn: 1)),
            .turnStarted(TurnStart(turn: 1, trigger: .speech)),
            .userTranscript(UserTranscript(item: "u", turn: 1, text: text, isFinal: isFinal)),
            .userSpeechStopped(SpeechMark(detector: .local, turn: 1)))
    }

    mutating func turn(
        _ outcome: TurnReport.Outcome = .completed, part: String = "model_ttfa",
        owner: TurnReport.Part.Owner = .service,
        ms: Double = 600
    ) {
        add(
            .turnEnded(
                TurnReport(
                    turn: 1, outcome: outcome, e2eMs: ms,
                    parts: [TurnReport.Part(name: part, ms: ms, owner: owner)], provider: "one")))
    }

    /// The model after the log; `change` is what the user did.
    static func model(
        view: ConsoleView = .talk, meters: MeterSnapshot = MeterSnapshot(userLevel: -40, agentLevel: -40),
        _ build: (inout StateLog) -> Void, change: (inout ConsoleModel) -> Void = { _ in }
    ) -> ConsoleModel {
        var log = StateLog()
        build(&log)
        let size = Size(width: 80, height: 24)
        let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
        var model = ConsoleModel(size: size, appearance: Appearance(themes: ["one", "other"]), now: start)
        _ = model.update(.records(log.records, dropped: 0))
        let readings = Dictionary(uniqueKeysWithValues: model.book.liveIDs.map { ($0, meters) })
        // A fixed moment: no clock or duration on the screen may differ between two states.
        _ = model.update(
            .tick(
                now: MonotonicTime(nanoseconds: 1_001_000_000_000), wall: WallTime(nanoseconds: 1_000_000_000),
                meters: readings))
        model.view = view
        change(&model)
        return model
    }
}
