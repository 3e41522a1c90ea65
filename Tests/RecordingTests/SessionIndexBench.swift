import Core
import Glibc
import TestKit
import Testing

@testable import Recording

/// Times of an index over many sessions, for docs/performance.md: `SIDETONE_INDEX_BENCH=100000 swift test --filter SessionIndexBench`.
/// The rows are written directly, the folders are empty but for a log; the figures are printed, never judged.
@Suite struct SessionIndexBench {
    static let count = getenv("SIDETONE_INDEX_BENCH").flatMap { Int(String(cString: $0)) }

    private static let vocabulary = (0..<2000).map { number in
        ["lo", "mi", "ra", "ten", "ka", "su", "po", "ver"].enumerated().filter { (number + 7) >> $0.offset & 1 == 1 }
            .map(\.element).joined() + "\(number % 37)"
    }

    private static func row(_ number: Int, _ random: inout SeededRandom, folder: String) -> IndexRow {
        var session = IndexedSession()
        session.name = "2026-01-01T00-00-00Z-mock-\(String(100_000_000 + number))"
        session.began = WallTime(nanoseconds: 1_767_225_600_000_000_000 + Int64(number) * 200_000_000_000)
        (session.provider, session.agent) = (number % 3 == 0 ? "mock" : "local", "agent-\(number % 10)")
        session.providers = [session.provider]
        (session.outcome, session.turns, session.isWhole) = (number % 50 == 0 ? .failed : .caller, 8, true)
        (session.e2eP50Ms, session.e2eP95Ms) = (800, Double(900 + number % 1000))
        var words = SessionWords()
        let text = { (random: inout SeededRandom) in
            (0..<60).map { _ in vocabulary[Int.random(in: 0..<vocabulary.count, using: &random)] }.joined(
                separator: " ")
        }
        words.user = "hello " + text(&random)
        words.agent = "welcome " + text(&random) + (number % 5000 == 0 ? " pomegranate" : "")
        words.tools = "get_time {\"city\":\"Berlin\"}"
        let stamp = FolderStamp(folder + "/" + session.name) ?? FolderStamp(logBytes: -1, logTime: 0, folderTime: 0)
        return IndexRow(session: session, words: words, stamp: stamp, isOpen: false)
    }

    @Test(.enabled(if: count != nil)) func measure() throws {
        let count = try #require(Self.count)
        let temporary = TemporaryFolder()
        var random = SeededRandom(seed: 1)
        do {
            let index = try SessionIndex(folder: temporary.path)
            for start in stride(from: 0, to: count, by: 1000) {
                var rows: [IndexRow] = []
                for number in start..<min(count, start + 1000) {
                    let name = temporary.path + "/2026-01-01T00-00-00Z-mock-\(100_000_000 + number)"
                    mkdir(name, 0o700)
                    TemporaryFolder.write([], to: name + "/events.jsonl")
                    rows.append(Self.row(number, &random, folder: temporary.path))
                }
                try index.write(rows)
            }
        }
        print(
            "file: \(TemporaryFolder.size(temporary.path + "/" + SessionIndex.fileName) / 1_000_000) MB, \(count) sessions"
        )
        try Self.measure(folder: temporary.path)
    }

    private static func measure(folder: String) throws {
        var time: [(String, Double)] = []
        func run(_ name: String, _ body: () throws -> Int) rethrows {
            var best: [Double] = []
            var found = 0
            for _ in 0..<7 {
                let start = MonotonicTime.now()
                found = try body()
                best.append((MonotonicTime.now() - start).milliseconds)
            }
            time.append(("\(name): \(found)", best.sorted()[3]))
        }
        let index = try SessionIndex(folder: folder)
        var rare = SessionFilter()
        (rare.agent, rare.slowerThanMs, rare.outcome) = ("agent-0", 1890, .failed)
        try run("update after the folder changed") {
            try index.database.run("DELETE FROM fact")
            return try index.update(.names).read
        }
        try run("update, all stamps") { try index.update(.all).read }
        try run("list 50") { try index.list(limit: 50).count }
        try run("list all") { try index.list().count }
        try run("list filtered") { try index.list(rare).count }
        try run("search rare word") { try index.search("pomegranate")?.count ?? 0 }
        try run("search word of all, newest 20") { try index.search("hello")?.count ?? 0 }
        try run("search two words") { try index.search("hello \(vocabulary[77])")?.count ?? 0 }
        try run("search phrase") { try index.search("\"\(vocabulary[77]) \(vocabulary[99])\"")?.count ?? 0 }
        try run("search a wide ending") { try index.search("hello lora*")?.count ?? 0 }
        try run("search word of all, rare filter") { try index.search("hello", rare)?.count ?? 0 }
        try run("open, update, list 50") {
            let other = try SessionIndex(folder: folder)
            try other.update()
            return try other.list(limit: 50).count
        }
        for (name, ms) in time { print("\(name)  \((ms * 100).rounded() / 100) ms") }
    }
}
