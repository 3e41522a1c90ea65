import Core
import ProviderKit

/// The type `openai-responses`.
enum OpenAIResponses {
    static let descriptor = ModelDescriptor(
        name: "openai-responses", title: "OpenAI Responses",
        summary: "Language models of OpenAI over the Responses API", keyVariables: ["OPENAI_API_KEY"],
        models: [OpenAIChat.defaultModel],
        options: ModelOptions.listed.filter { $0.name != "stop" } + [
            ProviderOption("store", "whether the vendor keeps the answers", default: "false"),
            ProviderOption("verbosity", "low, medium or high"),
            ProviderOption("service_tier", "tier of the service, in the vendor's words"),
            ProviderOption("prompt_cache_key", "key under which the vendor caches the prompt"),
            ProviderOption("organization", "value of the header OpenAI-Organization"),
            ProviderOption("project", "value of the header OpenAI-Project"),
        ],
        capabilities: ModelCapabilities(),
        make: { (configuration) throws(ConfigurationError) in
            var options = try ModelOptions(
                configuration, known: ResponsesOptions.names, without: ["stop"], defaultModel: OpenAIChat.defaultModel,
                keyVariables: ["OPENAI_API_KEY"])
            options.url = try ModelOptions.address(
                "https://api.openai.com/v1", "/responses", base: configuration.baseURL)
            return StreamedModel(
                ResponsesDialect(options, try ResponsesOptions(configuration)), ModelCapabilities())
        })
}

/// What a Responses model is set to, beyond what all models have.
struct ResponsesOptions: Sendable {
    static let names = ["store", "verbosity", "service_tier", "prompt_cache_key", "organization", "project"]

    var store: Bool
    var verbosity: String?
    var serviceTier: String?
    var cacheKey: String?
    var headers: [HeaderField] = []

    /// Reads a configuration.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        store = try reader.flag("store") ?? false
        verbosity = try reader.text("verbosity", oneOf: ["low", "medium", "high"])
        serviceTier = try reader.text("service_tier")
        cacheKey = try reader.text("prompt_cache_key")
        headers = try OpenAIChat.accountHeaders(reader)
    }
}
