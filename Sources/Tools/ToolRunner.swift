import Core

/// Runs tool calls off the engine thread and brings each back as exactly one of result, error, cancelled, timed out.
///
/// ```
/// session ─start─▶ ToolRunner ─Task─▶ Swift's pool ─post─▶ engine ─finished─▶ session
///                      └─timer─▶ timed out (a later result is dropped)
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
        var task: Task<Void, Never>?
        var timer: (any EngineTimer)?
    }

    private let registry: ToolRegistry
    private let loop: any EngineLoop
    private let finished: @EngineActor (Finished) -> Void
    private var running: [Int: Running] = [:]
    private var next = 0

    /// A runner; `finished` is called on the engine thread, never from inside `start` or `cancel`.
    public init(
        registry: ToolRegistry, loop: any EngineLoop, finished: @escaping @EngineActor (Finished) -> Void
    ) {
        self.registry = registry
        self.loop = loop
        self.finished = finished
    }

    /// Calls under way.
    public var count: Int { running.count }

    /// Starts a call. Unknown tools and wrong arguments end at once as errors that tell the model what is wrong.
    public func start(_ call: ToolCall) {
        next += 1
        let key = next
        running[key] = Running(call: call, began: loop.now)
        guard let tool = registry[call.name] else {
            let names = registry.definitions.map(\.name).joined(separator: ", ")
            return refuse(key, "there is no tool named \(call.name); there are: \(names)")
        }
        let text = call.arguments.isEmpty ? "{}" : call.arguments
        guard let arguments = try? JSONParser.parse(text) else { return refuse(key, "the arguments are not JSON") }
        if let fault = ArgumentCheck.fault(arguments, schema: tool.definition.parameters) { return refuse(key, fault) }
        launch(key, tool, arguments)
    }

    private func launch(_ key: Int, _ tool: Tool, _ arguments: JSONValue) {
        running[key]?.timer = loop.schedule(after: tool.timeout) { [weak self] in
            let seconds = Double(tool.timeout.wholeNanoseconds) / 1e9
            self?.end(key, .timedOut, ["error": .string("the tool did not answer within \(seconds) s")], nil)
        }
        running[key]?.task = Task { [loop, weak self] in
            let result: (ToolCallEnd.Outcome, JSONValue, ToolOutcome.Effect?)
            do {
                let outcome = try await tool.run(arguments)
                result = (.result, outcome.output, outcome.effect)
            } catch let failure as ToolFailure {
                result = (.error, ["error": .string(failure.text)], nil)
            } catch {
                result = (.error, ["error": .string("\(error)")], nil)
            }
            loop.post { self?.end(key, result.0, result.1, result.2) }
        }
    }

    private func refuse(_ key: Int, _ why: String) {
        loop.post { [weak self] in self?.end(key, .error, ["error": .string(why)], nil) }
    }

    /// Calls off all calls of this id; each ends as cancelled.
    public func cancel(_ id: String) {
        for (key, run) in running where run.call.id == id {
            run.task?.cancel()
            loop.post { [weak self] in self?.end(key, .cancelled, ["error": "cancelled"], nil) }
        }
    }

    /// Calls off everything without reports (the session is over).
    public func stop() {
        for run in running.values {
            run.task?.cancel()
            run.timer?.cancel()
        }
        running = [:]
    }

    private func end(
        _ key: Int, _ outcome: ToolCallEnd.Outcome, _ output: JSONValue, _ effect: ToolOutcome.Effect?
    ) {
        guard let run = running.removeValue(forKey: key) else { return }
        run.timer?.cancel()
        run.task?.cancel()
        finished(
            Finished(
                call: run.call, outcome: outcome, output: output.text, effect: effect, elapsed: loop.now - run.began))
    }
}
