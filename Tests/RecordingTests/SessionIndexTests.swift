import Core
import Glibc
import Testing
import TestKit

@testable import Recording

@Suite struct SessionIndexTests {
    private let temporary = TemporaryFolder()
    private var file: String { temporary.path + "/" + SessionIndex.fileName }

    /// A folder as the recorder leaves it, with an event log of one turn.
    @discardableResult
    private func make(
        _ name: String, provider: String = "mock", agent: String = "demo", said: String = "What time is it?",
        answer: String = "It is noon.", e2eMs: Double? = 800, dollars: Double? = nil, ended: SessionEnd.By? = .caller,
        began: String = "2026-11-18T11:06:40Z", state: SessionMeta.State = .ended
    ) throws -> String {
        let path = temporary.path + "/" + name
        mkdir(path, 0o700)
        let wall = try #require(TimeText.moment(began, now: WallTime(nanoseconds: 0)))
        let start = SessionStart(leg: .audioSocket, provider: provider, agent: agent, sampleRate: 8000, caller: "6001")
        let heard = AgentSpeech(item: "a1", turn: 1, heardMs: 900, generatedMs: 900)
        var events: [Event] = [
            .sessionStarted(start),
            .userTranscript(UserTranscript(item: "u1", turn: 1, text: said, isFinal: true)),
            .toolCallStarted(ToolCallStart(id: "c", turn: 1, name: "get_time", arguments: "{\"city\":\"Zürich\"}")),
            .toolCallEnded(
                ToolCallEnd(id: "c", turn: 1, name: "get_time", outcome: .result, output: "{\"time\":\"noon\"}", ms: 9)),
            .agentText(AgentText(item: "a1", turn: 1, text: answer, isFinal: true)), .agentSpeechStarted(heard),
            .agentSpeechStopped(heard),
            .turnEnded(TurnReport(turn: 1, outcome: .completed, e2eMs: e2eMs, parts: [], provider: provider)),
            .usage(Usage(provider: provider, dollars: dollars)),
        ]
        if let ended { events.append(.sessionEnded(SessionEnd(by: ended, reason: "hang-up"))) }
        var log: [UInt8] = []
        for (number, event) in events.enumerated() {
            let record = EventRecord(
                sequence: UInt64(number + 1), time: MonotonicTime(nanoseconds: 0), wall: wall,
                audio: Int64(number) * 800, session: SessionID("aa"), event: event)
            log += try EventCodec.encode(record) + [UInt8(ascii: "\n")]
        }
        TemporaryFolder.write(log, to: path + "/events.jsonl")
        let meta = SessionMeta(application: "test", session: SessionID("aa"), wall: wall, start: start, state: state)
        TemporaryFolder.write(try EventCodec.encode(any: meta), to: path + "/meta.json")
        return path
    }

    private func index() throws -> SessionIndex {
        let index = try SessionIndex(folder: temporary.path)
        try index.update()
        return index
    }

    private func names(_ change: (inout SessionFilter) -> Void, in index: SessionIndex) throws -> [String] {
        var filter = SessionFilter()
        change(&filter)
        return try index.list(filter).map(\.name)
    }

    @Test func knowsWhatASessionWas() throws {
        try make("one", e2eMs: 812, dollars: 0.25)
        let session = try #require(try index().list().first)
        #expect(session.name == "one" && session.session == "aa" && session.turns == 1 && session.isWhole)
        #expect(session.began.rfc3339 == "2026-11-18T11:06:40.000Z")
        #expect(session.providers == ["mock"] && session.agent == "demo" && session.caller == "6001")
        #expect(session.outcome == .caller && session.reason == "hang-up" && session.leg == "audioSocket")
        #expect(session.e2eP50Ms == 812 && session.e2eP95Ms == 812 && session.dollars == 0.25)
    }

