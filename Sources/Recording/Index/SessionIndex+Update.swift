import Core

extension SessionIndex {
    /// How closely an update looks.
    public enum Depth: Sendable {
        /// At sessions that came or went since, and at those that were not ended.
        case names
        /// At the times and sizes of all folders too: finds ended sessions that were changed by hand.
        case all
    }

    /// What an update did.
    public struct Update: Sendable, Equatable {
        /// Folders read, because they are new or have changed.
        public var read = 0
        /// Sessions forgotten, because their folders are gone.
        public var removed = 0

        /// Numbers of folders.
        public init(read: Int = 0, removed: Int = 0) {
            self.read = read
            self.removed = removed
        }
    }

    /// Brings the index to what the folders hold. `note` is told how many folders of how many were read, after each.
    @discardableResult
    public func update(_ depth: Depth = .names, note: (Int, Int) -> Void = { _, _ in }) throws(DiskError) -> Update {
        return try recovering { () throws(DatabaseError) in try fill(depth, note: note) }
    }

    /// How long a time of the folder must lie back before it is believed that nothing came after it within the same tick.
    private static let settled: Int64 = 2_000_000_000

    @discardableResult
    func fill(_ depth: Depth, note: (Int, Int) -> Void) throws(DatabaseError) -> Update {
        var report = Update()
        let time = FolderStamp.time(folder) ?? 0
        let now = WallTime.now().nanoseconds
        var due = try changedAmongOpen()
        let isUnchanged = time == (try database.integer("SELECT value FROM fact WHERE key = 'folder'"))
        if !isUnchanged {
            // A folder that cannot be read now is no reason to forget what is in it.
            let names: FolderNames
            do throws(DiskError) { names = try FolderNames(of: folder) } catch {
                remarks.append(error.description)
                return report
            }
            let difference = try compare(with: names)
            due += difference.new
            try forgetAll(difference.gone)
            report.removed = difference.gone.count
        }
        if depth == .all {
            let known = Set(due)
            due += try changedByStamp().filter { !known.contains($0) }
        }
        report.read = try take(due, note)
        if !isUnchanged {
            let value = now - time > Self.settled ? time : 0
            try database.prepare("REPLACE INTO fact VALUES('folder', ?)").run([.integer(value)])
        }
        return report
    }

    /// Names that the folder has and the index has not, and the other way round. Both sides come in the order of their marks, so
    /// they are walked in step; only names that differ are made into strings.
    private func compare(with folders: FolderNames) throws(DatabaseError) -> (new: [String], gone: [String]) {
        var new: [String] = []
        var goneMarks: [Int64] = []
        var place = 0
        let known = try database.prepare("SELECT mark FROM session ORDER BY mark")
        while try known.step() {
            let mark = known.integer(0)
            while place < folders.marks.count, folders.marks[place].mark < mark {
                new.append(folders.name(place))
                place += 1
            }
            if place < folders.marks.count, folders.marks[place].mark == mark {
                place += 1
            } else {
                goneMarks.append(mark)
            }
        }
        while place < folders.marks.count {
            new.append(folders.name(place))
            place += 1
        }
        let name = try database.prepare("SELECT name FROM session WHERE mark = ?")
        var gone: [String] = []
        for mark in goneMarks {
            try name.bind([.integer(mark)])
            while try name.step() { if let text = name.text(0) { gone.append(text) } }
        }
        return (new.sorted(), gone)
    }

    /// Sessions whose folder or log has another time or size than when it was read.
    private func changedByStamp() throws(DatabaseError) -> [String] {
        var changed: [String] = []
        let rows = try database.prepare("SELECT name, log_bytes, log_time, folder_time FROM session")
        while try rows.step() {
            let name = rows.text(0) ?? ""
            if let stamp = FolderStamp(folder + "/" + name), stamp != Self.stamp(rows) { changed.append(name) }
        }
        return changed.sorted()
    }

    private static func stamp(_ row: Statement) -> FolderStamp {
        FolderStamp(logBytes: row.integer(1), logTime: row.integer(2), folderTime: row.integer(3))
    }

