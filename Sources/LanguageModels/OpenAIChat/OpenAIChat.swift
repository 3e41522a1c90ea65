import Core
import ProviderKit

/// The type `openai-chat`, and how any Chat Completions model is made.
enum OpenAIChat {
    static let defaultModel = "gpt-4o-mini"

    static let quirks = ChatQuirks(
        promptRole: "developer", limitField: "max_completion_tokens", refusesObfuscation: true, refusesStorage: true,
        mayLeak: false)

    static let descriptor = ModelDescriptor(
        name: "openai-chat", title: "OpenAI Chat Completions",
        summary: "Language models of OpenAI over the Chat Completions API", keyVariables: ["OPENAI_API_KEY"],
        models: [defaultModel], options: options, capabilities: ModelCapabilities(),
        make: { (configuration) throws(ConfigurationError) in
            try make(
                configuration, address: "https://api.openai.com/v1", defaultModel: defaultModel,
                keyVariables: ["OPENAI_API_KEY"], quirks, ModelCapabilities())
        })

    /// A model over Chat Completions at `address`, or at the base URL.
    static func make(
        _ configuration: ProviderConfiguration, address: String, defaultModel: String?, keyVariables: [String],
        _ quirks: ChatQuirks, _ capabilities: ModelCapabilities
    ) throws(ConfigurationError) -> any LanguageModel {
        var options = try ModelOptions(
            configuration, known: ChatOptions.names, defaultModel: defaultModel, keyVariables: keyVariables)
        options.url = try ModelOptions.address(address, "/chat/completions", base: configuration.baseURL)
        let chat = try ChatOptions(configuration, quirks)
        return StreamedModel(ChatDialect(options, chat, quirks), capabilities) { request in
            let tools = chat.textCalls ? Set((request?.tools ?? []).map(\.name)) : []
            return SpokenFilter(thoughts: chat.thoughts, tools: tools)
        }
    }

    /// Headers of the options `organization` and `project`.
    static func accountHeaders(_ reader: OptionReader) throws(ConfigurationError) -> [HeaderField] {
        var headers: [HeaderField] = []
        for (name, header) in [("organization", "OpenAI-Organization"), ("project", "OpenAI-Project")] {
            guard let value = try reader.text(name) else { continue }
            guard !value.isEmpty, value.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
                throw reader.fault(name, "has characters that no header takes", "write plain ASCII without spaces")
            }
            headers.append(HeaderField(header, value))
        }
        return headers
    }

    static let options =
        ModelOptions.listed + [
            ProviderOption("seed", "seed of the sampling"),
            ProviderOption("presence_penalty", "-2 to 2"),
            ProviderOption("frequency_penalty", "-2 to 2"),
            ProviderOption("verbosity", "low, medium or high"),
            ProviderOption("service_tier", "tier of the service, in the vendor's words"),
            ProviderOption("prompt_cache_key", "key under which the vendor caches the prompt"),
            ProviderOption("user", "name of the end user for the vendor"),
            ProviderOption("store", "whether the vendor keeps the answer"),
            ProviderOption("thoughts", "thoughts inside the text: hide, speak or implicit"),
            ProviderOption("text_calls", "whether tool calls that the model writes as text are made"),
            ProviderOption("max_tokens_field", "max_tokens or max_completion_tokens"),
            ProviderOption("prompt_role", "role of the prompt: developer, system or user"),
            ProviderOption("organization", "value of the header OpenAI-Organization"),
            ProviderOption("project", "value of the header OpenAI-Project"),
        ]
}

extension ModelOptions {
    /// The options of all language models, for the list and the docs.
    static let listed = [
        ProviderOption("temperature", "0 to 2"),
        ProviderOption("top_p", "0 to 1"),
        ProviderOption("max_tokens", "longest answer in tokens"),
        ProviderOption("stop", "text or list of texts that end the answer"),
        ProviderOption("tool_choice", "auto, none, required, or the name of a tool"),
        ProviderOption("parallel_tool_calls", "whether one answer may make several calls"),
        ProviderOption("reasoning_effort", "none, minimal, low, medium, high …, as the model takes it"),
        ProviderOption("headers", "map of headers to send, instead of ours where the name is the same"),
        ProviderOption("body", "map of fields for the request, instead of ours; null removes one"),
        ProviderOption("prices", "US dollars for a million tokens: input, cached, output"),
        ProviderOption("timeout", "seconds until the answer must begin", default: "30"),
        ProviderOption("stall", "longest silence inside an answer, in seconds", default: "20"),
        ProviderOption("longest_answer", "bytes of text that one answer may have", default: "262144"),
        ProviderOption("longest_wait", "longest wait after a rate limit, in seconds", default: "10"),
        ProviderOption("rate_retries", "how often to ask again after a rate limit", default: "2"),
    ]
}