    @Test func filtersByEverything() throws {
        try make("a", provider: "mock", agent: "demo", e2eMs: 500, began: "2026-11-10T10:00:00Z")
        try make("b", provider: "Other", agent: "desk", e2eMs: 1500, ended: .provider, began: "2026-11-12T10:00:00Z")
        try make(
            "c", provider: "mock", agent: "desk", e2eMs: nil, ended: nil, began: "2026-11-14T10:00:00Z",
            state: .interrupted)
        let index = try index()
        let time = { TimeText.moment($0, now: WallTime(nanoseconds: 0)) }
        #expect(try names({ _ in }, in: index) == ["c", "b", "a"])
        #expect(try names({ $0.provider = "MOCK" }, in: index) == ["c", "a"])
        #expect(try names({ $0.agent = "desk" }, in: index) == ["c", "b"])
        #expect(try names({ $0.outcome = .failed }, in: index) == ["b"])
        #expect(try names({ $0.outcome = .cutOff }, in: index) == ["c"])
        #expect(try names({ $0.slowerThanMs = 500 }, in: index) == ["b"])
        #expect(try names({ $0.since = time("2026-11-12T10:00:00Z") }, in: index) == ["c", "b"])
        #expect(try names({ $0.until = time("2026-11-12T10:00:00Z") }, in: index) == ["a"])
        #expect(try index.list(limit: 1).map(\.name) == ["c"])
        #expect(try index.search("noon", limit: 2)?.map(\.session.name) == ["c", "b"])
        var filter = SessionFilter()
        filter.agent = "desk"
        filter.outcome = .failed
        #expect(try index.search("noon", filter)?.map(\.session.name) == ["b"])
    }

    @Test(arguments: [
        ("time", true), ("TIME what", true), ("\"time is\"", true), ("\"is time\"", false), ("zurich", true),
        ("tim", false), ("tim*", true), ("get_time", true), ("noon absent", false), ("NOT time", false),
        ("time) OR (", false), ("\"time", true), ("user:time", false), ("NEAR(time is)", false), ("what's", false),
    ]) func findsWords(typed: String, isFound: Bool) throws {
        try make("one")
        #expect(try index().search(typed)?.isEmpty == !isFound, "\(typed)")
    }

    @Test(arguments: ["", "  ", "!!!", "\"\"", "*", "\"* -\"", "\0"]) func noWordIsNoSearch(typed: String) throws {
        #expect(try index().search(typed) == nil)
    }

    @Test func excerptsSayWhoAndMarkTheWords() throws {
        try make("one", said: "Is it \u{1B}[31m noon\u{2}?", answer: "Yes, noon.")
        let hit = try #require(try index().search("noon")?.first)
        #expect(hit.excerpts.map(\.who) == ["You", "Agent", "Tool"])
        let marked = hit.excerpts.map { $0.pieces.filter(\.isHit).map(\.text) }
        #expect(marked == [["noon"], ["noon"], ["noon"]])
        #expect(hit.excerpts[0].pieces.map(\.text).joined().contains { $0 == "\u{1B}" || $0 == "\u{2}" } == false)
    }

    /// Nothing that is typed may reach FTS5 as its own language.
    @Test func anyTypedTextIsUnderstood() throws {
        try make("one")
        let index = try index()
        var random = SeededRandom(seed: 11)
        let pieces = [
            "\"", "*", "(", ")", ":", "^", "-", "+", "{", "}", "AND", "OR", "NOT", "NEAR(", "user", "time", " ", ",",
            "'", ";",
            "\0", "\u{2}", "é", "漢", "\u{301}", "\u{1F600}", "--", "/*", "\\", ".", "x*y", "\n", "٣", "ª",
        ]
        for _ in 0..<10_000 {
            let typed = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            _ = try index.search(typed)
        }
        #expect(try index.search(String(repeating: "time ", count: 10_000))?.count == 1)
        #expect(index.remarks.isEmpty)
    }

