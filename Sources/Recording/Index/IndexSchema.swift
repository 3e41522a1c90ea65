import Core

/// The tables of `index.sqlite`.
enum IndexSchema {
    /// In `user_version`; a file with another one is built anew.
    static let version: Int64 = 2

    /// `session`: one row a folder; `id` rises with the start. `mark` is the name's `NameMark`; `log_*`, `folder_time` tell whether
    /// it changed since it was read, `is_open` that it may still grow. `served`: every provider that served it. `words`: what
    /// was said, under the session's id. `fact`: what the index remembers of itself.
    static let sql = """
        CREATE TABLE session(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, mark INTEGER NOT NULL, log_bytes INTEGER NOT NULL, log_time INTEGER NOT NULL,
            folder_time INTEGER NOT NULL, is_open INTEGER NOT NULL, session TEXT NOT NULL, began INTEGER NOT NULL,
            seconds REAL NOT NULL, bytes INTEGER NOT NULL, provider TEXT NOT NULL, providers TEXT NOT NULL, model TEXT,
            agent TEXT NOT NULL COLLATE NOCASE, leg TEXT NOT NULL, caller TEXT, outcome TEXT NOT NULL, reason TEXT,
            turns INTEGER NOT NULL, p50 REAL, p95 REAL, dollars REAL, state TEXT NOT NULL, is_whole INTEGER NOT NULL);
        CREATE INDEX session_open ON session(name) WHERE is_open = 1;
        CREATE INDEX session_mark ON session(mark);
        CREATE INDEX session_agent ON session(agent, id);
        CREATE INDEX session_outcome ON session(outcome, id);
        CREATE INDEX session_provider ON session(provider, id);
        CREATE INDEX session_seconds ON session(seconds, id);
        CREATE INDEX session_turns ON session(turns, id);
        CREATE INDEX session_p95 ON session(p95, id);
        CREATE INDEX session_dollars ON session(dollars, id);
        CREATE INDEX session_bytes ON session(bytes, id);
        CREATE TABLE served(
            provider TEXT NOT NULL COLLATE NOCASE, id INTEGER NOT NULL, PRIMARY KEY(provider, id)) WITHOUT ROWID;
        CREATE INDEX served_id ON served(id);
        CREATE VIRTUAL TABLE words USING fts5(
            user, agent, tools, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4 5');
        CREATE TABLE fact(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        PRAGMA user_version = \(version);
        """

    /// Fails when one of the tables is not there or not as it should be.
    static let check = """
        SELECT (SELECT is_whole FROM session LIMIT 1), (SELECT provider FROM served LIMIT 1),
            (SELECT rowid FROM words LIMIT 1), (SELECT value FROM fact LIMIT 1)
        """

    /// The columns of a session, in the order of `read`.
    static let columns = """
        s.name, s.session, s.began, s.seconds, s.bytes, s.provider, s.providers, s.model, s.agent, s.leg, s.caller,
        s.outcome, s.reason, s.turns, s.p50, s.p95, s.dollars, s.state, s.is_whole
        """

    /// Column of the first thing that follows `columns`.
    static let next = 19

    /// What stands between the providers of one session.
    static let separator: Character = "\n"
}

extension IndexedSession {
    /// From a row of `IndexSchema.columns`.
    init(_ row: Statement) {
        self.init()
        name = row.text(0) ?? ""
        session = row.text(1) ?? ""
        began.nanoseconds = row.integer(2)
        seconds = row.real(3) ?? 0
        bytes = row.integer(4)
        provider = row.text(5) ?? ""
        providers = (row.text(6) ?? "").split(separator: IndexSchema.separator).map(String.init)
        model = row.text(7)
        agent = row.text(8) ?? ""
        leg = row.text(9) ?? ""
        caller = row.text(10)
        outcome = row.text(11).flatMap(SessionOutcome.init) ?? .stopped
        reason = row.text(12)
        turns = Int(row.integer(13))
        e2eP50Ms = row.real(14)
        e2eP95Ms = row.real(15)
        dollars = row.real(16)
        state = row.text(17) ?? ""
        isWhole = row.integer(18) != 0
    }

    /// What is written, in the order of the table from `session` on.
    var values: [SQLValue] {
        [
            .text(session), .integer(began.nanoseconds), .real(seconds), .integer(bytes), .text(provider),
            .text(providers.map(TranscriptVTT.plain).joined(separator: String(IndexSchema.separator))), SQLValue(model),
            .text(agent), .text(leg), SQLValue(caller), .text(outcome.rawValue), SQLValue(reason),
            .integer(Int64(turns)), SQLValue(e2eP50Ms), SQLValue(e2eP95Ms), SQLValue(dollars), .text(state),
            SQLValue(isWhole),
        ]
    }
}
