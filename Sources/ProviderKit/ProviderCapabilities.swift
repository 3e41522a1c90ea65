import Core

/// What a provider can do, as data: the core branches on these, never on a name.
public struct ProviderCapabilities: Sendable, Equatable {
    /// Who decides that the user's turn is over.
    public enum Endpointing: Sendable, Equatable {
        /// The vendor, by its own detector or model.
        case provider
        /// We do: the session's detector asks by `userTurnStarted` and `userTurnEnded`.
        case local
    }

    /// What a minute costs, roughly.
    public enum CostTier: String, Sendable, Codable { case free, low, medium, high }

    /// What goes in and comes out besides audio.
    public enum Modality: String, Sendable, Codable { case audio, text, image }

    /// How soon an answer is heard, roughly: `low` below a second.
    public enum LatencyTier: String, Sendable, Codable { case low, medium, high }

    /// Samples per second of PCM16 mono that `audio` takes.
    public var inputRate: Int
    /// Samples per second of the PCM16 mono that `agentAudio` brings.
    public var outputRate: Int
    public var endpointing: Endpointing
    /// With local endpointing: whether audio is wanted between the user's turns too (it keeps its own pre-roll).
    public var takesSilence: Bool
    /// Whether the vendor cancels its own answer when its detector hears the user.
    public var nativeBargeIn: Bool
    public var tools: Bool
    public var textInput: Bool
    /// Whether `speak` works.
    public var canSpeakText: Bool
    public var updatesInstructions: Bool
    public var userTranscripts: Bool
    public var agentTranscripts: Bool
    /// Longest connection; nil when there is no limit.
    public var sessionLimit: Duration?
    public var costTier: CostTier
    /// Whether it works with no network.
    public var isOffline: Bool
    /// Encodings on the wire, the one used first: `pcm16`, `mulaw`, `opus` …
    public var encodings: [String]
    /// Length of the pieces of audio that the vendor wants; nil when any will do.
    public var chunk: Duration?
    /// Whether the vendor has a detector of its own.
    public var nativeVAD: Bool
    public var modalities: [Modality]
    public var latencyTier: LatencyTier
    /// BCP 47 languages; empty when there are many or it is not known.
    public var languages: [String]

    /// Capabilities; the defaults are those of a full agent with native everything.
    public init(
        inputRate: Int, outputRate: Int, endpointing: Endpointing = .provider, takesSilence: Bool = false,
        nativeBargeIn: Bool = true, tools: Bool = true, textInput: Bool = true, canSpeakText: Bool = false,
        updatesInstructions: Bool = true,
        userTranscripts: Bool = true, agentTranscripts: Bool = true, sessionLimit: Duration? = nil,
        costTier: CostTier = .medium, isOffline: Bool = false, encodings: [String] = ["pcm16"], chunk: Duration? = nil,
        nativeVAD: Bool = true, modalities: [Modality] = [.audio, .text], latencyTier: LatencyTier = .low,
        languages: [String] = []
    ) {
        self.inputRate = inputRate
        self.outputRate = outputRate
        self.endpointing = endpointing
        self.takesSilence = takesSilence
        self.nativeBargeIn = nativeBargeIn
        self.tools = tools
        self.textInput = textInput
        self.canSpeakText = canSpeakText
        self.updatesInstructions = updatesInstructions
        self.userTranscripts = userTranscripts
        self.agentTranscripts = agentTranscripts
        self.sessionLimit = sessionLimit
        self.costTier = costTier
        self.isOffline = isOffline
        self.encodings = encodings
        self.chunk = chunk
        self.nativeVAD = nativeVAD
        self.modalities = modalities
        self.latencyTier = latencyTier
        self.languages = languages
    }
}

/// One thing said or done so far, carried over to a new connection or provider.
public enum ContextItem: Sendable, Equatable {
    /// What the user said or typed.
    case user(String)
    /// What the agent said, cut to what was heard.
    case agent(String)
    /// A tool call with its outcome.
    case tool(call: ToolCall, output: String)
}

/// How a vendor continues an earlier connection of the same provider.
public struct Resumption: Sendable, Equatable {
    /// The vendor's name for what it remembers.
    public var handle: String
    /// How many items of the history, from the oldest, were said before the vendor gave the handle.
    public var knownItems: Int

    /// A handle that covers so many items.
    public init(handle: String, knownItems: Int) {
        self.handle = handle
        self.knownItems = knownItems
    }
}

/// What a provider is started with.
public struct ProviderContext: Sendable, Equatable {
    /// The prompt.
    public var instructions: String
    /// Said by the agent at the start; nil for none. Never given again on a reconnect or switch.
    public var greeting: String?
    /// The tools that the model may call.
    public var tools: [ToolDefinition]
    /// The conversation so far, oldest first. Empty at a fresh start.
    public var history: [ContextItem]
    /// BCP 47 language of the conversation, when known.
    public var language: String?
    /// Whether the user waits for an answer to the last user item (the connection was lost while thinking).
    public var answerPending: Bool
    /// Whether the vendor may cut its own answer when it hears the user; otherwise only `interrupt` does.
    public var vendorMayInterrupt: Bool
    /// The last handle that an earlier connection of the same provider told by `resumable`; nil when there is none.
    public var resumption: Resumption?

    /// What a provider is started with.
    public init(
        instructions: String = "", greeting: String? = nil, tools: [ToolDefinition] = [], history: [ContextItem] = [],
        language: String? = nil, answerPending: Bool = false, vendorMayInterrupt: Bool = true,
        resumption: Resumption? = nil
    ) {
        self.instructions = instructions
        self.greeting = greeting
        self.tools = tools
        self.history = history
        self.language = language
        self.answerPending = answerPending
        self.vendorMayInterrupt = vendorMayInterrupt
        self.resumption = resumption
    }

    /// Whether this continues a conversation.
    public var isContinuation: Bool { !history.isEmpty }

    /// What stands in front of the ids that a provider makes itself: ids must be unique over the connections of a session.
    /// Empty for a conversation that begins.
    public func idPrefix(_ now: MonotonicTime) -> String {
        isContinuation ? String(UInt64(clamping: now.nanoseconds), radix: 36) + "_" : ""
    }
}
