import Core
import Recording

/// Times of what people ask of the index; each several times, files cached.
struct IndexBench {
    /// One question and its cost.
    struct Row {
        var name: String
        var found: Int
        var medianMs: Double
        var mostMs: Double

        var cells: [String] { [name, "\(found)", Columns.number(medianMs, 2), Columns.number(mostMs, 2)] }

        var json: JSONValue {
            [
                "question": .string(name), "found": .int(Int64(found)), "medianMs": .double(medianMs),
                "mostMs": .double(mostMs),
            ]
        }
    }

    let scene: IndexBenchScene
    private var rows: [Row] = []

    init(scene: IndexBenchScene) { self.scene = scene }

    private mutating func time(_ name: String, rounds: Int = 7, _ body: () throws(DiskError) -> Int) throws(DiskError) {
        var took: [Double] = []
        var found = 0
        for _ in 0..<rounds {
            let start = MonotonicTime.now()
            found = try body()
            took.append((MonotonicTime.now() - start).milliseconds)
        }
        took.sort()
        rows.append(Row(name: name, found: found, medianMs: took[took.count / 2], mostMs: took.last ?? 0))
    }

    /// Builds the index and asks everything.
    func run() throws(DiskError) -> [Row] {
        var bench = self
        try bench.building()
        let index = try SessionIndex(folder: scene.folder)
        try bench.listing(index)
        try bench.searching(index)
        try bench.changing(index)
        return bench.rows
    }

    private mutating func building() throws(DiskError) {
        let folder = scene.folder
        try time("build the index", rounds: 1) { () throws(DiskError) in
            try SessionIndex(folder: folder).update().read
        }
        rows.append(
            Row(
                name: "megabytes of the index", found: FileKind.bytes(folder + "/" + SessionIndex.fileName) / 1_000_000,
                medianMs: 0, mostMs: 0))
        // The folder's time is believed when it lies back a while.
        try time("first command after a change", rounds: 1) { () throws(DiskError) in
            try Self.command(folder)
        }
        try time("open, look for changes, newest 50") { () throws(DiskError) in try Self.command(folder) }
    }

    private static func command(_ folder: String) throws(DiskError) -> Int {
        let index = try SessionIndex(folder: folder)
        try index.update()
        return try index.list(limit: 50).count
    }

    private mutating func listing(_ index: SessionIndex) throws(DiskError) {
        for key in SessionOrder.Key.allCases {
            for isDescending in [true, false] {
                try time("50 by \(key.rawValue), \(isDescending ? "largest" : "smallest") first") {
                    () throws(DiskError) in
                    try index.list(order: SessionOrder(key, isDescending: isDescending), limit: 50).count
                }
            }
        }
        let last = scene.sessions - 50
        try time("the last 50 of all") { () throws(DiskError) in
            try index.list(limit: 50, offset: last).count
        }
        try time("count all") { () throws(DiskError) in try index.count() }
        for (name, filter) in Self.filters {
            try time("50 \(name)") { () throws(DiskError) in try index.list(filter, limit: 50).count }
            try time("50 \(name), by length") { () throws(DiskError) in
                try index.list(filter, order: SessionOrder(.length), limit: 50).count
            }
            try time("count \(name)") { () throws(DiskError) in try index.count(filter) }
        }
        try time("1,000 rows") { () throws(DiskError) in try index.list(limit: 1000).count }
        try time("all rows, for a program") { () throws(DiskError) in try index.list().count }
    }

    private static var filters: [(String, SessionFilter)] {
        var provider = SessionFilter()
        provider.provider = "mock"
        var agent = SessionFilter()
        agent.agent = "agent-0"
        var failed = SessionFilter()
        failed.outcome = .failed
        var slow = SessionFilter()
        slow.slowerThanMs = 1890
        var several = SessionFilter()
        (several.agent, several.slowerThanMs, several.outcome) = ("agent-0", 1889, .caller)
        return [
            ("of a provider", provider), ("of an agent", agent), ("that failed", failed), ("slower than 1890 ms", slow),
            ("with three conditions", several),
        ]
    }

    private mutating func searching(_ index: SessionIndex) throws(DiskError) {
        let words = [
            "pomegranate", "hello", "hello lora*", "lo*", "lora*", "loram*", "loramite*", "\"berlin\"", "lomi7 rami8",
            "hello pomegranate",
        ]
        for typed in words {
            try time("search \(typed)") { () throws(DiskError) in try index.search(typed)?.count ?? 0 }
        }
        try time("search hello, sessions 10,001 to 10,020") { () throws(DiskError) in
            try index.search("hello", offset: 10_000)?.count ?? 0
        }
        try time("count of hello") { () throws(DiskError) in try index.countHits("hello") ?? 0 }
        for (name, filter) in Self.filters {
            try time("search hello \(name)") { () throws(DiskError) in try index.search("hello", filter)?.count ?? 0 }
        }
    }

    private mutating func changing(_ index: SessionIndex) throws(DiskError) {
        try scene.addOne()
        let folder = scene.folder
        try time("a session came: look, read it, newest 50", rounds: 1) { () throws(DiskError) in
            try Self.command(folder)
        }
        try time("look at every folder's times (at the start, beside the work)", rounds: 1) { () throws(DiskError) in
            try index.update(.all).read
        }
        let names = try index.list(limit: 100).map(\.name)
        try time("delete 100 sessions", rounds: 1) { () throws(DiskError) in
            for name in names { try index.delete(name) }
            return names.count
        }
        try time("sweep their words out (beside the work)", rounds: 1) { () throws(DiskError) in
            try index.sweep() ? 1 : 0
        }
    }
}
