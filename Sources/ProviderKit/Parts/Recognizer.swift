import Core

/// Speech to text: the first part of a pipeline.
///
/// ```
/// start ─▶ ready ─▶ audio… ─▶ transcript(partial)… ─▶ transcript(final)
///            turnStarted ─▶ (batch: collects) ─▶ turnEnded ─▶ (batch: asks) ─▶ transcript(final) ─▶ turnFinal
/// ```
/// A streaming recogniser gets audio always and may tell of turns by itself; a batch one (`!capabilities.streams`) keeps a pre-roll and
/// collects between `turnStarted` and `turnEnded`.
public protocol Recognizer: Part where Event == RecognizerEvent {
    /// What it can do with its configuration. Constant for its life.
    var capabilities: RecognizerCapabilities { get }

    /// Begin: connect where a standing link is needed; `ready` follows (at once, where none is). Called once.
    func start(_ context: PartContext, _ out: PartOutput<RecognizerEvent>)

    /// User audio at `capabilities.inputRate`, usually 10 or 20 ms, always (silence too). No allocation in steady state.
    func audio(_ pcm: Span<Int16>, _ out: PartOutput<RecognizerEvent>)

    /// The local detector says the user began (with `prerollMs` of audio already given before this call).
    func turnStarted(_ out: PartOutput<RecognizerEvent>)

    /// The local endpointer says the turn is over: give the final text soon (`turnFinal` exactly once for each call, also when
    /// nothing was said).
    func turnEnded(_ out: PartOutput<RecognizerEvent>)
}

/// What a recogniser tells.
public enum RecognizerEvent: Sendable, Equatable {
    /// It can be given audio. Once.
    case ready
    /// Its own detector heard the user begin.
    case speechStarted
    /// Words of the running segment: the whole text of the segment so far, or finally. A turn may have several segments.
    case transcript(text: String, isFinal: Bool)
    /// Its own detector or model says that the turn is over; all final segments were told before. `confidence` 0 to 1.
    case turnEnded(confidence: Double?)
    /// It believes that the turn is probably over (an answer may be prepared), before `turnEnded`.
    case turnEndLikely(confidence: Double?)
    /// The user went on after `turnEndLikely`.
    case turnResumed
    /// The answer to `turnEnded()`: all final segments were told. `ms`: from the request to here, as measured.
    case turnFinal(ms: Double)
    /// What was used (audio seconds), with dollars where the price is known.
    case usage(Usage)
    /// Something failed; see `ProviderFailure`.
    case failure(ProviderFailure)
    /// A remark worth a line.
    case notice(String)
}

/// What a recogniser can do, as data.
public struct RecognizerCapabilities: Sendable, Equatable {
    /// Samples per second of the PCM16 mono that `audio` takes.
    public var inputRate: Int
    /// Encoding on the wire: `pcm16`, `mulaw`, `wav` …
    public var encoding: String
    /// Whether it takes audio as it comes; false for a request a turn.
    public var streams: Bool
    /// Whether partial transcripts come.
    public var partials: Bool
    /// Whether its own detector tells of turns (`speechStarted`, `turnEnded`).
    public var detectsTurns: Bool
    /// BCP 47 languages; empty when there are many or it is not known.
    public var languages: [String]
    public var costTier: ProviderCapabilities.CostTier
    /// Whether it works with no network.
    public var isOffline: Bool

    /// Capabilities.
    public init(
        inputRate: Int, encoding: String = "pcm16", streams: Bool = true, partials: Bool = true,
        detectsTurns: Bool = false,
        languages: [String] = [], costTier: ProviderCapabilities.CostTier = .medium, isOffline: Bool = false
    ) {
        self.inputRate = inputRate
        self.encoding = encoding
        self.streams = streams
        self.partials = partials
        self.detectsTurns = detectsTurns
        self.languages = languages
        self.costTier = costTier
        self.isOffline = isOffline
    }
}

/// What a recogniser or synthesiser is started with.
public struct PartContext: Sendable, Equatable {
    /// BCP 47 language of the conversation, when known.
    public var language: String?
    /// Words and names to expect.
    public var keywords: [String]

    /// What a part is started with.
    public init(language: String? = nil, keywords: [String] = []) {
        self.language = language
        self.keywords = keywords
    }
}
