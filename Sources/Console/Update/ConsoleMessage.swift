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
    /// Something to tell, from outside the model.
    case notice(String)
}

/// What `update` asks the world for.
public enum ConsoleEffect: Sendable, Equatable {
    case send(Command)
    /// End the console.
    case quit
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
