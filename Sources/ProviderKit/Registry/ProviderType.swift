import Core

/// A type of provider of any kind, as the registry lists it. A value: any thread.
public enum ProviderType: Sendable {
    case agent(ProviderDescriptor)
    case recognizer(RecognizerDescriptor)
    case model(ModelDescriptor)
    case synthesizer(SynthesizerDescriptor)

    /// What it does.
    public var kind: ProviderKind {
        switch self {
        case .agent: .sts
        case .recognizer: .asr
        case .model: .llm
        case .synthesizer: .tts
        }
    }

    /// What all kinds have in common.
    public struct Facts: Sendable {
        public var name: String
        public var title: String
        public var summary: String
        /// Variables that may hold the key, best first; empty when none is needed.
        public var keyVariables: [String]
        /// Whether it may be used without one.
        public var keyIsOptional: Bool
        public var models: [String]
        public var voices: [String]
        public var options: [ProviderOption]
        public var isOffline: Bool
        public var costTier: ProviderCapabilities.CostTier
    }

    /// Name, title, options and so on.
    public var facts: Facts {
        switch self {
        case .agent(let it):
            Facts(
                name: it.name, title: it.title, summary: it.summary, keyVariables: it.keyVariables,
                keyIsOptional: it.keyIsOptional, models: it.models,
                voices: it.voices, options: it.options, isOffline: it.capabilities.isOffline,
                costTier: it.capabilities.costTier)
        case .recognizer(let it): Self.facts(it, it.capabilities.isOffline, it.capabilities.costTier)
        case .model(let it): Self.facts(it, it.capabilities.isOffline, it.capabilities.costTier)
        case .synthesizer(let it): Self.facts(it, it.capabilities.isOffline, it.capabilities.costTier)
        }
    }

    private static func facts<Made, Capabilities>(
        _ it: PartDescriptor<Made, Capabilities>, _ isOffline: Bool, _ cost: ProviderCapabilities.CostTier
    ) -> Facts {
        Facts(
            name: it.name, title: it.title, summary: it.summary, keyVariables: it.keyVariables,
            keyIsOptional: it.keyIsOptional, models: it.models,
            voices: it.voices, options: it.options, isOffline: isOffline, costTier: cost)
    }

    /// Name of the type.
    public var name: String { facts.name }

    /// Whether the configuration is one that it takes: makes one and drops it. Throws naming the option and the fix.
    public func check(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        switch self {
        case .agent(let it): _ = try it.make(configuration)
        case .recognizer(let it): _ = try it.make(configuration)
        case .model(let it): _ = try it.make(configuration)
        case .synthesizer(let it): _ = try it.make(configuration)
        }
    }
}
