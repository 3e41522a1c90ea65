import Core
import Glibc

/// `index.sqlite` beside the sessions: what makes thousands of them listed and searched at once. All in it comes from the
/// folders; it may be deleted at any time and is built anew, also when it is damaged or of another version. Blocking file
/// access on one thread at a time; never on the engine thread.
public final class SessionIndex {
    /// Name of the file in the sessions folder.
    public static let fileName = "index.sqlite"

    /// The sessions folder.
    public let folder: String
    /// What the user should know: that it was built anew and why, that it could not be kept.
    public internal(set) var remarks: [String] = []
    /// Whether it stands in memory only, because the folder cannot be written.
    public private(set) var isInMemory = false
    var database: Database

    /// Whether there is one in `folder`.
    public static func exists(in folder: String) -> Bool {
        FolderListing.kind(folder + "/" + fileName)?.kind == .file
    }

    /// Opens the index of a folder, or makes it. A damaged one is replaced, with a remark. Where it cannot be written it is
    /// made in memory, with a remark. It holds nothing new before `update`.
    public init(folder: String) throws(DiskError) {
        self.folder = folder
        let path = folder + "/" + Self.fileName
        var remarks: [String] = []
        do throws(DatabaseError) {
            database = try Self.open(path, &remarks)
        } catch {
            guard error.isReadOnly else { throw DiskError("open", path, cause: error.words) }
            remarks.append("\(path) cannot be written (\(error.words)); the sessions are indexed for this command only")
            isInMemory = true
            do throws(DatabaseError) { database = try Self.made(at: "") } catch {
                throw DiskError("index", folder, cause: error.words)
            }
        }
        self.remarks = remarks
    }

    private static func open(_ path: String, _ remarks: inout [String]) throws(DatabaseError) -> Database {
        do throws(DatabaseError) { return try made(at: path) } catch {
            guard error.isForeign else { throw error }
            remarks.append(builtAnew(path, error))
        }
        remove(path)
        return try made(at: path)
    }

    private static func builtAnew(_ path: String, _ error: DatabaseError) -> String {
        "\(path) could not be used (\(error.message)) and is built anew; no session is touched"
    }

