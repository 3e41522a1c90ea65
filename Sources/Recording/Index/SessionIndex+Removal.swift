import Core

extension SessionIndex {
    /// Deletes a session whole: its folder, then what the index knows of it. One that is being recorded is refused. Words of it
    /// may stand in the file until `sweep`.
    public func delete(_ name: String) throws(DiskError) {
        try SessionStore(folder: folder).delete(name)
        try remove([name])
    }

    /// Forgets sessions whose folders were deleted. Words of them may stand in the file until `sweep`.
    public func remove(_ names: [String]) throws(DiskError) {
        try recovering { () throws(DatabaseError) in try forgetAll(names) }
    }

    /// Whether the file may still hold words of sessions that are forgotten.
    public var hasRemains: Bool { (try? database.integer("SELECT value FROM fact WHERE key = 'remains'")) == 1 }

    /// Pages that one step of a sweep writes: some 30 ms, after which others may write too.
    private static let sweepPages = 500

    /// Takes the last words of forgotten sessions out of the file: FTS5 marks what is gone and drops it only when the pieces of
    /// its index are merged. Step by step, each a change of its own; one that was cut off, or that `goesOn` ends, is taken up
    /// again by the next. Returns whether nothing is left. Some seconds for 100,000 sessions; a background's work.
    @discardableResult
    public func sweep(while goesOn: () -> Bool = { true }) throws(DiskError) -> Bool {
        try recovering { () throws(DatabaseError) in
            guard hasRemains else { return true }
            let merge = try database.prepare("INSERT INTO words(words, rank) VALUES('merge', ?)")
            var changes = database.changes
            repeat {
                guard goesOn() else { return false }
                changes = database.changes
                try merge.run([.integer(Int64(-Self.sweepPages))])
            } while database.changes - changes > 1
            // The log written ahead holds older pages: it is emptied, unless another program is reading from it.
            guard try database.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0 else { return false }
            try database.run("DELETE FROM fact WHERE key = 'remains'")
            return true
        }
    }

    /// Forgets sessions, some at a time so that no one waits long.
    func forgetAll(_ names: [String]) throws(DatabaseError) {
        for start in stride(from: 0, to: names.count, by: 100) {
            try database.transaction { () throws(DatabaseError) in
                try database.run("REPLACE INTO fact VALUES('remains', 1)")
                for name in names[start..<min(start + 100, names.count)] { try forget(name) }
            }
        }
    }

    /// Forgets one session. Within a transaction.
    func forget(_ name: String) throws(DatabaseError) {
        let id = try database.integer("SELECT id FROM session WHERE name = ?", [.text(name)])
        guard try database.integer("SELECT count(*) FROM session WHERE name = ?", [.text(name)]) > 0 else { return }
        for sql in [
            "DELETE FROM words WHERE rowid = ?", "DELETE FROM served WHERE id = ?", "DELETE FROM session WHERE id = ?",
        ] { try database.prepare(sql).run([.integer(id)]) }
    }
}
