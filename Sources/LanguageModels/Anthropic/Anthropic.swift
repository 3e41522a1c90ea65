import Core
import ProviderKit

/// The type `anthropic`.
enum Anthropic {
    static let defaultModel = "claude-haiku-4-5"

    static let descriptor = ModelDescriptor(
        name: "anthropic", title: "Anthropic Messages", summary: "Claude models over Anthropic's Messages API",
        keyVariables: ["ANTHROPIC_API_KEY"],
        models: ["claude-haiku-4-5", "claude-sonnet-5", "claude-opus-5", "claude-fable-5", "claude-opus-4-8"],
        options: ModelOptions.listed + [
            ProviderOption("top_k", "sample from so many of the likeliest tokens"),
            ProviderOption("thinking", "off, adaptive, or tokens to think with (1024 or more)", default: "vendor's"),
            ProviderOption("cache_prompt", "whether the prompt is cached by the vendor", default: "false"),
            ProviderOption("service_tier", "auto or standard_only"),
            ProviderOption("auth", "header of the key: x-api-key or bearer", default: "x-api-key"),
            ProviderOption("version", "value of the header anthropic-version", default: AnthropicOptions.version),
            ProviderOption("beta", "value of the header anthropic-beta"),
        ],
        capabilities: ModelCapabilities(),
        make: { (configuration) throws(ConfigurationError) in
            var options = try ModelOptions(
                configuration, known: AnthropicOptions.names, defaultModel: defaultModel,
                keyVariables: ["ANTHROPIC_API_KEY"])
            options.url = try ModelOptions.address(
                "https://api.anthropic.com/v1", "/messages", base: configuration.baseURL)
            let anthropic = try AnthropicOptions(configuration)
            return StreamedModel(AnthropicDialect(options, anthropic), ModelCapabilities())
        })
}

/// What an Anthropic model is set to, beyond what all models have.
struct AnthropicOptions: Sendable {
    static let names = ["top_k", "thinking", "cache_prompt", "service_tier", "auth", "version", "beta"]
    /// The documented version; a newer SDK sends a newer one (wire reference 10.1).
    static let version = "2023-06-01"

    var topK: Int?
    var thinking: JSONValue?
    var thinkingBudget: Int?
    var caches: Bool
    var serviceTier: String?
    var usesBearer: Bool
    var version: String
    var beta: String?

    /// Reads a configuration.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        topK = try reader.int("top_k", 1...100_000)
        if reader.raw("thinking")?.int != nil {
            thinkingBudget = try reader.int("thinking", 1024...1_000_000)
            thinking = ["type": "enabled", "budget_tokens": .int(Int64(thinkingBudget ?? 1024))]
        } else if reader.raw("thinking") == .bool(false) {
            thinking = ["type": "disabled"]
        } else if let word = try reader.text("thinking", oneOf: ["off", "adaptive"]) {
            thinking = ["type": word == "off" ? "disabled" : "adaptive"]
        }
        caches = try reader.flag("cache_prompt") ?? false
        serviceTier = try reader.text("service_tier", oneOf: ["auto", "standard_only"])
        usesBearer = try reader.text("auth", oneOf: ["x-api-key", "bearer"]) == "bearer"
        version = try reader.text("version") ?? Self.version
        beta = try reader.text("beta")
        for (name, value) in [("version", version), ("beta", beta ?? "-")] {
            guard !value.isEmpty, value.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
                throw reader.fault(name, "has characters that no header takes", "write plain ASCII without spaces")
            }
        }
    }
}
