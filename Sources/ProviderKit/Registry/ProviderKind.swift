/// What a provider does in a conversation.
public enum ProviderKind: String, Sendable, CaseIterable {
    /// Speech to speech: a full agent, or a pipeline that looks like one.
    case sts
    /// Speech to text.
    case asr
    /// A language model.
    case llm
    /// Text to speech.
    case tts

    /// As the configuration and the tables show it.
    public var label: String { rawValue.uppercased() }

    /// What it is, in words.
    public var words: String {
        switch self {
        case .sts: "full agent"
        case .asr: "recogniser"
        case .llm: "language model"
        case .tts: "synthesiser"
        }
    }

    /// The kind with this label, in any case.
    public init?(label: String) { self.init(rawValue: label.lowercased()) }
}
