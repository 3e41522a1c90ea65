import Core
import ProviderKit

/// The type `gemini`.
enum Gemini {
    static let defaultModel = "gemini-3.5-flash"

    static let descriptor = ModelDescriptor(
        name: "gemini", title: "Google Gemini", summary: "Gemini models over the Gemini API",
        keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], models: [defaultModel],
        options: ModelOptions.listed.filter { $0.name != "parallel_tool_calls" } + [
            ProviderOption("thinking_budget", "tokens to think with: 0 off, -1 the model decides"),
            ProviderOption("top_k", "sample from so many of the likeliest tokens"),
            ProviderOption("seed", "seed of the sampling"),
            ProviderOption("presence_penalty", "-2 to 2"),
            ProviderOption("frequency_penalty", "-2 to 2"),
            ProviderOption("safety_settings", "list of category and threshold, as the vendor takes it"),
        ],
        capabilities: ModelCapabilities(),
        make: { (configuration) throws(ConfigurationError) in
            var options = try ModelOptions(
                configuration, known: GeminiOptions.names, without: ["parallel_tool_calls"],
                defaultModel: defaultModel, keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"])
            let model = options.model.hasPrefix("models/") ? String(options.model.dropFirst(7)) : options.model
            let isPlain = model.utf8.allSatisfy { byte in
                !"/?#%:".utf8.contains(byte) && (0x21..<0x7F).contains(byte)
            }
            guard isPlain else {
                throw OptionReader(configuration).fault("model", "\"\(model)\" is no model's name", "write it plain")
            }
            options.url = try ModelOptions.address(
                "https://generativelanguage.googleapis.com/v1beta", "/models/\(model):streamGenerateContent",
                base: configuration.baseURL)
            options.url.addQuery("alt", "sse")
            return StreamedModel(GeminiDialect(options, try GeminiOptions(configuration)), ModelCapabilities())
        })
}

/// What a Gemini model is set to, beyond what all models have.
struct GeminiOptions: Sendable {
    static let names = [
        "thinking_budget", "top_k", "seed", "presence_penalty", "frequency_penalty", "safety_settings",
    ]

    var thinkingBudget: Int?
    var topK: Int?
    var seed: Int?
    var presencePenalty: Double?
    var frequencyPenalty: Double?
    var safety: JSONValue?

    /// Reads a configuration.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        thinkingBudget = try reader.int("thinking_budget", -1...1_000_000)
        topK = try reader.int("top_k", 1...100_000)
        seed = try reader.int("seed", 0...Int(Int32.max))
        presencePenalty = try reader.number("presence_penalty", -2...2)
        frequencyPenalty = try reader.number("frequency_penalty", -2...2)
        let settings = try reader.list("safety_settings").map(\.value)
        safety = settings.isEmpty ? nil : .array(settings)
    }
}
