import Core

/// The language model of a pipeline: one streaming answer at a time.
///
/// ```
/// generate(request) ─▶ text… ─▶ toolCall… ─▶ usage ─▶ ended      (cancel ─▶ nothing more of that request)
/// ```
/// What a vendor wants back with a tool result and nobody else understands (thought signatures, reasoning items) the part remembers by
/// the call's id.
public protocol LanguageModel: Part where Event == ModelEvent {
    /// What it can do with its configuration. Constant for its life.
    var capabilities: ModelCapabilities { get }

    /// Answer these messages. Never called while another request runs. Retries of requests that failed before any text came are
    /// the part's (429 with `Retry-After`, 5xx once after 250 ms or more); it never retries a refused key.
    func generate(_ request: ModelRequest, _ out: PartOutput<ModelEvent>)

    /// Stop the running request: nothing more of it is told, its links are closed.
    func cancel(_ out: PartOutput<ModelEvent>)
}

/// One message of the conversation as a model sees it.
public enum ModelMessage: Sendable, Equatable {
    /// What the user said or typed.
    case user(String)
    /// What the agent said (cut to what was heard) and the calls it made in the same response, in order.
    case agent(String, calls: [ToolCall])
    /// The outcome of a call; follows the agent message that made it. JSON or text.
    case toolResult(callID: String, name: String, output: String, isError: Bool)
    /// An instruction in the middle of the conversation (whisper of the operator, extra instructions of one response).
    case instruction(String)
}

/// What a model is asked.
public struct ModelRequest: Sendable, Equatable {
    /// Number of the request, from 1.
    public var id: Int
    /// The prompt.
    public var instructions: String
    /// The conversation, oldest first, already cut to the budget; never empty.
    public var messages: [ModelMessage]
    /// What may be called.
    public var tools: [ToolDefinition]

    /// What a model is asked.
    public init(id: Int, instructions: String, messages: [ModelMessage], tools: [ToolDefinition]) {
        self.id = id
        self.instructions = instructions
        self.messages = messages
        self.tools = tools
    }
}

/// What a model tells.
public enum ModelEvent: Sendable, Equatable {
    /// More text to be spoken. Never cut inside a character.
    case text(String)
    /// A complete call (arguments whole).
    case toolCall(ToolCall)
    /// What the request used.
    case usage(Usage)
    /// The request is over: exactly once for each that was not cancelled. `.failed` says why in words (also after a `failure`).
    case ended(ResponseStatus)
    /// Something failed; see `ProviderFailure`. `.goesOn` when only this request failed.
    case failure(ProviderFailure)
    /// A remark worth a line.
    case notice(String)
}

/// What a model can do, as data.
public struct ModelCapabilities: Sendable, Equatable {
    public var tools: Bool
    /// Tokens of context that it takes, when known.
    public var contextTokens: Int?
    public var languages: [String]
    public var costTier: ProviderCapabilities.CostTier
    /// Whether it works with no network.
    public var isOffline: Bool

    /// Capabilities.
    public init(
        tools: Bool = true, contextTokens: Int? = nil, languages: [String] = [],
        costTier: ProviderCapabilities.CostTier = .medium, isOffline: Bool = false
    ) {
        self.tools = tools
        self.contextTokens = contextTokens
        self.languages = languages
        self.costTier = costTier
        self.isOffline = isOffline
    }
}
