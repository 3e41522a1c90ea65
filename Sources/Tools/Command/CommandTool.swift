import Core
import Glibc

/// A tool that runs one program of this machine, named with its whole path by the configuration. No shell; each argument
/// template makes exactly one argument; nothing of our own environment but PATH, LANG and TZ reaches it.
public struct CommandTool: Sendable {
    /// Name, description and schema of the arguments.
    public var definition: ToolDefinition
    /// Whole path of the program.
    public var program: String
    /// One template an argument.
    public var arguments: [String] = []
    /// Variables of the program's environment, besides PATH, LANG and TZ.
    public var environment: [(name: String, value: String)] = []
    /// Where it runs; nil is where we run.
    public var workingDirectory: String?
    /// Whether the arguments go to its input as one line of JSON.
    public var writesInput = false
    /// Largest output in bytes.
    public var maximumOutput = 64 << 10
    public var timeout: Duration = .seconds(10)

    /// A command. Throws in words what is wrong with path or templates.
    public init(_ definition: ToolDefinition, program: String, arguments: [String]) throws(ToolFailure) {
        self.definition = definition
        self.program = program
        self.arguments = arguments
        guard program.hasPrefix("/") else { throw ToolFailure("the program needs its whole path, beginning with /") }
        for text in arguments { _ = try Template(text) }
    }

    /// Why the program cannot be run, in words; nil when it can.
    public static func obstacle(_ program: String) -> String? {
        var facts = stat()
        guard stat(program, &facts) == 0 else { return "\(program): \(String(cString: strerror(errno)))" }
        guard facts.st_mode & S_IFMT == S_IFREG, access(program, X_OK) == 0 else { return "\(program) is no program" }
        if facts.st_mode & 0o002 != 0 { return "\(program) can be changed by everybody on this machine" }
        return nil
    }

    /// The tool.
    public var tool: Tool {
        let command = self
        return Tool(definition, timeout: timeout) { invocation in command.run(invocation) }
    }

    @EngineActor
    private func run(_ invocation: ToolInvocation) -> ToolCancel? {
        guard let children = invocation.ports.children else {
            invocation.fail("no programs may be run here")
            return nil
        }
        if let obstacle = Self.obstacle(program) {
            invocation.fail(obstacle)
            return nil
        }
        let command: ChildCommand
        do throws(ToolFailure) { command = try self.command(invocation) } catch {
            invocation.finish(.failure(error))
            return nil
        }
        let run = CommandRun(bound: maximumOutput) { invocation.finish($0) }
        run.start(command, children, input: writesInput ? invocation.arguments : nil)
        return { run.cancel() }
    }

    @EngineActor
    func command(_ invocation: ToolInvocation) throws(ToolFailure) -> ChildCommand {
        let variables = HTTPTool.variables(invocation, schema: definition.parameters)
        var list: [String] = []
        var optionsAreOver = false
        for text in arguments {
            let filled = try Template(text).filled(variables)
            guard !filled.utf8.contains(0) else { throw ToolFailure("a value holds a zero byte") }
            // A value must not turn into an option of the program.
            if filled.hasPrefix("-"), !text.hasPrefix("-"), !optionsAreOver {
                throw ToolFailure("a value may not begin with - here")
            }
            if text == "--" { optionsAreOver = true }
            list.append(filled)
        }
        var scrubbed = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
        if let zone = getenv("TZ") { scrubbed["TZ"] = String(cString: zone) }
        for (name, value) in environment { scrubbed[name] = try Template(value).filled(variables) }
        return ChildCommand(
            program: program, arguments: list, environment: scrubbed, workingDirectory: workingDirectory)
    }
}

/// One run of a program whose output is taken whole, up to a bound. Lives by itself until its end. Engine thread.
@EngineActor
final class CommandRun: ChildProcessDelegate {
    private let bound: Int
    private var done: (@EngineActor (Result<ToolOutcome, ToolFailure>) -> Void)?
    private var child: (any ChildProcess)?
    private var output: [UInt8] = []
    private var complaint = ""
    private var isTooMuch = false
    private var keeper: CommandRun?

    init(bound: Int, done: @escaping @EngineActor (Result<ToolOutcome, ToolFailure>) -> Void) {
        self.bound = bound
        self.done = done
        keeper = self
    }

    func start(_ command: ChildCommand, _ children: any ChildProcessPort, input: JSONValue?) {
        let started = children.spawn(command, delegate: self)
        child = started
        if let input { started.write((input.bytes + [0x0A]).span) }
        started.closeInput()
    }

    /// Ends the program and its children; no result comes.
    func cancel() {
        done = nil
        child?.stop(grace: .milliseconds(500))
    }

    func childWrote(_ child: any ChildProcess, line: Span<UInt8>) {
        guard !isTooMuch else { return }
        guard output.count + line.count + 1 <= bound else {
            isTooMuch = true
            return child.stop(grace: .milliseconds(500))
        }
        if !output.isEmpty { output.append(0x0A) }
        line.withUnsafeBufferPointer { output += $0 }
    }

    func childComplained(_ child: any ChildProcess, line: Span<UInt8>) {
        guard complaint.utf8.count < 500 else { return }
        let text = line.withUnsafeBufferPointer { String(decoding: $0.prefix(300), as: UTF8.self) }
        complaint += (complaint.isEmpty ? "" : " ") + text
    }

    func childEnded(_ child: any ChildProcess, _ exit: ChildExit) {
        let told = done
        done = nil
        self.child = nil
        keeper = nil
        told?(result(exit))
    }

    private func result(_ exit: ChildExit) -> Result<ToolOutcome, ToolFailure> {
        if isTooMuch { return .failure(ToolFailure("the program wrote more than \(bound) bytes")) }
        let why = complaint.isEmpty ? "" : ": \(complaint)"
        switch exit {
        case .exited(0):
            let text = String(decoding: output, as: UTF8.self)
            return .success(ToolOutcome((try? JSONParser.parse(output)) ?? .string(text)))
        case .exited(let status): return .failure(ToolFailure("the program ended with status \(status)\(why)"))
        case .killed(let signal): return .failure(ToolFailure("the program was ended by signal \(signal)\(why)"))
        case .failed(let words): return .failure(ToolFailure(words))
        }
    }
}
