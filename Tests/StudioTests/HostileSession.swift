import Core
import Recording
import TestKit
import Testing

/// A session in which every text from outside tries something.
struct HostileSession {
    static let said =
        "<script>alert(1)</script> \u{1B}[2J\u{9B}31m\u{202E}שלום\u{2066} {\\an8}<font> SECRET --> ``` [x](http://a.b) 'q' \"r\""
    static let arguments = "{\"q\":\"</script><!-- SECRET ```` \u{7}\"}"

    private let folder: TemporaryFolder

    init() { folder = TemporaryFolder() }

    /// The session from a folder, so that it has passed through the codec as a recorded one.
    func stored() throws -> StoredSession {
        var lines = ""
        for (index, pair) in Self.events.enumerated() {
            let record = EventRecord(
                sequence: UInt64(index + 1), time: MonotonicTime(nanoseconds: pair.at * 125_000),
                wall: WallTime(nanoseconds: 1_795_000_000_000_000_000), audio: pair.at, session: SessionID("x"),
                event: pair.event)
            lines += String(decoding: try EventCodec.encode(record), as: UTF8.self) + "\n"
        }
        #expect(GoldenText.write(lines, folder.path + "/events.jsonl"))
        return try StoredSession(path: folder.path)
    }

    private static let events: [(at: Int64, event: Event)] = [
        (
            0,
            .sessionStarted(
                SessionStart(
                    leg: .audioSocket, provider: "=p", model: "<b>m</b>", agent: "'\"><img src=x onerror=alert(1)>",
                    sampleRate: 8000, caller: "+49301234 <script>", peer: "+49301234", instructions: said))
        ),
        (100, .turnStarted(TurnStart(turn: 1, trigger: .speech))),
        (100, .userSpeechStarted(SpeechMark(detector: .local, at: 100, turn: 1))),
        (8000, .userSpeechStopped(SpeechMark(detector: .local, at: 8000, turn: 1))),
        (8100, .userTranscript(UserTranscript(item: "u", turn: 1, text: said, isFinal: true))),
        (8200, .toolCallStarted(ToolCallStart(id: "1", turn: 1, name: "<img src=x>", arguments: arguments))),
        (
            8300,
            .toolCallEnded(
                ToolCallEnd(id: "1", turn: 1, name: "<img src=x>", outcome: .error, output: said, ms: 12.5))
        ),
        // A secret that lies across two pieces, never made final.
        (9000, .agentText(AgentText(item: "a", turn: 1, text: "=1+1 SEC", isFinal: false))),
        (9100, .agentText(AgentText(item: "a", turn: 1, text: "RET " + said + " and more words", isFinal: false))),
        (9000, .agentSpeechStarted(AgentSpeech(item: "a", turn: 1, heardMs: 0, generatedMs: 0))),
        (13000, .agentSpeechProgress(AgentSpeech(item: "a", turn: 1, heardMs: 400, generatedMs: 2000))),
        (21000, .agentSpeechStopped(AgentSpeech(item: "a", turn: 1, heardMs: 1400, generatedMs: 2000, wasCut: true))),
        (
            21000,
            .bargeIn(
                BargeIn(item: "a", turn: 1, detector: .local, heardMs: 1400, generatedMs: 2000, reason: said))
        ),
        (21100, .usage(Usage(provider: "=p", dollars: 0.0125))),
        (
            21200,
            .turnEnded(
                TurnReport(
                    turn: 1, outcome: .interrupted, e2eMs: 500,
                    parts: [
                        .init(name: "vad_hang", ms: 200, owner: .setting),
                        .init(name: "=<script>", ms: 300, owner: .service), .init(name: "odd", ms: -1, owner: .tool),
                    ], provider: "=p\u{1B}"))
        ),
        (21300, .turnStarted(TurnStart(turn: 2, trigger: .text))),
        (21300, .textSubmitted(TextSubmitted(turn: 2, text: "@SUM(1) \r\n\r\n" + said))),
        (21400, .trouble(Trouble(code: "<x>", severity: .error, text: said, fix: said))),
        (21500, .providerSwitch(ProviderSwitch(phase: .failed, from: "<a>", to: "=b", reason: said))),
        (21600, .dtmf(DTMF(digit: "7"))),
        (21700, .note(Note(said))),
        (30000, .sessionEnded(SessionEnd(by: .caller, reason: said))),
    ]
}
