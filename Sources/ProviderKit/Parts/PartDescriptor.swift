import Core

/// A type of pipeline part: one line in the list of its kind.
public struct PartDescriptor<Made, Capabilities: Sendable>: Sendable {
    /// Name of the type: `deepgram-listen`.
    public var name: String
    /// Name for people.
    public var title: String
    /// One line.
    public var summary: String
    /// Environment variables that may hold the key, best first; empty when none is needed.
    public var keyVariables: [String]
    /// Whether it may be used without a key (a server of one's own).
    public var keyIsOptional: Bool
    /// Models and voices that are known; others may be used.
    public var models: [String]
    public var voices: [String]
    public var options: [ProviderOption]
    /// Capabilities with default options.
    public var capabilities: Capabilities
    /// Makes a part; throws a `ConfigurationError` that names the option and the fix.
    public var make: @Sendable (ProviderConfiguration) throws(ConfigurationError) -> Made

    /// A type of part.
    public init(
        name: String, title: String, summary: String, keyVariables: [String] = [], keyIsOptional: Bool = false,
        models: [String] = [],
        voices: [String] = [], options: [ProviderOption] = [], capabilities: Capabilities,
        make: @escaping @Sendable (ProviderConfiguration) throws(ConfigurationError) -> Made
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.keyVariables = keyVariables
        self.keyIsOptional = keyIsOptional
        self.models = models
        self.voices = voices
        self.options = options
        self.capabilities = capabilities
        self.make = make
    }
}

/// A type of recogniser.
public typealias RecognizerDescriptor = PartDescriptor<any Recognizer, RecognizerCapabilities>
/// A type of language model.
public typealias ModelDescriptor = PartDescriptor<any LanguageModel, ModelCapabilities>
/// A type of synthesiser.
public typealias SynthesizerDescriptor = PartDescriptor<any Synthesizer, SynthesizerCapabilities>
