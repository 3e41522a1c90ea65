import Core
import Glibc
import Recording

/// Folders of sessions as the recorder leaves them, but for the audio: 125 words each, a tool call, two turns.
struct IndexBenchScene {
    let folder: String
    let sessions: Int
    private let log: [Substring]
    private let meta: [Substring]

    /// Words of a made-up language; those that begin with `lora` are an eighth.
    private static let vocabulary = (0..<2000).map { number in
        ["lo", "ra", "mi", "ten", "ka", "su", "po", "ver"].enumerated().filter { (number + 7) >> $0.offset & 1 == 1 }
            .map(\.element).joined() + "\(number % 37)"
    }

    /// Makes the folders. Seeded: each run makes the same.
    init(below parent: String?, sessions: Int) throws(DiskError) {
        let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/sidetone-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw DiskError("create a folder below", parent, number: errno) }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.sessions = sessions
        log = Self.template(
            Self.records.map { (try? EventCodec.encode($0)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? "" })
        var about = SessionMeta(
            application: "bench", session: SessionID("#ID#"), wall: WallTime(nanoseconds: 0), start: Self.start,
            state: .ended)
        about.endReason = "caller: hang-up"
        meta = Self.template([(try? EventCodec.encode(any: about)).map { String(decoding: $0, as: UTF8.self) } ?? ""])
        var random = SplitMix(state: 1)
        do throws(DiskError) { for number in 0..<sessions { try make(number, &random) } } catch {
            remove()
            throw error
        }
    }

    /// Removes all of it.
    func remove() {
        for name in (try? SessionStore(folder: folder).names()) ?? [] {
            for file in ["meta.json", "events.jsonl"] { unlink("\(folder)/\(name)/\(file)") }
            rmdir("\(folder)/\(name)")
        }
        for end in ["", "-wal", "-shm"] { unlink(folder + "/" + SessionIndex.fileName + end) }
        rmdir(folder)
    }

    /// One more session, newer than the others.
    func addOne() throws(DiskError) {
        var random = SplitMix(state: 2)
        try make(sessions, &random)
    }

    private static var start: SessionStart {
        SessionStart(leg: .audioSocket, provider: "#PROVIDER#", agent: "#AGENT#", sampleRate: 8000, caller: "6001")
    }

    /// The records of a session, with places for what differs.
    private static var records: [EventRecord] {
        let speech = AgentSpeech(item: "a1", turn: 1, heardMs: 900, generatedMs: 900)
        let events: [Event] = [
            .sessionStarted(start),
            .userTranscript(UserTranscript(item: "u1", turn: 1, text: "#USER#", isFinal: true)),
            .toolCallStarted(ToolCallStart(id: "c", turn: 1, name: "get_time", arguments: "{\"city\":\"Berlin\"}")),
            .toolCallEnded(
                ToolCallEnd(id: "c", turn: 1, name: "get_time", outcome: .result, output: "{\"time\":\"noon\"}", ms: 9)),
            .agentText(AgentText(item: "a1", turn: 1, text: "#AGENTTEXT#", isFinal: true)),
            .agentSpeechStarted(speech), .agentSpeechStopped(speech),
            .turnEnded(TurnReport(turn: 1, outcome: .completed, e2eMs: 123_456, parts: [], provider: "#PROVIDER#")),
            .usage(Usage(provider: "#PROVIDER#", dollars: 0.25)),
            .sessionEnded(SessionEnd(by: .caller, reason: "hang-up")),
        ]
        return events.enumerated().map { number, event in
            EventRecord(
                sequence: UInt64(number + 1), time: MonotonicTime(nanoseconds: 0),
                wall: WallTime(nanoseconds: 7_777_777_777), audio: Int64(number) * 800, session: SessionID("#ID#"),
                event: event)
        }
    }

    /// Cut at the marks, and at the figures that stand for ones that differ.
    private static func template(_ lines: [String]) -> [Substring] {
        var text = lines.joined()[...]
        var parts: [Substring] = []
        let marks = ["#ID#", "#PROVIDER#", "#AGENTTEXT#", "#AGENT#", "#USER#", "123456", "7777777777"]
        var rest = text
        while let (at, mark) = first(marks, in: rest) {
            parts += [rest[..<at], Substring(mark)]
            rest = rest[at...].dropFirst(mark.count)
        }
        text = rest
        return parts + [text]
    }

    private static func first(_ marks: [String], in text: Substring) -> (Substring.Index, String)? {
        var at = text.startIndex
        while at < text.endIndex {
            let character = text[at]
            if character == "#" || character == "1" || character == "7",
                let mark = marks.first(where: { text[at...].hasPrefix($0) })
            {
                return (at, mark)
            }
            at = text.index(after: at)
        }
        return nil
    }

    private func make(_ number: Int, _ random: inout SplitMix) throws(DiskError) {
        let wall = WallTime(nanoseconds: 1_767_225_600_000_000_000 + Int64(number) * 200_000_000_000)
        let id = "\(100_000_000 + number)"
        var values = [
            "#ID#": id, "#PROVIDER#": number % 3 == 0 ? "mock" : "local", "#AGENT#": "agent-\(number % 10)",
            "123456": "\(900 + number % 1000)", "7777777777": "\(wall.nanoseconds)",
        ]
        values["#USER#"] = "hello " + Self.text(&random)
        values["#AGENTTEXT#"] = "welcome " + Self.text(&random) + (number % 5000 == 0 ? " pomegranate" : "")
        let path = "\(folder)/\(wall.fileStamp)-\(values["#PROVIDER#"] ?? "")-\(id)"
        let disk = PosixDisk()
        guard mkdir(path, 0o700) == 0 else { throw DiskError("create", path, number: errno) }
        for (name, parts) in [("meta.json", meta), ("events.jsonl", log)] {
            let bytes = Array(parts.map { values[String($0)] ?? String($0) }.joined().utf8)
            let file = try disk.create(path + "/" + name)
            defer { disk.close(file) }
            try disk.write(bytes.span.bytes, to: file, at: 0, path: path)
        }
    }

    private static func text(_ random: inout SplitMix) -> String {
        (0..<60).map { _ in vocabulary[Int(random.next() % UInt64(vocabulary.count))] }.joined(separator: " ")
    }
}

/// A generator with a seed.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
