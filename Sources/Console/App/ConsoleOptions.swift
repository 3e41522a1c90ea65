import Core
import Terminal

/// What the console needs to know at its start.
public struct ConsoleOptions: Sendable {
    public var screen: ScreenOptions
    /// Theme by name; nil takes the standard.
    public var theme: String?
    public var themeFolders: [String]
    public var isReadOnly: Bool
    /// Where the engine is.
    public var place: ConsolePlace
    /// What is said at the start.
    public var greeting: String?
    /// Compares providers; nil where that is not possible.
    public var compareLab: (any CompareLab)?
    /// What is known before the first picture.
    public var told: [EventRecord] = []
    /// Which key does what.
    public var keys: KeyBindings
    /// What to play at the start; nil leaves all to the user.
    public var script: ConsoleScript?
    /// No terminal: a screen of this size that only the script sees.
    public var headless: Size?
    /// Recorded sessions to browse; nil when there are none.
    public var library: (any SessionLibrary)?
    /// A replay to show from the start on.
    public var replay: (any ReplayPlayer)?
    /// The view to begin with; nil begins with Talk, or with Sessions for a replay.
    public var view: ConsoleView?
    /// Nothing moves but what is replayed: no clock of the machine, no levels. For pictures that are compared.
    public var hasFixedClock = false
    /// Keeps the user's choice of theme; called on the main thread.
    public var saveTheme: @Sendable (String) -> Void

    public init(
        screen: ScreenOptions, theme: String? = nil, themeFolders: [String] = [], isReadOnly: Bool = false,
        place: ConsolePlace = .own, greeting: String? = nil,
        keys: KeyBindings = .standard, script: ConsoleScript? = nil, headless: Size? = nil,
        library: (any SessionLibrary)? = nil, replay: (any ReplayPlayer)? = nil,
        compareLab: (any CompareLab)? = nil, saveTheme: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.screen = screen
        self.theme = theme
        self.themeFolders = themeFolders
        self.isReadOnly = isReadOnly
        self.place = place
        self.greeting = greeting
        self.compareLab = compareLab
        self.keys = keys
        self.script = script
        self.headless = headless
        self.library = library
        self.replay = replay
        self.saveTheme = saveTheme
    }
}

/// Why the console ended; what becomes of the engine is the caller's to decide.
public enum ConsoleEnd: Sendable, Hashable {
    /// The user left.
    case quit
    /// The user left and wants the engine to go on.
    case detached
    /// SIGTERM, SIGINT or SIGQUIT: exit with 128 + number.
    case signal(Int32)
    /// The terminal is gone (SIGHUP, end of file): calls may go on without a screen.
    case terminalLost
}
