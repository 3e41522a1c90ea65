import ArgumentParser
import Core
import Recording

/// `sidetone sessions list`.
struct SessionsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List recorded sessions, newest first.",
        discussion: """
            With filters, or once `sessions search` has made the index, it answers from index.sqlite beside the sessions.
            Exit codes: 0 done, 1 the folder cannot be read, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var which: SessionFilterOptions

    @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"))
    var limit: Int?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        if let limit, limit < 1 {
            throw ValidationError("--limit \(limit): it must be 1 or more. Leave it out for all.")
        }
    }

    func run() throws {
        let folder = try store.folder()
        let filter = which.filter
        // Without an index and without a filter a look at the folders is enough; reading all their logs would take longer.
        if FileKind(folder) != .nothing, !filter.isEmpty || SessionIndex.exists(in: folder) {
            return try listIndexed(folder, filter)
        }
        let all = try reportingDisk {
            FileKind(folder) == .nothing ? [] : try SessionStore(folder: folder).list()
        }
        let sessions = all.prefix(limit ?? all.count)
        if json { return Output.line(JSONValue.array(sessions.map(Self.json)).text) }
        if sessions.isEmpty { return Output.line("no sessions in \(folder)") }
        let rows = sessions.map { session in
            [
                session.name, Columns.clock(session.seconds), session.meta?.start.provider ?? "–",
                session.meta?.start.caller ?? session.meta?.start.leg.rawValue ?? "–", Self.state(session),
                "\(Columns.number(Double(session.bytes) / 1e6, 1)) MB",
            ]
        }
        for line in Columns.table(["SESSION", "LENGTH", "PROVIDER", "CALLER", "STATE", "SIZE"], rows) {
            Output.line(line)
        }
    }

    private func listIndexed(_ folder: String, _ filter: SessionFilter) throws {
        let index = try SessionIndex.current(in: folder)
        let sessions = try reportingDisk { try index.list(filter, limit: limit) }
        index.tellRemarks()
        if json { return Output.line(JSONValue.array(sessions.map { Self.json($0, in: folder) }).text) }
        if sessions.isEmpty {
            return Output.line(filter.isEmpty ? "no sessions in \(folder)" : "no such sessions in \(folder)")
        }
        for line in Columns.table(SessionRows.heads, sessions.map(SessionRows.cells)) { Output.line(line) }
    }

    private static func state(_ session: SessionStore.Summary) -> String {
        let state = session.isLive ? "live" : session.meta?.state.rawValue ?? "no meta.json"
        return session.meta?.isDegraded == true ? state + ", not whole" : state
    }

    private static func json(_ session: SessionStore.Summary) -> JSONValue {
        [
            "name": .string(session.name), "seconds": .double(session.seconds), "bytes": .int(session.bytes),
            "isLive": .bool(session.isLive), "meta": JSONValue(encoding: session.meta), "index": .null,
        ]
    }

    /// The same members, and what the index knows.
    private static func json(_ session: IndexedSession, in folder: String) -> JSONValue {
        [
            "name": .string(session.name), "seconds": .double(session.seconds), "bytes": .int(session.bytes),
            "isLive": .bool(session.outcome == .live),
            "meta": JSONValue(encoding: SessionStore(folder: folder).meta(session.name)),
            "index": SessionRows.json(session),
        ]
    }
}

extension Columns {
    /// `1:02:03`, `2:03`.
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        let whole = Int(seconds.rounded())
        let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
    }
}

extension JSONValue {
    /// Any value that can be encoded; null when it cannot.
    init(encoding value: (some Encodable)?) {
        guard let value, let bytes = try? EventCodec.encode(any: value), let json = try? JSONParser.parse(bytes) else {
            self = .null
            return
        }
        self = json
    }
}
