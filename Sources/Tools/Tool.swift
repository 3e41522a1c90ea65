import Core

/// When a tool runs.
public enum ToolPhase: String, Sendable, CaseIterable {
    /// When a call begins; its output becomes variables for instructions, greeting and later tools.
    case before
    /// When the model asks for it.
    case during
    /// When the call has ended.
    case after
}

/// What a tool call gave back.
public struct ToolOutcome: Sendable, Equatable {
    /// Something that the session does besides answering the model.
    public enum Effect: Sendable, Equatable {
        /// End the call when the agent's farewell was heard.
        case hangUp(reason: String)
        /// Play these DTMF digits to the far end, before further speech.
        case digits(String)
        /// Keep a remark in the session's log.
        case note(String)
    }

    /// JSON for the model.
    public var output: JSONValue
    /// What the session does besides.
    public var effect: Effect?

    /// What a tool call gave back.
    public init(_ output: JSONValue, effect: Effect? = nil) {
        self.output = output
        self.effect = effect
    }
}

/// Why a tool call failed, in words for the model and the screen.
public struct ToolFailure: Error, Sendable, Equatable {
    /// In words.
    public var text: String

    /// A failure.
    public init(_ text: String) { self.text = text }
}

/// What is said to the caller while a tool takes long.
public struct SlowNotice: Sendable, Equatable {
    /// How long the tool may run before it is said.
    public var after: Duration
    /// The words.
    public var text: String

    /// Says `text` once a call has run for `after`.
    public init(after: Duration, text: String) {
        self.after = after
        self.text = text
    }
}

/// Who may ask for a tool; nil lists admit everybody.
public struct ToolAudience: Sendable, Equatable {
    /// Names of agents.
    public var agents: [String]?
    /// Names of providers.
    public var providers: [String]?

    /// An audience.
    public init(agents: [String]? = nil, providers: [String]? = nil) {
        self.agents = agents
        self.providers = providers
    }

    /// Whether this agent may ask through this provider; a nil provider asks for the agent only.
    public func admits(agent: String, provider: String? = nil) -> Bool {
        guard agents?.contains(agent) ?? true else { return false }
        guard let provider else { return true }
        return providers?.contains(provider) ?? true
    }
}

/// Calls off what a tool is doing. Engine thread.
public typealias ToolCancel = @EngineActor () -> Void

/// A tool: what the model sees of it, and the code that runs.
public struct Tool: Sendable {
    /// What the model sees.
    public var definition: ToolDefinition
    /// Longest run; then the call ends as timed out and the model is told.
    public var timeout: Duration
    /// When it runs.
    public var phase = ToolPhase.during
    /// What is said while it takes long; nil says nothing.
    public var slow: SlowNotice?
    /// Who may ask for it.
    public var audience = ToolAudience()
    /// Largest result in bytes of JSON that a model is given; a longer one is cut and says so.
    public var maximumOutput = 16 << 10
    /// Begins one call with arguments that fit the schema, on the engine thread, and must return at once. The result goes to
    /// `ToolInvocation.finish`; what is returned calls the work off.
    public var work: @EngineActor @Sendable (ToolInvocation) -> ToolCancel?

    /// A tool over sockets, processes or facts of the call: `work` runs on the engine thread and may not wait.
    public init(
        _ definition: ToolDefinition, timeout: Duration = .seconds(10),
        work: @escaping @EngineActor @Sendable (ToolInvocation) -> ToolCancel?
    ) {
        self.definition = definition
        self.timeout = timeout
        self.work = work
    }

    /// A tool that computes: `run` is called on Swift's pool, never on the engine thread. It throws `ToolFailure` for what the
    /// model should know.
    public init(
        _ definition: ToolDefinition, timeout: Duration = .seconds(10),
        run: @escaping @Sendable (JSONValue) async throws -> ToolOutcome
    ) {
        self.init(definition, timeout: timeout) { invocation in
            let arguments = invocation.arguments
            let loop = invocation.ports.loop
            let task = Task { [weak invocation] in
                let result: Result<ToolOutcome, ToolFailure>
                do { result = .success(try await run(arguments)) } catch let failure as ToolFailure {
                    result = .failure(failure)
                } catch {
                    result = .failure(ToolFailure("\(error)"))
                }
                loop.post { invocation?.finish(result) }
            }
            return { task.cancel() }
        }
    }
}
