import CSQLite

/// What SQLite said.
struct DatabaseError: Error, Equatable {
    /// Extended result code.
    var code: Int32
    var message: String

    /// Whether the file is no database or is damaged: it has to be built anew.
    var isDamage: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT].contains(code & 0xFF) }

    /// Whether a file that is being opened is damaged, or is not made as ours is.
    var isForeign: Bool { isDamage || code & 0xFF == SQLITE_ERROR }

    /// Whether the file or its folder cannot be written.
    var isReadOnly: Bool { [SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM].contains(code & 0xFF) }

    /// Cause and fix.
    var words: String {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: "another program is writing it; try again"
        case SQLITE_FULL: "the disk is full; free some space"
        default: message
        }
    }
}

/// A connection to an SQLite file. One thread at a time.
final class Database {
    private let handle: OpaquePointer

    /// Opens or makes a database; an empty path is one in memory.
    init(path: String) throws(DatabaseError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path.isEmpty ? ":memory:" : path, &opened, flags, nil)
        guard let opened else { throw DatabaseError(code: code, message: String(cString: sqlite3_errstr(code))) }
        handle = opened
        guard code == SQLITE_OK else { throw error(code) }
        sqlite3_busy_timeout(opened, 5000)
        _ = csqlite_be_defensive(opened)
        // The files of the write-ahead log stay, so that the time of the folder tells whether a session came or went.
        var persists: Int32 = 1
        _ = sqlite3_file_control(opened, "main", SQLITE_FCNTL_PERSIST_WAL, &persists)
    }

    deinit { sqlite3_close_v2(handle) }

    fileprivate func error(_ code: Int32) -> DatabaseError {
        DatabaseError(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }

    /// A statement, ready to be bound.
    func prepare(_ sql: String) throws(DatabaseError) -> Statement {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code) }
        return Statement(statement, of: self)
    }

    /// Runs statements that give nothing.
    func run(_ sql: String) throws(DatabaseError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// The first column of the first row, 0 when there is none.
    func integer(_ sql: String, _ values: [SQLValue] = []) throws(DatabaseError) -> Int64 {
        let statement = try prepare(sql)
        try statement.bind(values)
        return try statement.step() ? statement.integer(0) : 0
    }

    /// Rows changed since the file was opened.
    var changes: Int32 { sqlite3_total_changes(handle) }

    /// Runs `body` as one change: all of it or nothing.
    func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        try run("BEGIN IMMEDIATE")
        do throws(DatabaseError) {
            try body()
            try run("COMMIT")
        } catch {
            try? run("ROLLBACK")
            throw error
        }
    }
}

/// A value that is given to a statement.
enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ number: Double?) { self = number.map { .real($0) } ?? .null }
    init(_ flag: Bool) { self = .integer(flag ? 1 : 0) }
}

/// A prepared statement.
final class Statement {
    private let handle: OpaquePointer
    private let database: Database

    fileprivate init(_ handle: OpaquePointer, of database: Database) {
        self.handle = handle
        self.database = database
    }

    deinit { sqlite3_finalize(handle) }

    /// Begins anew with these values.
    func bind(_ values: [SQLValue]) throws(DatabaseError) {
        sqlite3_reset(handle)
        for (place, value) in zip(Int32(1)..., values) {
            let code =
                switch value {
                case .null: sqlite3_bind_null(handle, place)
                case .integer(let number): sqlite3_bind_int64(handle, place, number)
                case .real(let number): sqlite3_bind_double(handle, place, number)
                case .text(let text): csqlite_bind_text(handle, place, text, Int32(clamping: text.utf8.count))
                }
            guard code == SQLITE_OK else { throw database.error(code) }
        }
    }

    /// The next row; false at the end.
    func step() throws(DatabaseError) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else { throw database.error(code) }
        return false
    }

    /// Binds and runs to the end.
    func run(_ values: [SQLValue]) throws(DatabaseError) {
        try bind(values)
        while try step() {}
        sqlite3_reset(handle)
    }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    func real(_ column: Int) -> Double? {
        sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL ? nil : sqlite3_column_double(handle, Int32(column))
    }

    func text(_ column: Int) -> String? {
        guard let bytes = sqlite3_column_text(handle, Int32(column)) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
