/// Recorded sessions as the console browses them: questions are answered beside the user interface. All members may be used from
/// any thread.
public protocol SessionLibrary: AnyObject, Sendable {
    /// Forms that a session can be exported to: name and what it is.
    var exportForms: [(name: String, summary: String)] { get }
    /// `ring` is called, on any thread, when answers wait.
    func start(ring: @escaping @Sendable () -> Void)
    /// Asks; of several pages asked for in a row only the last may be answered.
    func ask(_ question: LibraryQuestion)
    /// Answers since the last call, in order.
    func takeAnswers() -> [LibraryAnswer]
}

/// What the browser wants to know or to have done. Sessions are named by their folders.
public enum LibraryQuestion: Sendable, Equatable {
    /// Rows `from` on, at most `count`.
    case page(LibraryQuery, from: Int, count: Int)
    case detail(String)
    /// Looks for new, changed and gone folders.
    case refresh
    case open(String)
    /// Into a file of a form; with `isRedacted` what the rules name is masked.
    case export(String, form: String, isRedacted: Bool)
    /// A remark, at a place when `at` is given.
    case note(String, text: String, at: Duration?)
    case delete([String])
    case compare(String, String)
}

/// Order of a list of sessions. By default the longest, slowest, biggest … come first, `isReversed` turns that.
public enum LibraryOrder: String, Sendable, CaseIterable, Equatable {
    case start, length, provider, agent, outcome, turns, p95, size
}

/// Which sessions, in which order; what is nil does not matter.
public struct LibraryQuery: Sendable, Equatable {
    /// Words that occur in transcript or tool calls; empty lets all through.
    public var words = ""
    public var provider: String?
    public var agent: String?
    /// As `SessionOutcome` writes it.
    public var outcome: String?
    /// Milliseconds that the 95th percentile of e2e is above.
    public var slowerThanMs: Double?
    public var order = LibraryOrder.start
    public var isReversed = false

    /// All, newest first.
    public init() {}
}

/// A session in the list. Texts are from outside.
public struct LibraryRow: Sendable, Equatable {
    public struct Piece: Sendable, Equatable {
        public var text: String
        /// Whether it is what was searched for.
        public var isHit: Bool

        public init(_ text: String, isHit: Bool) {
            self.text = text
            self.isHit = isHit
        }
    }
    /// Folder name.
    public var name: String
    public var began: WallTime
    public var seconds = 0.0
    /// All that served it, in order.
    public var providers: [String] = []
    public var agent = ""
    /// Caller, or the kind of leg.
    public var caller = ""
    public var outcome = ""
    public var isLive = false
    /// Whether nothing is missing.
    public var isWhole = true
    public var turns = 0
    /// Milliseconds; nil without a measured turn.
    public var p50Ms: Double?
    public var p95Ms: Double?
    public var bytes: Int64 = 0
    /// Who said what was searched for: the first place.
    public var who = ""
    public var excerpt: [Piece] = []

    /// A row of this folder.
    public init(name: String, began: WallTime) {
        self.name = name
        self.began = began
    }
}

/// What is known of one session beyond its row. Texts are from outside.
public struct LibraryDetail: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        public var name: String
        public var bytes: Int64

        public init(name: String, bytes: Int64) {
            self.name = name
            self.bytes = bytes
        }
    }
    public struct Line: Sendable, Equatable {
        /// `You`, `Agent`.
        public var who: String
        public var time: Duration
        public var text: String

        public init(who: String, time: Duration, text: String) {
            self.who = who
            self.time = time
            self.text = text
        }
    }
    public var name: String
    public var files: [File] = []
    /// What the verifier says, `whole, audio and events aligned within 12 ms`.
    public var verdict = ""
    public var isWhole = false
    public var notes: [String] = []
    public var faults: [String] = []
    /// The transcript's first lines.
    public var lines: [Line] = []

    /// A detail of this folder.
    public init(name: String) { self.name = name }
}

/// What comes back.
public enum LibraryAnswer: Sendable {
    /// Rows `from` on of `total`, for this query.
    case page(LibraryQuery, from: Int, total: Int, rows: [LibraryRow])
    case detail(LibraryDetail)
    /// The index reads folders: so many of so many.
    case indexing(done: Int, all: Int)
    /// The index is up to date; how many sessions and bytes it holds.
    case indexed(sessions: Int, bytes: Int64)
    case opened(any ReplayPlayer)
    case compared(SessionDiff)
    /// Something was done, or could not be.
    case said(String, isBad: Bool)
}

/// Two sessions turn by turn. Texts are from outside.
public struct SessionDiff: Sendable, Equatable, Codable {
    /// A piece of text that both have, or one.
    public struct Piece: Sendable, Equatable, Codable {
        public enum Kind: String, Sendable, Codable { case same, removed, added }
        public var kind: Kind
        public var text: String

        public init(_ kind: Kind, _ text: String) {
            self.kind = kind
            self.text = text
        }
    }
    public struct Turn: Sendable, Equatable, Codable {
        public var number: Int
        /// Whether either session has no such turn.
        public var isMissing: Bool { a == nil || b == nil }
        public var a: Side?
        public var b: Side?
        /// Words in order.
        public var user: [Piece] = []
        public var agent: [Piece] = []

        public init(number: Int) { self.number = number }
    }
    /// What one session has of a turn.
    public struct Side: Sendable, Equatable, Codable {
        public var outcome: String?
        public var e2eMs: Double?
        /// Name, arguments and outcome of each call.
        public var tools: [String] = []
        public var provider = ""

        public init() {}
    }
    /// Folder names.
    public var a: String
    public var b: String
    public var turns: [Turn] = []
    /// Medians of e2e in milliseconds.
    public var medianA: Double?
    public var medianB: Double?
    /// Of the words of A and B together, how many are in one only, 0...1; user and agent.
    public var userShare = 0.0
    public var agentShare = 0.0

    /// A diff without turns.
    public init(a: String, b: String) {
        self.a = a
        self.b = b
    }
}
