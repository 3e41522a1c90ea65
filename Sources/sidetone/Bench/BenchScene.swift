import Core

/// A console full of things: a conversation of forty turns, and live calls.
enum BenchScene {
    private static let own = SessionID("bench000")

    private static func call(_ index: Int) -> SessionID { SessionID("call\(index)") }

    /// The records of one conversation at the devices and of so many calls.
    static func records(calls: Int) -> [EventRecord] {
        var scene = Scene()
        scene.session(own, leg: .device, caller: nil, turns: 40)
        for index in 0..<calls { scene.session(call(index), leg: .audioSocket, caller: "60\(index)", turns: 2) }
        return scene.records
    }

    /// Moving meters for all of them.
    static func meters(calls: Int, round: Int) -> [SessionID: MeterSnapshot] {
        let snapshot = MeterSnapshot(
            userLevel: -50 + Double(round * 7 % 30), userPeak: -12, speechProbability: Double(round % 10) / 10,
            userSpeaking: round % 2 == 0, agentLevel: -40 + Double(round * 3 % 20), agentPeak: -9)
        var meters = [own: snapshot]
        for index in 0..<calls { meters[call(index)] = snapshot }
        return meters
    }

    private struct Scene {
        var records: [EventRecord] = []
        private var now = MonotonicTime.now()
        private var wall = WallTime.now()
        private var sequence: UInt64 = 0
        private var id: SessionID?

        mutating func session(_ id: SessionID, leg: LegKind, caller: String?, turns: Int) {
            self.id = id
            sequence = 0
            add(
                .sessionStarted(
                    SessionStart(leg: leg, provider: "bench", agent: "default", sampleRate: 8000, caller: caller)))
            for number in 1...max(1, turns) { turn(number) }
            add(.stateChanged(StateChange(.listening)))
        }

        private mutating func turn(_ number: Int) {
            let (item, answer) = ("item\(number)", "It is twenty past three, and tomorrow there will be some rain.")
            add(.turnStarted(TurnStart(turn: number, trigger: .speech)))
            add(.userSpeechStarted(SpeechMark(detector: .local, probability: 0.8, turn: number)))
            add(
                .userTranscript(
                    UserTranscript(
                        item: item, turn: number, text: "What time is it, and how about the weather?", isFinal: true)))
            add(.agentText(AgentText(item: item, turn: number, text: answer, isFinal: true)))
            add(.agentSpeechStarted(AgentSpeech(item: item, turn: number, heardMs: 0, generatedMs: 3000)))
            add(.agentSpeechStopped(AgentSpeech(item: item, turn: number, heardMs: 3000, generatedMs: 3000)))
            let parts = [
                TurnReport.Part(name: "vad_hang", ms: 200, owner: .setting),
                TurnReport.Part(name: "model_ttfa", ms: 480, owner: .service),
                TurnReport.Part(name: "playout", ms: 40, owner: .transport),
            ]
            add(.turnEnded(TurnReport(turn: number, outcome: .completed, e2eMs: 720, parts: parts, provider: "bench")))
        }

        private mutating func add(_ event: Event) {
            sequence += 1
            now = now + .milliseconds(100)
            wall = WallTime(nanoseconds: wall.nanoseconds + 100_000_000)
            records.append(
                EventRecord(
                    sequence: sequence, time: now, wall: wall, audio: Int64(sequence) * 800, session: id, event: event))
        }
    }
}
