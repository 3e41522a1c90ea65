import Core

/// Runs tool calls and brings each back as exactly one of result, error, cancelled, timed out.
///
/// ```
/// session ─start─▶ ToolRunner ─work─▶ link, process or Swift's pool ─finish─▶ finished ─▶ session
///                      ├─timer─▶ timed out (a later result is dropped)
///                      └─timer─▶ slow: the session says something meanwhile
/// ```
@EngineActor
public final class ToolRunner {
    /// One finished call.
    public struct Finished: Sendable {
        public var call: ToolCall
        public var outcome: ToolCallEnd.Outcome
        /// JSON for the model.
        public var output: String
        public var effect: ToolOutcome.Effect?
        public var elapsed: Duration
    }

    private struct Running {
        var call: ToolCall
        var began: MonotonicTime
        var invocation: ToolInvocation?
        var cancel: ToolCancel?
        var timers: [any EngineTimer] = []
        var limit = 16 << 10
    }

    /// The tools; may change between calls.
    public var registry: ToolRegistry
    /// The call that tools are asked in.
    public var scope: ToolScope
    /// Called when a call has run so long that something should be said.
    public var onSlow: (@EngineActor (ToolCall, SlowNotice) -> Void)?

    private let ports: ToolPorts
    private let finished: @EngineActor (Finished) -> Void
    private var loop: any EngineLoop { ports.loop }
    private var running: [Int: Running] = [:]
    private var next = 0

    /// A runner; `finished` is called on the engine thread, never from inside `start` or `cancel`.
    public init(
        registry: ToolRegistry, ports: ToolPorts, scope: ToolScope = ToolScope(),
        finished: @escaping @EngineActor (Finished) -> Void
    ) {
        self.registry = registry
        self.ports = ports
        self.scope = scope
        self.finished = finished
    }

    /// A runner for tools that need no network and no processes.
    public convenience init(
        registry: ToolRegistry, loop: any EngineLoop, finished: @escaping @EngineActor (Finished) -> Void
    ) {
        self.init(registry: registry, ports: ToolPorts(loop: loop), finished: finished)
    }

    /// Calls under way.
    public var count: Int { running.count }

    /// Starts a call. Unknown tools and wrong arguments end at once as errors that tell the model what is wrong.
    public func start(_ call: ToolCall, phase: ToolPhase = .during) {
        next += 1
        let key = next
        running[key] = Running(call: call, began: loop.now)
        guard let tool = registry[call.name], tool.phase == phase,
            tool.audience.admits(agent: scope.agent, provider: scope.provider)
        else {
            let known = registry.tools(phase).filter {
                $0.audience.admits(agent: scope.agent, provider: scope.provider)
            }
            let names = known.map(\.definition.name).joined(separator: ", ")
            return refuse(key, "there is no tool named \(call.name); there are: \(names.isEmpty ? "none" : names)")
        }
        let text = call.arguments.isEmpty ? "{}" : call.arguments
        guard var arguments = try? JSONParser.parse(text) else { return refuse(key, "the arguments are not JSON") }
        // Models without arguments to give write null.
        if arguments == .null { arguments = .object([]) }
        if let fault = ArgumentCheck.fault(arguments, schema: tool.definition.parameters) { return refuse(key, fault) }
        launch(key, tool, arguments)
    }

    private func launch(_ key: Int, _ tool: Tool, _ arguments: JSONValue) {
        let limit = loop.schedule(after: tool.timeout) { [weak self] in
            let seconds = Double(tool.timeout.wholeNanoseconds) / 1e9
            self?.end(key, .timedOut, ["error": .string("the tool did not answer within \(seconds) s")], nil)
        }
        running[key]?.timers.append(limit)
        running[key]?.limit = tool.maximumOutput
        if let slow = tool.slow, slow.after < tool.timeout {
            let timer = loop.schedule(after: slow.after) { [weak self] in
                guard let self, let call = running[key]?.call else { return }
                onSlow?(call, slow)
            }
            running[key]?.timers.append(timer)
        }
        let invocation = ToolInvocation(
            arguments: arguments, scope: scope, ports: ports, timeout: tool.timeout
        ) { [weak self] result in
            switch result {
            case .success(let outcome): self?.end(key, .result, outcome.output, outcome.effect)
            case .failure(let failure): self?.end(key, .error, ["error": .string(failure.text)], nil)
            }
        }
        running[key]?.invocation = invocation
        running[key]?.cancel = tool.work(invocation)
    }

    private func refuse(_ key: Int, _ why: String) {
        loop.post { [weak self] in self?.end(key, .error, ["error": .string(why)], nil) }
    }

    /// Calls off all calls of this id; each ends as cancelled.
    public func cancel(_ id: String) {
        for (key, run) in running where run.call.id == id { cancel(key, run) }
    }

    /// Calls off every call; each ends as cancelled.
    public func cancelAll() { for (key, run) in running { cancel(key, run) } }

    private func cancel(_ key: Int, _ run: Running) {
        running[key]?.cancel = nil
        run.cancel?()
        loop.post { [weak self] in self?.end(key, .cancelled, ["error": "cancelled"], nil) }
    }

    /// Calls off everything without reports (the session is over).
    public func stop() {
        let all = running.values
        running = [:]
        for run in all {
            run.cancel?()
            for timer in run.timers { timer.cancel() }
        }
    }

    private func end(
        _ key: Int, _ outcome: ToolCallEnd.Outcome, _ output: JSONValue, _ effect: ToolOutcome.Effect?
    ) {
        guard let run = running.removeValue(forKey: key) else { return }
        for timer in run.timers { timer.cancel() }
        if outcome != .result, outcome != .error { run.cancel?() }
        finished(
            Finished(
                call: run.call, outcome: outcome, output: Self.bounded(output, run.limit), effect: effect,
                elapsed: loop.now - run.began))
    }

    /// JSON text of a result; one that is too long becomes an object with its beginning.
    static func bounded(_ output: JSONValue, _ limit: Int) -> String {
        let text = output.text
        guard text.utf8.count > limit else { return text }
        let beginning = String(decoding: (output.string ?? text).utf8.prefix(limit), as: UTF8.self)
        let cut: JSONValue = [
            "truncated": .string("the result has \(text.utf8.count) bytes; this is its beginning"),
            "beginning": .string(beginning),
        ]
        return cut.text
    }
}
