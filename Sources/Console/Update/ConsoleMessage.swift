import Core
import Terminal

/// All that can happen to the console.
public enum ConsoleMessage: Sendable {
    /// New records of the log, with the number lost before them.
    case records([EventRecord], dropped: UInt64)
    /// Time went on; meters of the sessions shown.
    case tick(now: MonotonicTime, wall: WallTime, meters: [SessionID: MeterSnapshot])
    case input(InputEvent)
    /// A line for the command line, without its colon.
    case command(String)
    case resized(Size)
    /// Keys report their release now.
    case keyReleaseKnown
    /// A theme was loaded (again), with what is wrong in its file.
    case themeLoaded(name: String, problems: [String])
    /// The themes there are.
    case themesFound([String])
    /// The process is about to be stopped (Ctrl-Z or SIGTSTP).
    case stopping
    /// It goes on.
    case resumed
    /// What a comparison tells.
    case compare([CompareNews])
    /// Something to tell, from outside the model.
    case notice(String)
    /// There are recorded sessions to browse; the forms of export.
    case libraryFound([ExportForm])
    case library(LibraryAnswer)
    /// A replay is to be shown; the whole program may be for it.
    case replayOpened(ReplayStatus, isAlone: Bool)
    case replayRecords([EventRecord])
    /// Where the replay stands.
    case replayed(ReplayStatus, ReplayOverview)
}

/// What `update` asks the world for.
public enum ConsoleEffect: Sendable, Equatable {
    case send(Command)
    /// Ask the laboratory of comparisons.
    case compare(CompareOrder)
    /// To the engine, whatever is shown.
    case sendLive(Command)
    /// To the recorded sessions.
    case ask(LibraryQuestion)
    /// To the replay on the screen.
    case replay(ReplayControl)
    case closeReplay
    /// End the console.
    case quit
    /// End the process as a mistake of ours would (`debug-trap`, with SIDETONE_DEBUG=1).
    case trap
    /// End the console and leave the engine running.
    case detach
    /// Draw everything anew.
    case redraw
    /// Show a theme; remember it as the user's choice when `save`.
    case applyTheme(String, save: Bool)
    /// Put text on the terminal's clipboard.
    case copy(String)
    /// Stop the process as Ctrl-Z does.
    case suspend
    /// Write the screen as text into a file.
    case dump(String)
}
