import Core

/// Compares a turn between providers, for the screen; implemented by the program. Any thread.
public protocol CompareLab: AnyObject, Sendable {
    /// Rung whenever there is something to take.
    func subscribe(_ bell: @escaping @Sendable () -> Void)
    /// What has happened since it was asked last, oldest first.
    func take() -> [CompareNews]
    /// Does what was asked for; what comes of it is told by `take`.
    func perform(_ order: CompareOrder)
}

/// What the screen may ask of a comparison.
public enum CompareOrder: Sendable, Equatable {
    /// Looks at a turn of a session whose folder is at this path; nil takes the caller's last turn.
    case open(session: String, turn: Int?)
    /// Makes a fixture of a turn.
    case saveFixture(session: String, turn: Int?)
    /// Adds a provider and runs it.
    case add(provider: String, runs: Int)
    /// Runs all providers again.
    case again(runs: Int)
    case cancel
    /// Plays what a column (by its place) answered, level-matched.
    case play(column: Int)
    case stopPlaying
    /// Judges by these budgets, as `e2e<0.8`.
    case budgets([String])
    case exportCSV, exportJSON
    /// Keeps how a blind round was voted, with the names.
    case vote(column: Int, votes: Int, of: Int)
}

/// What a comparison tells.
public enum CompareNews: Sendable, Equatable {
    case changed(CompareSnapshot)
    case said(String)
    case failed(String)
    /// The column that plays; nil when none does.
    case playing(Int?)
}

/// A comparison as the screen shows it. Absent figures were not measured. Texts are as they came from outside.
public struct CompareSnapshot: Sendable, Equatable {
    /// A tool call beside the recorded one.
    public struct Call: Sendable, Equatable {
        public var name: String
        public var arguments: String
        /// The recorded arguments where they differ.
        public var expected: String?
        /// `equal`, `differs`, `missing`, `extra`.
        public var verdict: String
        public var isGood: Bool

        public init(name: String, arguments: String, expected: String?, verdict: String, isGood: Bool) {
            self.name = name
            self.arguments = arguments
            self.expected = expected
            self.verdict = verdict
            self.isGood = isGood
        }
    }

    /// The recording, or one provider.
    public struct Column: Sendable, Equatable {
        public var name: String
        public var isRecorded: Bool
        public var done: Int
        public var asked: Int
        /// What goes on, or why there is nothing.
        public var note: String?
        public var isFailed: Bool
        public var heard = ""
        public var wordErrorRate: Double?
        public var said = ""
        public var calls: [Call] = []
        public var e2eP50: Double?
        public var e2eMax: Double?
        public var heardE2e: Double?
        public var parts: [TurnReport.Part] = []
        public var inputTokens: Int?
        public var outputTokens: Int?
        public var dollars: Double?
        public var audioMs: Double?
        public var isFastest = false
        public var isCheapest = false
        public var canPlay = false

        public init(
            name: String, isRecorded: Bool, done: Int, asked: Int, note: String? = nil, isFailed: Bool = false
        ) {
            self.name = name
            self.isRecorded = isRecorded
            self.done = done
            self.asked = asked
            self.note = note
            self.isFailed = isFailed
        }
    }

    /// A run of words with one fate.
    public struct Piece: Sendable, Equatable {
        public enum Kind: Sendable, Equatable { case same, removed, added }
        public var kind: Kind
        public var text: String

        public init(_ kind: Kind, _ text: String) {
            self.kind = kind
            self.text = text
        }
    }

    /// What two columns said, word by word.
    public struct Difference: Sendable, Equatable {
        public var first: Int
        public var second: Int
        public var said: [Piece]

        public init(first: Int, second: Int, said: [Piece]) {
            self.first = first
            self.second = second
            self.said = said
        }
    }

    /// How a column stands to a budget; `judged` 0 means that no run came to its end.
    public struct Verdict: Sendable, Equatable {
        public var budget: String
        public var column: Int
        public var passed: Int
        public var judged: Int

        public init(budget: String, column: Int, passed: Int, judged: Int) {
            self.budget = budget
            self.column = column
            self.passed = passed
            self.judged = judged
        }
    }

    public var source: String
    public var turn: Int
    /// What the caller said.
    public var words: String
    public var seconds: Double
    public var runs: Int
    public var columns: [Column]
    public var differences: [Difference]
    public var verdicts: [Verdict]
    /// What `sidetone compare` would end with.
    public var exitCode: Int
    public var isRunning: Bool
    /// Where figures and audio are kept.
    public var folder: String?
    /// To what what is played is brought, as `-20 LUFS`.
    public var loudness: String

    public init(
        source: String, turn: Int, words: String, seconds: Double, runs: Int, columns: [Column] = [],
        differences: [Difference] = [], verdicts: [Verdict] = [], exitCode: Int = 0, isRunning: Bool = false,
        folder: String? = nil, loudness: String = ""
    ) {
        self.source = source
        self.turn = turn
        self.words = words
        self.seconds = seconds
        self.runs = runs
        self.columns = columns
        self.differences = differences
        self.verdicts = verdicts
        self.exitCode = exitCode
        self.isRunning = isRunning
        self.folder = folder
        self.loudness = loudness
    }
}
