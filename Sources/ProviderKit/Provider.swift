import Core

/// A voice agent or pipeline behind one contract: a pure state machine over links. No sockets, timers or tasks inside.
///
/// Every call comes on the engine thread with an output to fill; the session performs the output's actions in order
/// after the call returns. A provider never sees the session again from inside a call.
///
/// ```
///            start, opened, received, closed, timer, audio, perform
///  Session ──────────────────────────────────────────────────────────▶ Provider
///          ◀────────────────────────────────────────────────────────── ProviderOutput
///            connect, send, close, timer, event (+ bytes and PCM arenas)
/// ```
public protocol Provider: AnyObject {
    /// What this provider (with its configuration) can do. Constant for its life.
    var capabilities: ProviderCapabilities { get }

    /// Begin: usually answers with `connect`. Called once. `context` holds prompt, tools and the conversation so far.
    func start(_ context: ProviderContext, _ out: ProviderOutput)

    /// A link that was asked for is open.
    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput)

    /// A message arrived on a link. The bytes live until return. Anything may come: garbage must not harm.
    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput)

    /// A link has ended, however; once a link.
    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput)

    /// A timer that was asked for has run out.
    func timer(_ id: ProviderTimer, _ out: ProviderOutput)

    /// User audio at `capabilities.inputRate`, as it comes (usually 10 or 20 ms). Only between `ready` and the end.
    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput)

    /// Something the session wants. Unsupported requests (see capabilities) are ignored.
    func perform(_ request: ProviderRequest, _ out: ProviderOutput)
}

/// A timer's name inside one provider.
public struct ProviderTimer: Hashable, Sendable {
    /// The number that the provider chose.
    public let number: Int

    /// A timer with this number.
    public init(_ number: Int) { self.number = number }
}

/// What the session may ask of a provider.
public enum ProviderRequest: Sendable, Equatable {
    /// A typed turn: add it to the conversation and answer.
    case userText(String)
    /// The outcome of a tool call. The provider continues the conversation once all calls of the response are answered.
    case toolResult(callID: String, output: String, isError: Bool)
    /// The agent was cut: `heardMs` of `item` reached the listener. Cancel what is being generated, truncate the
    /// vendor's memory to what was heard (0: the item was not heard at all). `cancelledByProvider`: the vendor already cancelled.
    case interrupt(item: String?, heardMs: Int, cancelledByProvider: Bool)
    /// The local detector says the user began (only asked of providers with `endpointing == .local`).
    case userTurnStarted
    /// The local endpointer says the user's turn is over: answer.
    case userTurnEnded
    /// Say this text aloud (greeting, filler, farewell). Ignored without `canSpeakText`: then the session asks by `respond`.
    case speak(String)
    /// Answer now, with these extra instructions for this response only (greeting without text, after a DTMF …).
    case respond(instructions: String?)
    /// New instructions for the rest of the conversation.
    case updateInstructions(String)
    /// All audio of `item` was played to its end.
    case playedOut(item: String)
    /// End in order: send what the vendor wants to see, close the links.
    case close
}

/// What a provider tells the session.
public enum ProviderEvent: Sendable, Equatable {
    /// Configured and ready for audio. Once for each `start`.
    case ready
    /// The provider's own detector heard the user begin. With native barge-in the vendor has cancelled by itself.
    case userSpeechStarted(item: String?)
    /// The provider's own detector heard the user end.
    case userSpeechStopped(item: String?)
    /// What the user said: the whole text of the item so far, or finally.
    case userTranscript(item: String, text: String, isFinal: Bool)
    /// A response began (thinking).
    case responseStarted(id: String)
    /// A response is generated to its end (not yet heard).
    case responseEnded(id: String, status: ResponseStatus)
    /// PCM of an agent item at `capabilities.outputRate`: `range` in `ProviderOutput.pcm`.
    case agentAudio(item: ItemHandle, range: Range<Int>)
    /// All audio of an item has been delivered.
    case agentAudioEnded(item: ItemHandle)
    /// More text of an item.
    case agentText(item: ItemHandle, delta: String)
    /// The whole text of an item.
    case agentTextEnded(item: ItemHandle, text: String)
    /// The model calls a tool; answer by `toolResult` exactly once, or not at all after `toolCallCancelled`.
    case toolCall(ToolCall)
    /// The vendor withdrew a call: its result must not be sent.
    case toolCallCancelled(callID: String)
    /// What a response used.
    case usage(Usage)
    /// Something failed; see `ProviderFailure`.
    case failure(ProviderFailure)
    /// The vendor will end this connection after this time: be replaced at a turn boundary before then.
    case expires(after: Duration)
    /// By this handle a new connection may continue the conversation as it stands now; the last one told counts.
    case resumable(handle: String)
    /// The vendor named the audio format that it takes or sends (conversion to `capabilities` is the provider's).
    case audioFormat(VendorAudioFormat)
    /// A stage of a pipeline passed a point (latency parts).
    case stage(name: String, owner: TurnReport.Part.Owner, ms: Double)
    /// A remark worth a line ("the vendor refused field x; sent without it").
    case notice(String)
    /// The agent asks to end the call after what it is saying was heard.
    case hangUpRequested(reason: String)
}

/// An audio format as a vendor names it: what the negotiation compares with what was assumed and what is measured.
public struct VendorAudioFormat: Sendable, Equatable {
    /// Whose audio.
    public enum Direction: Sendable, Equatable { case user, agent }

    public var direction: Direction
    /// `pcm16`, `mulaw`, `alaw`, `opus`, `wav` …
    public var encoding: String
    /// Samples per second.
    public var rate: Int

    /// A format.
    public init(_ direction: Direction, encoding: String, rate: Int) {
        self.direction = direction
        self.encoding = encoding
        self.rate = rate
    }
}

/// How a response ended.
public enum ResponseStatus: Sendable, Equatable {
    case completed
    case cancelled
    /// Failed or cut by a limit, with the reason in words.
    case failed(String)
}

/// What went wrong at a provider and what that means.
public struct ProviderFailure: Error, Sendable, Equatable {
    /// What follows from it.
    public enum Consequence: Sendable, Equatable {
        /// The conversation goes on.
        case goesOn
        /// The connection is gone; reconnect with backoff (not before `after`, when the vendor said so).
        case reconnect(after: Duration?)
        /// Trying again is useless until the user mends it (key, quota, model name).
        case fatal
    }

    /// Stable name: `auth`, `quota`, `rate-limit`, `lost`, `refused`, `protocol`, `vendor`.
    public var code: String
    /// Place and cause in words; may hold text from outside.
    public var text: String
    /// What to do.
    public var fix: String?
    public var consequence: Consequence

    /// A failure.
    public init(code: String, text: String, fix: String? = nil, consequence: Consequence) {
        self.code = code
        self.text = text
        self.fix = fix
        self.consequence = consequence
    }
}
