import Core

/// Text to speech: the last part of a pipeline.
///
/// ```
/// speak(1, "Hello there.") speak(2, "How are you?") ─▶ audio(1)… ─▶ ended(1) ─▶ audio(2)… ─▶ ended(2)
/// cancel ─▶ nothing more of any sentence
/// ```
/// Sentences are given as they are cut; several may be waiting. The part asks for as many at once as its vendor allows and delivers
/// their audio in order.
public protocol Synthesizer: Part where Event == SynthesizerEvent {
    /// What it can do with its configuration. Constant for its life.
    var capabilities: SynthesizerCapabilities { get }

    /// Begin: connect where a standing link saves time; `ready` follows (at once, where none is needed). Called once.
    func start(_ context: PartContext, _ out: PartOutput<SynthesizerEvent>)

    /// Say this sentence. `number` rises by one; `ends`: nothing follows for now (flush).
    func speak(_ number: Int, _ text: String, ends: Bool, _ out: PartOutput<SynthesizerEvent>)

    /// The answer has no more sentences (when the last `speak` could not know). Flush what the vendor holds back.
    func flush(_ out: PartOutput<SynthesizerEvent>)

    /// Drop all sentences: nothing more of them is told. It can speak again at once.
    func cancel(_ out: PartOutput<SynthesizerEvent>)
}

/// What a synthesiser tells.
public enum SynthesizerEvent: Sendable, Equatable {
    /// It can be given text. Once.
    case ready
    /// PCM16 mono at `capabilities.outputRate` of a sentence: `range` of the arena `pcm`. In the order of the sentences.
    case audio(number: Int, range: Range<Int>)
    /// When words of a sentence sound, in ms from its start (where the vendor tells).
    case words(number: Int, [SpokenWord])
    /// All audio of a sentence was delivered (also when it has none).
    case ended(number: Int)
    /// What was used (characters), with dollars where the price is known.
    case usage(Usage)
    /// Something failed; see `ProviderFailure`. With `.goesOn`, the sentences waiting end by `ended`.
    case failure(ProviderFailure)
    /// A remark worth a line.
    case notice(String)
}

/// A word and when it sounds.
public struct SpokenWord: Sendable, Equatable {
    public var text: String
    public var startMs: Int
    public var endMs: Int

    /// A word.
    public init(_ text: String, startMs: Int, endMs: Int) {
        self.text = text
        self.startMs = startMs
        self.endMs = endMs
    }
}

/// What a synthesiser can do, as data.
public struct SynthesizerCapabilities: Sendable, Equatable {
    /// Samples per second of the PCM16 mono that `audio` brings.
    public var outputRate: Int
    /// Encoding on the wire: `pcm16`, `mulaw`, `wav` …
    public var encoding: String
    /// Whether a sentence may be given in pieces that the vendor joins (otherwise a request a sentence).
    public var streamsText: Bool
    public var languages: [String]
    public var costTier: ProviderCapabilities.CostTier
    /// Whether it works with no network.
    public var isOffline: Bool

    /// Capabilities.
    public init(
        outputRate: Int, encoding: String = "pcm16", streamsText: Bool = false, languages: [String] = [],
        costTier: ProviderCapabilities.CostTier = .medium, isOffline: Bool = false
    ) {
        self.outputRate = outputRate
        self.encoding = encoding
        self.streamsText = streamsText
        self.languages = languages
        self.costTier = costTier
        self.isOffline = isOffline
    }
}
