import Core

/// One option of a provider as the configuration, `providers` and the docs show it.
public struct ProviderOption: Sendable, Equatable {
    /// Name in the configuration.
    public var name: String
    /// One line.
    public var summary: String
    /// Default in words or as value; nil when none.
    public var defaultValue: String?

    /// One option.
    public init(_ name: String, _ summary: String, default defaultValue: String? = nil) {
        self.name = name
        self.summary = summary
        self.defaultValue = defaultValue
    }
}

/// What a provider is configured with, as it stands in the configuration.
public struct ProviderConfiguration: Sendable, Equatable {
    /// Name under which the user knows it.
    public var name: String
    /// Model, in the vendor's words.
    public var model: String?
    /// Voice, in the vendor's words.
    public var voice: String?
    /// Replaces scheme, host and port of the vendor's address.
    public var baseURL: URLParts?
    /// The API key.
    public var key: Secret?
    /// The remaining options.
    public var options: JSONValue

    /// A provider's configuration.
    public init(
        name: String, model: String? = nil, voice: String? = nil, baseURL: URLParts? = nil, key: Secret? = nil,
        options: JSONValue = .object([])
    ) {
        self.name = name
        self.model = model
        self.voice = voice
        self.baseURL = baseURL
        self.key = key
        self.options = options
    }
}

/// A provider type: one line in the list of `Providers`.
public struct ProviderDescriptor: Sendable {
    /// Name of the type: `openai-realtime`.
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
    public var capabilities: ProviderCapabilities
    /// Makes a provider; throws a `ConfigurationError` that names the option and the fix.
    public var make: @Sendable (ProviderConfiguration) throws(ConfigurationError) -> any Provider

    /// A provider type.
    public init(
        name: String, title: String, summary: String, keyVariables: [String] = [], keyIsOptional: Bool = false,
        models: [String] = [],
        voices: [String] = [], options: [ProviderOption] = [], capabilities: ProviderCapabilities,
        make: @escaping @Sendable (ProviderConfiguration) throws(ConfigurationError) -> any Provider
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
