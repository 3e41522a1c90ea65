import Core
import ProviderKit

/// The type `ollama`: the compatible endpoint, or Ollama's own where an option needs it.
enum Ollama {
    private static let model = "llama3.2"
    private static let capabilities = ModelCapabilities(contextTokens: 4096, costTier: .free, isOffline: true)

    static let descriptor = ModelDescriptor(
        name: "ollama", title: "Ollama", summary: "Models on this machine or network, served by Ollama",
        models: [model],
        options: OpenAIChat.options.filter { !["tool_choice", "user"].contains($0.name) } + [
            ProviderOption("num_ctx", "tokens of context; uses Ollama's own API", default: "the server's, 4096"),
            ProviderOption("keep_alive", "how long the model stays loaded, as 30m; uses Ollama's own API"),
        ],
        capabilities: capabilities,
        make: { (configuration) throws(ConfigurationError) in
            let reader = OptionReader(configuration)
            guard reader.raw("num_ctx") != nil || reader.raw("keep_alive") != nil else {
                var plain = configuration
                let members = (configuration.options.members ?? []).filter { $0.value != .null }
                if configuration.options.members != nil { plain.options = .object(members) }
                return try OpenAIChat.make(
                    plain, address: "http://localhost:11434/v1", defaultModel: model, keyVariables: [],
                    ChatQuirks(lacks: ["tool_choice", "user"]), capabilities)
            }
            return try native(configuration, reader)
        })

    private static func native(
        _ configuration: ProviderConfiguration, _ reader: OptionReader
    ) throws(ConfigurationError) -> any LanguageModel {
        var options = try ModelOptions(
            configuration, known: OllamaOptions.names, without: ["tool_choice", "parallel_tool_calls"],
            defaultModel: model, keyVariables: [])
        var base = configuration.baseURL
        // The same base URL serves both endpoints.
        if base?.path.hasSuffix("/v1") == true { base?.path.removeLast(3) }
        if base?.path.isEmpty == true { base?.path = "/" }
        options.url = try ModelOptions.address("http://localhost:11434", "/api/chat", base: base)
        let ollama = try OllamaOptions(reader)
        let made = ModelCapabilities(contextTokens: ollama.context ?? 4096, costTier: .free, isOffline: true)
        return StreamedModel(OllamaDialect(options, ollama), made) { request in
            SpokenFilter(
                thoughts: ollama.thoughts, tools: ollama.textCalls ? Set((request?.tools ?? []).map(\.name)) : [])
        }
    }
}

/// What Ollama's own API is set to, beyond what all models have.
struct OllamaOptions: Sendable {
    static let names = [
        "num_ctx", "keep_alive", "seed", "presence_penalty", "frequency_penalty", "thoughts", "text_calls",
    ]

    var context: Int?
    var keepAlive: String?
    var fields: [JSONValue.Member] = []
    var thoughts: SpokenFilter.Thoughts
    var textCalls: Bool

    /// Reads the options.
    init(_ reader: OptionReader) throws(ConfigurationError) {
        context = try reader.int("num_ctx", 256...10_000_000)
        keepAlive = try reader.text("keep_alive")
        if let seed = try reader.int("seed", 0...Int(Int32.max)) { fields.append(.init("seed", .int(Int64(seed)))) }
        for name in ["presence_penalty", "frequency_penalty"] {
            if let value = try reader.number(name, -2...2) { fields.append(.init(name, .double(value))) }
        }
        let kinds = SpokenFilter.Thoughts.allCases.map(\.rawValue)
        thoughts = try reader.text("thoughts", oneOf: kinds).flatMap { SpokenFilter.Thoughts(rawValue: $0) } ?? .hide
        textCalls = try reader.flag("text_calls") ?? true
    }
}