    /// Opens, checks and makes what is missing. An empty path is memory.
    private static func made(at path: String) throws(DatabaseError) -> Database {
        // Made here first, so that nobody else may read it; a link in its place is not followed.
        if !path.isEmpty {
            let file = Glibc.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw DatabaseError(code: 14, message: String(cString: strerror(errno))) }
            close(file)
        }
        let database = try Database(path: path)
        try database.run(
            """
            PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000;
            PRAGMA journal_size_limit = 0
            """
        )
        let version = try database.integer("PRAGMA user_version")
        let isEmpty = try database.integer("SELECT count(*) FROM sqlite_master") == 0
        if isEmpty {
            try database.run("PRAGMA journal_mode = WAL")
            // Another program may have made it in the meantime.
            try database.transaction { () throws(DatabaseError) in
                guard try database.integer("SELECT count(*) FROM sqlite_master") == 0 else { return }
                try database.run(IndexSchema.sql)
            }
        } else if version != IndexSchema.version {
            throw DatabaseError(code: 1, message: "its version is \(version), this program's \(IndexSchema.version)")
        }
        _ = try database.integer(IndexSchema.check)
        return database
    }

    private static func remove(_ path: String) { for end in ["", "-wal", "-shm", "-journal"] { unlink(path + end) } }

    /// Runs `body`; when the file proves damaged it is built anew and `body` runs once more.
    func recovering<T>(_ body: () throws(DatabaseError) -> T) throws(DiskError) -> T {
        let path = folder + "/" + Self.fileName
        do throws(DatabaseError) { return try body() } catch {
            guard error.isDamage, !isInMemory else { throw DiskError("use", path, cause: error.words) }
            remarks.append(Self.builtAnew(path, error))
        }
        do throws(DatabaseError) {
            // The old connection is closed before its files go.
            database = try Database(path: "")
            Self.remove(path)
            database = try Self.made(at: path)
            try fill(.names, note: { _, _ in })
            return try body()
        } catch { throw DiskError("build", path, cause: error.words) }
    }

    /// The remarks so far, which are forgotten.
    public func takeRemarks() -> [String] {
        defer { remarks = [] }
        return remarks
    }

    // MARK: asking

    /// Sessions that pass the filter, in order (newest first when nothing is said): `limit` of them from the `offset`-th on,
    /// all without a limit.
    public func list(
        _ filter: SessionFilter = SessionFilter(), order: SessionOrder = SessionOrder(), limit: Int? = nil,
        offset: Int = 0
    ) throws(DiskError) -> [IndexedSession] {
        let (conditions, values) = filter.sql
        return try recovering { () throws(DatabaseError) in
            let rows = try database.prepare(
                """
                SELECT \(IndexSchema.columns) FROM session s WHERE 1\(conditions)
                ORDER BY \(order.sql) LIMIT ? OFFSET ?
                """)
            try rows.bind(values + [.integer(Int64(limit ?? -1)), .integer(Int64(max(0, offset)))])
            var sessions: [IndexedSession] = []
            while try rows.step() { sessions.append(IndexedSession(rows)) }
            return sessions
        }
    }

    /// How many sessions pass the filter.
    public func count(_ filter: SessionFilter = SessionFilter()) throws(DiskError) -> Int {
        let (conditions, values) = filter.sql
        return try recovering { () throws(DatabaseError) in
            Int(try database.integer("SELECT count(*) FROM session s WHERE 1\(conditions)", values))
        }
    }

    /// What is known of the session of this folder name; nil when nothing is.
    public func session(named name: String) throws(DiskError) -> IndexedSession? {
        try recovering { () throws(DatabaseError) in
            let rows = try database.prepare("SELECT \(IndexSchema.columns) FROM session s WHERE name = ?")
            try rows.bind([.text(name)])
            return try rows.step() ? IndexedSession(rows) : nil
        }
    }

    /// Sessions in which all the words occur, in order (newest first when nothing is said): `limit` of them from the
    /// `offset`-th on. `typed` may hold anything; nil when it holds no word.
    public func search(
        _ typed: String, _ filter: SessionFilter = SessionFilter(), order: SessionOrder = SessionOrder(),
        limit: Int = 20, offset: Int = 0
    ) throws(DiskError) -> [SearchHit]? {
        guard let expression = SearchWords(typed).expression else { return nil }
        let (conditions, values) = filter.sql
        let excerpts = SearchHit.columns.indices.map { "snippet(words, \($0), char(2), char(3), '…', 16)" }
        // The table of words gives its rows by number, which is the order of the start.
        let sorting = order == SessionOrder() ? "words.rowid DESC" : order.sql
        let sql = """
            SELECT \(IndexSchema.columns), \(excerpts.joined(separator: ", "))
            FROM words CROSS JOIN session s ON s.id = words.rowid
            WHERE words MATCH ?\(conditions) ORDER BY \(sorting) LIMIT ? OFFSET ?
            """
        return try recovering { () throws(DatabaseError) in
            let rows = try database.prepare(sql)
            try rows.bind(
                [.text(expression)] + values + [.integer(Int64(limit)), .integer(Int64(max(0, offset)))])
            var hits: [SearchHit] = []
            while try rows.step() { hits.append(SearchHit(rows)) }
            return hits
        }
    }

    /// How many sessions there are and the bytes they took when the index looked.
    public func sums() throws(DiskError) -> (sessions: Int, bytes: Int64) {
        try recovering { () throws(DatabaseError) in
            let count = Int(try database.integer("SELECT count(*) FROM session"))
            return (count, try database.integer("SELECT coalesce(sum(bytes), 0) FROM session"))
        }
    }

    /// In how many sessions all the words occur; nil when `typed` holds no word.
    public func countHits(_ typed: String, _ filter: SessionFilter = SessionFilter()) throws(DiskError) -> Int? {
        guard let expression = SearchWords(typed).expression else { return nil }
        let (conditions, values) = filter.sql
        let from =
            conditions.isEmpty
            ? "words WHERE words MATCH ?"
            : "words CROSS JOIN session s ON s.id = words.rowid WHERE words MATCH ?\(conditions)"
        return try recovering { () throws(DatabaseError) in
            Int(try database.integer("SELECT count(*) FROM \(from)", [.text(expression)] + values))
        }
    }
}