    /// Pages in every order hold each session once, in both directions.
    @Test(arguments: SessionOrder.Key.allCases) func pagesInEveryOrder(key: SessionOrder.Key) throws {
        for number in 0..<9 {
            try make(
                "s-\(number)", provider: "p\(number % 3)", agent: "a\(number % 2)",
                e2eMs: number == 4 ? nil : 900 - Double(number),
                dollars: number % 4 == 0 ? nil : 0.01 * Double(number), ended: number % 2 == 0 ? .caller : .agent,
                began: "2026-11-1\(number)T10:00:00Z")
        }
        let index = try index()
        let up = SessionOrder(key, isDescending: false)
        for order in [up, up.reversed] {
            let all = try index.list(order: order)
            var paged: [IndexedSession] = []
            for offset in stride(from: 0, to: 12, by: 4) {
                paged += try index.list(order: order, limit: 4, offset: offset)
            }
            #expect(paged == all && Set(all.map(\.name)).count == 9)
        }
        let values = try index.list(order: up).map { session -> Double in
            switch key {
            case .began: Double(session.began.nanoseconds)
            case .length: session.seconds
            case .turns: Double(session.turns)
            case .latency: session.e2eP95Ms ?? -1
            case .cost: session.dollars ?? -1
            case .size: Double(session.bytes)
            case .provider: Double(session.provider.utf8.last ?? 0)
            case .agent: Double(session.agent.utf8.last ?? 0)
            case .outcome: Double(session.outcome.rawValue.utf8.first ?? 0)
            }
        }
        #expect(values == values.sorted())
    }

    @Test func countsAndFindsOne() throws {
        for number in 0..<7 { try make("s-\(number)", agent: number < 2 ? "desk" : "demo") }
        let index = try index()
        var filter = SessionFilter()
        filter.agent = "desk"
        #expect(try index.count() == 7 && index.count(filter) == 2)
        #expect(try index.countHits("noon") == 7 && index.countHits("noon", filter) == 2)
        #expect(try index.countHits("  ") == nil && index.countHits("absent") == 0)
        let pages = try (0..<4).map { try index.search("noon", limit: 2, offset: $0 * 2)?.map(\.session.name) ?? [] }
        #expect(pages.map(\.count) == [2, 2, 2, 1] && Set(pages.joined()).count == 7)
        #expect(try index.session(named: "s-3")?.agent == "demo" && index.session(named: "absent") == nil)
    }

    // MARK: removal

    /// What was said in a deleted session stands nowhere in the file, nor in what is written ahead of it.
    @Test(arguments: [1, 40]) func nothingRemainsOfADeletedSession(others: Int) throws {
        for number in 0..<others { try make("keep-\(number)", said: "Quite harmless \(number)") }
        try make("gone", said: "My secret is xylocarp and zweiback")
        let index = try index()
        #expect(try index.search("xylocarp")?.count == 1 && !index.hasRemains)
        try index.delete("gone")
        #expect(try index.search("xylocarp")?.isEmpty == true && index.hasRemains)
        #expect(try !index.sweep(while: { false }) && index.hasRemains)
        #expect(try index.sweep() && !index.hasRemains)
        #expect(TemporaryFolder.names(temporary.path).contains { $0.contains("gone") } == false)
        for name in [file, file + "-wal"] {
            let text = String(decoding: TemporaryFolder.read(name), as: UTF8.self)
            #expect(!text.contains("xylocarp") && !text.contains("ylocarp") && !text.contains("zweiback"), "\(name)")
        }
        #expect(try index.search("harmless")?.count == min(others, 20))
        #expect(try index.database.integer("SELECT count(*) FROM served") == Int64(others))
    }

    @Test func aSessionBeingRecordedIsNotDeleted() throws {
        let log = open(try make("a", ended: nil, state: .recording) + "/events.jsonl", O_RDWR)
        defer { close(log) }
        flock(log, LOCK_EX)
        let index = try index()
        #expect(throws: DiskError.self) { try index.delete("a") }
        #expect(try index.list().map(\.name) == ["a"])
    }

    // MARK: following the folders

    @Test func followsWhatComesChangesAndGoes() throws {
        try make("a")
        try make("b", ended: nil, state: .recording)
        let index = try SessionIndex(folder: temporary.path)
        #expect(try index.update() == SessionIndex.Update(read: 2, removed: 0))
        #expect(try index.update() == SessionIndex.Update(read: 0, removed: 0))
        try make("b", said: "Quite different")
        #expect(try index.update() == SessionIndex.Update(read: 1, removed: 0))
        #expect(try index.search("different")?.map(\.session.name) == ["b"])
        TemporaryFolder.remove(temporary.path + "/a")
        try make("c")
        #expect(try index.update() == SessionIndex.Update(read: 1, removed: 1))
        #expect(try index.list().map(\.name).sorted() == ["b", "c"])
        try make("c", said: "changed by hand, longer than before")
        #expect(try index.update(.all).read == 1)
        #expect(try index.search("hand")?.count == 1)
        #expect(try index.search("time")?.map(\.session.name).sorted() == ["b", "c"])
    }

