import Core
import Terminal

/// The views, on number keys.
public enum ConsoleView: Int, Sendable, CaseIterable, Hashable {
    case talk = 1
    case latency, calls, events, sessions, audio, compare

    var title: String {
        switch self {
        case .talk: "Talk"
        case .latency: "Latency"
        case .calls: "Calls"
        case .events: "Events"
        case .sessions: "Sessions"
        case .audio: "Audio"
        case .compare: "Compare"
        }
    }
}

/// What the keyboard writes into.
enum InputMode: Sendable, Equatable {
    case normal
    /// A turn typed to the agent.
    case text
    /// The command line behind `:`.
    case command
    /// The search behind `/`.
    case search
    /// Words for a call: a whisper, keys, a note.
    case ask(OperatorPrompt)
}

/// What is asked for, and for which session: the cursor may move on meanwhile.
struct OperatorPrompt: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case whisper, digits, note
        /// On a recorded session, by the name of its folder.
        case stored(name: String, at: Duration?)
    }
    var kind: Kind
    var session: SessionID
    /// Further sessions that are meant too.
    var others: [SessionID] = []
    /// Who is meant, from outside in part.
    var whom: String

    /// What stands before the field.
    var label: String {
        switch kind {
        case .whisper: "whisper, \(whom) hears nothing"
        case .digits: "keys to \(whom)"
        case .note, .stored: "note on \(whom)"
        }
    }

    func command(_ text: String) -> Command {
        switch kind {
        case .whisper: .whisper(session: session, text: text)
        case .digits: .sendDigits(session: session, digits: text.filter { $0 != " " }.uppercased())
        case .note, .stored: .note(session: session, text: text)
        }
    }
}

/// Where the engine is, as seen from the console.
public enum ConsolePlace: Sendable, Hashable {
    /// In this process, which can go on without a screen.
    case own
    /// In another program: leaving the console leaves it as it is.
    case attached
    /// There is nothing that could go on (a replay).
    case alone
}

/// What lies over the view.
enum Overlay: Sendable, Equatable {
    case help(HelpState)
    case picker(PickerState)
    case confirm(ConfirmState)
}

/// The help: entries that match what is typed, one selected.
struct HelpState: Sendable, Equatable {
    var query = ""
    var selection = 0
}

/// A list to choose from.
struct PickerState: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case provider
        /// A provider for the table of comparisons.
        case compared
        case theme
        /// Columns of the table of calls.
        case columns
        case export
        case device
    }
    var kind: Kind
    var items: [String]
    var selection: Int
    /// The theme to go back to when nothing is chosen.
    var before: String = ""
    var title = "theme"
    /// What stands below, instead of how to leave.
    var footer: String?
}

/// A question before something that cannot be undone.
struct ConfirmState: Sendable, Equatable {
    var question: String
    var action: ConfirmedAction
}

/// What a `y` does.
enum ConfirmedAction: Sendable, Equatable {
    case quit
    case shutdown
    case hangUp(SessionID)
    case hangUpAll([SessionID])
    case sendPaste(String)
    case deleteSessions([String])
}

/// Where a reader has scrolled to: the first line shown, counted within its turn (by number), so that new text never
/// moves it.
struct ScrollAnchor: Sendable, Equatable {
    var block: Int
    var line: Int
    /// `Transcript.entryCount` when scrolling began.
    var entriesSeen: Int
}

/// A short message at the bottom, until it is old.
struct Notice: Sendable, Equatable {
    enum Level: Sendable, Equatable { case info, warning }
    var text: String
    var level: Level
    var at: MonotonicTime
}

/// What the screen can show and how: changes by terminal and theme, not by what happens.
public struct Appearance: Sendable, Equatable {
    public var ascii: Bool
    /// Whether struck text shows as struck.
    public var strike: Bool
    public var themeName: String
    public var themes: [String]
    /// Whether keys report their release: holding a key can mean talking.
    public var keyRelease: Bool
    /// Whether the terminal reports the mouse.
    public var hasMouse: Bool

    public init(
        ascii: Bool = false, strike: Bool = true, themeName: String = BuiltInThemes.standardName,
        themes: [String] = [], keyRelease: Bool = false, hasMouse: Bool = true
    ) {
        self.ascii = ascii
        self.strike = strike
        self.themeName = themeName
        self.themes = themes
        self.keyRelease = keyRelease
        self.hasMouse = hasMouse
    }

    var glyphs: Glyphs { ascii ? .ascii : .unicode }
}

/// Everything the screen shows. Changed only by `update`.
public struct ConsoleModel: Sendable, Equatable {
    var book = SessionBook()
    var meters: [SessionID: MeterSnapshot] = [:]
    /// Levels of the shown session, newest last, for the histories; 0…1.
    var levelHistory = LevelHistory()
    var probabilities = ProbabilityHistory()
    var lastHistory = MonotonicTime(nanoseconds: 0)

