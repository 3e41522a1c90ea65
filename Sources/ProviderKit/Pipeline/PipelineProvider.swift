import Core

/// Recogniser, language model and synthesiser joined to one voice agent: a `Provider` like any other.
///
/// ```
/// user audio ─▶ Recognizer ─ transcript ─▶ PipelineMachine ─ messages ─▶ LanguageModel ─ text ─▶ SentenceCutter
///                                               ▲    ╰────────────── pieces ──────────────────────────╯
///                                 tool results ─╯    ╰─ pieces ─▶ Synthesizer ─ PCM ─▶ session
/// ```
/// Decisions are the machine's; this class routes links and timers to the part that they belong to. Engine thread.
public final class PipelineProvider: Provider {
    public let capabilities: ProviderCapabilities
    private let recognizer: any Recognizer
    private let model: any LanguageModel
    private let synthesizer: any Synthesizer

    /// A pipeline of these parts, none of them started. `name` is the user's name for it, for messages.
    public init(
        name: String, settings: PipelineSettings, recognizer: any Recognizer, model: any LanguageModel,
        synthesizer: any Synthesizer
    ) {
        self.recognizer = recognizer
        self.model = model
        self.synthesizer = synthesizer
        capabilities = ProviderCapabilities.pipeline(
            settings, recognizer.capabilities, model.capabilities, synthesizer.capabilities)
    }

    public func start(_ context: ProviderContext, _ out: ProviderOutput) {}
    public func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {}
    public func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {}
    public func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {}
    public func timer(_ id: ProviderTimer, _ out: ProviderOutput) {}
    public func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {}
    public func perform(_ request: ProviderRequest, _ out: ProviderOutput) {}
}
