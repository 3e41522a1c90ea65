/// A program to run.
public struct ChildCommand: Sendable, Equatable {
    /// Path of the program, or a name looked up in PATH.
    public var program: String
    /// Arguments after the program's name.
    public var arguments: [String]
    /// The whole environment; nil inherits ours.
    public var environment: [String: String]?
    /// Where it runs; nil is where we run.
    public var workingDirectory: String?

    /// A program to run.
    public init(
        program: String, arguments: [String] = [], environment: [String: String]? = nil, workingDirectory: String? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }
}

/// How a program ended.
public enum ChildExit: Sendable, Equatable {
    /// By itself, with this status.
    case exited(Int)
    /// By a signal.
    case killed(signal: Int)
    /// It could not be started, or was stopped for breaking a bound; in words.
    case failed(String)
}

/// A running program with pipes on its standard input, output and error. Engine thread.
@EngineActor
public protocol ChildProcess: AnyObject {
    /// Its process number; 0 when it never started.
    var processID: Int { get }
    /// Writes to its input; what the pipe does not take is queued. False, and dropped, when too much waits or it has ended.
    @discardableResult
    func write(_ bytes: Span<UInt8>) -> Bool
    /// Closes its input after what waits.
    func closeInput()
    /// Asks it to end (SIGTERM to it and its children) and kills it after `grace`.
    func stop(grace: Duration)
}

/// Who hears of a program; never called from inside a call into it. Engine thread.
@EngineActor
public protocol ChildProcessDelegate: AnyObject {
    /// A line of its output, without the newline; the bytes live until return.
    func childWrote(_ child: any ChildProcess, line: Span<UInt8>)
    /// A line of its error output.
    func childComplained(_ child: any ChildProcess, line: Span<UInt8>)
    /// It has ended and all its output was delivered: once, and nothing after it.
    func childEnded(_ child: any ChildProcess, _ exit: ChildExit)
}

/// Runs programs. Engine thread.
@EngineActor
public protocol ChildProcessPort: AnyObject {
    /// Starts a program; a failure comes as `childEnded`. The delegate is held weakly, the program runs on without it.
    func spawn(_ command: ChildCommand, delegate: any ChildProcessDelegate) -> any ChildProcess
}