    var view = ConsoleView.talk { didSet { if view != oldValue { paneState.isZoomed = false } } }
    var paneState = PaneState()
    var appearance: Appearance
    var size: Size
    /// Which key does what.
    var keys: KeyBindings
    /// Commands that change something are refused.
    var isReadOnly: Bool
    var place: ConsolePlace
    /// `debug-trap` is a command (SIDETONE_DEBUG=1): tests end the program with it.
    var isDebugging = false

    /// The session opened in Talk; nil is our own conversation.
    var opened: SessionID? {
        didSet {
            guard opened != oldValue else { return }
            levelHistory = LevelHistory()
            probabilities = ProbabilityHistory()
        }
    }
    var listening: SessionID?
    /// The table of calls.
    var calls = CallsState()
    var talk = TalkState()
    var speakerMuted = false

    var input = InputMode.normal
    var textField = TextField()
    var commandField = TextField()
    /// Candidates of the command line that Tab goes through.
    var completion: CompletionState?
    var searchField = TextField()
    var askField = TextField()
    var overlay: Overlay?
    var notice: Notice?
    /// Troubles dismissed from the banner, by code.
    var dismissed: Set<String> = []

    var scroll: ScrollAnchor?
    var search: SearchState?
    /// How the transcript tells times.
    var timeStyle = TimeStyle.clock
    /// What is being copied, told when it is done.
    var copyNote = ""
    /// Which events are listed, and the number of the one under the cursor; nil follows the newest.
    var eventIndex = EventIndex()
    var eventCursor: Int?
    /// The event shown in full, and its first line shown.
    var eventDetail: EventDetail?
    var detailScroll = 0
    /// Events marked to be compared, at most two.
    var eventMarks: [Int] = []
    /// Whether wire messages were asked for.
    var isTracing = false
    var toolsExpanded = false
    var compare = CompareState()
    /// The turn chosen in Latency; nil follows the newest.
    var chosenTurn: Int?
    /// A turn slower than this is over the budget, ms: the engine's where it has one.
    var budgetMs = ConsoleLimits.slowTurnMs
    /// What the engine said last of it.
    var engineBudgetMs: Double?

    /// What was recorded, and the replay on the screen.
    var sessions = SessionsState()
    var replay: ReplayState?

    /// The time of what is shown: in a replay the recording's.
    var now: MonotonicTime
    /// The time of keys and notices.
    var clock: MonotonicTime
    var wall: WallTime
    var lastCtrlC: MonotonicTime?

    public init(
        size: Size, appearance: Appearance = Appearance(), keys: KeyBindings = .standard, isReadOnly: Bool = false,
        place: ConsolePlace = .own, now: MonotonicTime = MonotonicTime(nanoseconds: 0),
        wall: WallTime = WallTime(nanoseconds: 0)
    ) {
        self.size = size
        self.appearance = appearance
        self.keys = keys
        self.isReadOnly = isReadOnly
        self.place = place
        self.now = now
        clock = now
        self.wall = wall
    }

    /// The session that Talk and Latency show.
    var shown: SessionModel? { book[opened] ?? book.own }

    /// Its meters; nil when it has none.
    var shownMeters: MeterSnapshot? { shown.flatMap { meters[$0.id] } }

    /// The turn that Latency shows in full.
    var chosenReport: TurnReport? {
        shown.flatMap { $0.latency.report(of: chosenTurn) ?? $0.latency.last }
    }

    /// The call the cursor is on in the Calls view.
    var selectedCall: SessionModel? { book[calls.cursor] }

    /// Whether the microphone of the shown session is closed.
    var isMuted: Bool { shownMeters?.isMuted ?? false }

    /// Whether anything moves on its own: then the clock ticks fast.
    public var isLive: Bool {
        if let status = replay?.status, !status.isPaused, !status.isAtEnd { return true }
        return !liveBook.liveIDs.isEmpty
    }

    mutating func say(_ text: String, _ level: Notice.Level = .info) {
        notice = Notice(text: text, level: level, at: clock)
    }
}

/// A search in the transcript: where it matches, oldest first.
struct SearchState: Sendable, Equatable {
    /// An entry of the transcript: numbers of its block and its own.
    struct Place: Sendable, Equatable {
        var block: Int
        var entry: Int
    }
    var query: String
    var places: [Place]
    var current: Int

    /// The match shown.
    var match: Place? { places.indices.contains(current) ? places[current] : nil }
}

/// Levels over time, newest last, 0…1; as many as the widest screen draws.
struct LevelHistory: Sendable, Equatable {
    static let limit = 400
    private(set) var user: [Double] = []
    private(set) var agent: [Double] = []

    mutating func add(user level: Double, agent other: Double) {
        user.append(level)
        agent.append(other)
        if user.count > Self.limit {
            user.removeFirst(user.count - Self.limit)
            agent.removeFirst(agent.count - Self.limit)
        }
    }
}