    @Test func manySessionsOfOneMomentAreAllKept() throws {
        for number in 0..<30 { try make("same-\(number)") }
        #expect(try index().list().count == 30)
    }

    @Test func aSessionBeingRecordedIsLive() throws {
        let path = try make("a", ended: nil, state: .recording)
        let log = open(path + "/events.jsonl", O_RDWR)
        defer { close(log) }
        flock(log, LOCK_EX)
        let index = try index()
        #expect(try names({ $0.outcome = .live }, in: index) == ["a"])
        flock(log, LOCK_UN)
        #expect(try index.update().read == 1)
        #expect(try names({ $0.outcome = .cutOff }, in: index) == ["a"])
    }

    // MARK: damage

    @Test(arguments: ["text", "empty", "pages", "version", "foreign"]) func whatCannotBeUsedIsBuiltAnew(kind: String)
        throws
    {
        for number in 0..<20 { try make("s-\(number)") }
        _ = try index()
        switch kind {
        case "text":
            TemporaryFolder.write(Array("no database at all, long enough to be a header of one. ".utf8), to: file)
        case "empty": TemporaryFolder.write([], to: file)
        case "pages":
            try Database(path: file).run("PRAGMA wal_checkpoint(TRUNCATE)")
            var bytes = TemporaryFolder.read(file)
            for place in 4096..<bytes.count { bytes[place] = UInt8(truncatingIfNeeded: place &* 31) }
            TemporaryFolder.write(bytes, to: file)
        case "version": try Database(path: file).run("PRAGMA user_version = 99")
        default: try Database(path: file).run("DROP TABLE served")
        }
        if kind != "version", kind != "foreign" { for end in ["-wal", "-shm"] { unlink(file + end) } }
        let index = try index()
        #expect(try index.list().count == 20)
        #expect(try index.search("time")?.count == 20)
        #expect(index.remarks.contains { $0.contains("built anew") } == (kind != "empty"), "\(index.remarks)")
        #expect(try self.index().remarks.isEmpty)
    }

    @Test func aLinkInItsPlaceIsNotFollowed() throws {
        try make("one")
        TemporaryFolder.write(Array("keep".utf8), to: temporary.path + "/precious")
        symlink(temporary.path + "/precious", file)
        let index = try index()
        #expect(index.isInMemory)
        #expect(try index.list().count == 1)
        #expect(TemporaryFolder.read(temporary.path + "/precious") == Array("keep".utf8))
    }

    // MARK: retention

    @Test func retentionDeletesFoldersAndRows() throws {
        let old = "2026-10-01T10-00-00Z-mock-aaaaaaaa", new = "2026-11-18T10-00-00Z-mock-bbbbbbbb"
        for name in [old, new] { try make(name) }
        let live = "2026-10-02T10-00-00Z-mock-cccccccc"
        let log = open(try make(live, ended: nil, state: .recording) + "/events.jsonl", O_RDWR)
        defer { close(log) }
        flock(log, LOCK_EX)
        _ = try index()
        let store = SessionStore(folder: temporary.path)
        let now = try #require(TimeText.moment("2026-11-20", now: WallTime(nanoseconds: 0)))
        let rule = SessionRetention(age: .seconds(30 * 86_400))
        let rehearsal = try rule.apply(to: store, now: now, rehearsal: true)
        #expect(rehearsal.removed.map(\.name) == [old] && rehearsal.lines.first == "would delete \(old)")
        #expect(try store.names().count == 3)
        #expect(try rule.apply(to: store, now: now).removed.map(\.name) == [old])
        #expect(try store.names() == [live, new])
        #expect(try SessionIndex(folder: temporary.path).list().map(\.name).sorted() == [live, new])
        #expect(try rule.apply(to: store, now: now).lines.isEmpty)
        #expect(try SessionRetention(bytes: 1).apply(to: store, now: now).removed.map(\.name) == [new])
        #expect(try SessionRetention().apply(to: store, now: now).removed.isEmpty)
    }
}