    /// Sessions that were not ended when they were read, and are different now.
    private func changedAmongOpen() throws(DatabaseError) -> [String] {
        let rows = try database.prepare(
            "SELECT name, log_bytes, log_time, folder_time, outcome FROM session WHERE is_open = 1")
        var names: [String] = []
        while try rows.step() {
            let name = rows.text(0) ?? ""
            let path = folder + "/" + name
            let log = try? ReadFile(path + "/events.jsonl")
            let wasLive = rows.text(4) == SessionOutcome.live.rawValue
            if Self.stamp(rows) != FolderStamp(path) || wasLive != (log?.isBeingWritten ?? false) { names.append(name) }
        }
        return names
    }

    // MARK: writing

    /// Reads folders and writes what they hold, some at a time so that no lock is held while files are read.
    private func take(_ names: [String], _ note: (Int, Int) -> Void) throws(DatabaseError) -> Int {
        var done = 0
        for start in stride(from: 0, to: names.count, by: 100) {
            var read: [IndexRow] = []
            for name in names[start..<min(start + 100, names.count)] {
                if let row = IndexRow(folder: folder, name: name) { read.append(row) }
                done += 1
                note(done, names.count)
            }
            try write(read)
        }
        return names.count
    }

    /// Writes rows in one change, in place of older ones of the same names.
    func write(_ rows: [IndexRow]) throws(DatabaseError) {
        guard !rows.isEmpty else { return }
        let insert = try database.prepare(
            "INSERT INTO session VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        let served = try database.prepare("INSERT OR IGNORE INTO served VALUES(?, ?)")
        let words = try database.prepare("INSERT INTO words(rowid, user, agent, tools) VALUES(?, ?, ?, ?)")
        try database.transaction { () throws(DatabaseError) in
            for row in rows {
                try forget(row.session.name)
                let id = try freeID(row.session.began)
                try insert.run([.integer(id)] + row.nameValues + row.stampValues + row.session.values)
                for provider in row.session.providers { try served.run([.text(provider), .integer(id)]) }
                try words.run([.integer(id), .text(row.words.user), .text(row.words.agent), .text(row.words.tools)])
            }
        }
    }

    /// The first number that is free from this start on.
    private func freeID(_ began: WallTime) throws(DatabaseError) -> Int64 {
        let first = IndexedSession.firstID(at: began)
        let next = try database.integer(
            """
            SELECT a.id + 1 FROM session a WHERE a.id >= ?1 AND EXISTS (SELECT 1 FROM session WHERE id = ?1)
            AND NOT EXISTS (SELECT 1 FROM session b WHERE b.id = a.id + 1) ORDER BY a.id LIMIT 1
            """, [.integer(first)])
        return next == 0 ? first : next
    }
}

/// What the index keeps of a folder.
struct IndexRow {
    var session: IndexedSession
    var words: SessionWords
    var stamp: FolderStamp
    /// Whether it may still grow: it is written now, or was cut off and not repaired.
    var isOpen: Bool

    /// The table's columns `name` and `mark`.
    var nameValues: [SQLValue] { [.text(session.name), .integer(NameMark.of(session.name))] }

    /// The table's columns from `log_bytes` to `is_open`.
    var stampValues: [SQLValue] {
        [.integer(stamp.logBytes), .integer(stamp.logTime), .integer(stamp.folderTime), SQLValue(isOpen)]
    }

    /// Reads a folder; nil when it is no session.
    init?(folder: String, name: String) {
        let path = folder + "/" + name
        // Before it is read: what comes in the meantime is then seen as a change.
        guard let stamp = FolderStamp(path), let stored = try? StoredSession(path: path) else { return nil }
        self.init(
            session: IndexedSession(stored), words: SessionWords(stored), stamp: stamp,
            isOpen: stored.isLive || stored.meta.state == .recording)
    }

    init(session: IndexedSession, words: SessionWords, stamp: FolderStamp, isOpen: Bool) {
        (self.session, self.words, self.stamp, self.isOpen) = (session, words, stamp, isOpen)
    }
}
