import Core
import TestKit
import Testing

@Suite struct EventCodecTests {
    static let samples: [Event] = [
        .sessionStarted(
            SessionStart(leg: .audioSocket, provider: "mock", agent: "demo", sampleRate: 8000, caller: "6001")),
        .stateChanged(StateChange(.stalled, reason: "no answer for 3 s")),
        .bargeIn(BargeIn(item: "a", turn: 3, detector: .local, heardMs: 2310, generatedMs: 4000, reason: "speech")),
        .turnEnded(
            TurnReport(
                turn: 1, outcome: .completed, e2eMs: 620,
                parts: [TurnReport.Part(name: "vad_hang", ms: 200, owner: .setting)], provider: "mock")),
        .toolCallEnded(ToolCallEnd(id: "c", turn: 1, name: "get_time", outcome: .result, output: "{\"t\":1}", ms: 3)),
        .health(Health()), .system(SystemReport(providers: ["local", "mock"])),
    ]

    @Test(arguments: samples) func roundTrip(_ event: Event) throws {
        let record = EventRecord(
            sequence: 7, time: MonotonicTime(nanoseconds: 5), wall: WallTime(nanoseconds: 1_795_000_000_118_000_000),
            audio: 160, session: SessionID("3f2a9c1e"), event: event)
        let line = try EventCodec.encode(record)
        #expect(!line.contains(0x0A))
        #expect(try EventCodec.decode(line) == record)
    }

    @Test func typeStandsBesideTheFields() throws {
        let json = try JSONParser.parse(
            EventCodec.encode(any: Event.dtmf(DTMF(digit: "5"))))
        #expect(json["type"]?.string == "dtmf")
        #expect(json["digit"]?.string == "5")
    }

    @Test func commandForm() throws {
        let text = String(
            decoding: try EventCodec.encode(any: Command.sendText(session: nil, text: "hi")), as: UTF8.self)
        #expect(text == #"{"sendText":{"text":"hi"}}"#)
        #expect(try EventCodec.decode(Command.self, from: text.utf8) == .sendText(session: nil, text: "hi"))
    }

    /// Lines of a damaged log, and commands of a peer that cannot be trusted.
    @Test func survivesBrokenLines() throws {
        let time = MonotonicTime(nanoseconds: 5)
        let lines = try Self.samples.map {
            try EventCodec.encode(
                EventRecord(
                    sequence: 7, time: time, wall: WallTime(nanoseconds: 9), audio: 160, session: SessionID("3f2a9c1e"),
                    event: $0))
        }
        let commands = try [Command.sendText(session: SessionID("3f2a9c1e"), text: "hi")].map {
            try EventCodec.encode(any: $0)
        }
        var mutator = MessageMutator(seeds: lines + commands, seed: 15)
        var read = 0
        for _ in 0..<10_000 {
            let bytes = mutator.next()
            if let record = try? EventCodec.decode(bytes) {
                read += 1
                _ = try EventCodec.encode(record)
            }
            if let command = try? EventCodec.decode(Command.self, from: bytes) {
                _ = try EventCodec.encode(any: command)
            }
        }
        #expect((1..<10_000).contains(read))
    }
}
