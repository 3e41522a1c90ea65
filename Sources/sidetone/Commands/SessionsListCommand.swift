import ArgumentParser
import Core
import Recording

/// `sidetone sessions list`.
struct SessionsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List recorded sessions, newest first.",
        discussion: """
            With a filter or an order, for many sessions, or once it is there, it answers from index.sqlite beside the sessions.
            Exit codes: 0 done, 1 the folder cannot be read, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var which: SessionFilterOptions

    @Option(name: .long, help: ArgumentHelp("At most so many; 1000 when nothing is said.", valueName: "count"))
    var limit: Int?

    @Flag(name: .long, help: "All of them.")
    var all = false

    @Option(name: .long, help: ArgumentHelp("Leave out so many at the beginning.", valueName: "count"))
    var offset = 0

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Order: \(SessionOrder.Key.allCases.map(\.rawValue).joined(separator: ", ")); largest first, with a + before it smallest first.",
            valueName: "order"))
    var sort: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private var most: Int? { all ? nil : limit ?? 1000 }

    /// So many folders are listed without an index.
    private static let few = 500

    private var order: SessionOrder? {
        guard let sort else { return SessionOrder() }
        let isRising = sort.hasPrefix("+")
        return SessionOrder.Key(rawValue: isRising ? String(sort.dropFirst()) : sort).map {
            SessionOrder($0, isDescending: !isRising)
        }
    }

    func validate() throws {
        if offset < 0 { throw ValidationError("--offset \(offset): it must be 0 or more.") }
        if let sort, order == nil {
            let names = SessionOrder.Key.allCases.map(\.rawValue)
            let near = Spelling.nearest(to: sort, among: names).map { "Did you mean \($0)? " } ?? ""
            throw ValidationError("--sort \(sort): \(near)Choose from \(names.joined(separator: ", ")).")
        }
        if let limit, limit < 1 {
            throw ValidationError("--limit \(limit): it must be 1 or more; --all lists all.")
        }
    }

    func run() throws {
        let folder = try store.folder()
        let filter = which.filter
        let store = SessionStore(folder: folder)
        // Without an index, a filter, an order and many folders a look at them is enough; reading all logs would take longer.
        if FileKind(folder) != .nothing,
            !filter.isEmpty || sort != nil || offset > 0 || SessionIndex.exists(in: folder)
                || store.holdsMore(than: Self.few)
        {
            return try listIndexed(folder, filter)
        }
        let sessions = try reportingDisk { FileKind(folder) == .nothing ? [] : try store.list(limit: most) }
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
        let sessions = try reportingDisk {
            try index.list(filter, order: order ?? SessionOrder(), limit: most, offset: offset)
        }
        if limit == nil, let most, sessions.count == most {
            let all = try reportingDisk { try index.count(filter) } - offset
            if all > most { Output.error("sidetone: the first \(most) of \(all) sessions; --all lists all") }
        }
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
