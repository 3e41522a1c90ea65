import Core
import ProviderKit

/// Servers that speak Chat Completions, as a table: a row is a type of its own (wire reference 5.5).
enum OpenAICompatible {
    /// One server.
    struct Preset: Sendable {
        var name: String
        var title: String
        var summary: String
        /// Address up to the path's version; nil when there is none that could be assumed.
        var address: String?
        var keyVariables: [String] = []
        /// Used when the configuration names no model; nil where it must.
        var defaultModel: String?
        var models: [String] = []
        var contextTokens: Int?
        var costTier = ProviderCapabilities.CostTier.medium
        var isOffline = false
        var quirks = ChatQuirks()
    }

    static let descriptors = presets.map(descriptor)

    static let presets: [Preset] = [
        Preset(
            name: "openai-compatible", title: "OpenAI-compatible server",
            summary: "Any server with a Chat Completions endpoint; base_url says where"),
        Preset(
            name: "nvidia-nim", title: "NVIDIA NIM", summary: "Models hosted by NVIDIA, or a NIM container",
            address: "https://integrate.api.nvidia.com/v1", keyVariables: ["NVIDIA_API_KEY"],
            defaultModel: "meta/llama-3.1-8b-instruct", models: ["meta/llama-3.1-8b-instruct"], costTier: .low),
        Preset(
            name: "huggingface", title: "Hugging Face router",
            summary: "Models of many hosts behind Hugging Face's router", address: "https://router.huggingface.co/v1",
            keyVariables: ["HF_TOKEN"], costTier: .low),
        Preset(
            name: "groq", title: "Groq", summary: "Open models on Groq's hardware",
            address: "https://api.groq.com/openai/v1", keyVariables: ["GROQ_API_KEY"],
            defaultModel: "llama-3.3-70b-versatile", models: ["llama-3.3-70b-versatile"], costTier: .low,
            quirks: ChatQuirks(leastTemperature: 1e-8)),
        Preset(
            name: "openrouter", title: "OpenRouter", summary: "Models of many vendors behind one account",
            address: "https://openrouter.ai/api/v1", keyVariables: ["OPENROUTER_API_KEY"]),
        Preset(
            name: "ollama", title: "Ollama", summary: "Models on this machine or network, served by Ollama",
            address: "http://localhost:11434/v1", defaultModel: "llama3.2", models: ["llama3.2"], contextTokens: 4096,
            costTier: .free, isOffline: true, quirks: ChatQuirks(lacks: ["tool_choice", "user"])),
        Preset(
            name: "vllm", title: "vLLM", summary: "A model served by vLLM", address: "http://localhost:8000/v1",
            costTier: .free, isOffline: true),
        Preset(
            name: "llamacpp", title: "llama.cpp server", summary: "A model served by llama.cpp",
            address: "http://127.0.0.1:8080/v1", defaultModel: "default", costTier: .free, isOffline: true),
    ]

    private static func descriptor(_ preset: Preset) -> ModelDescriptor {
        let capabilities = ModelCapabilities(
            contextTokens: preset.contextTokens, costTier: preset.costTier, isOffline: preset.isOffline)
        return ModelDescriptor(
            name: preset.name, title: preset.title, summary: preset.summary, keyVariables: preset.keyVariables,
            models: preset.models, options: OpenAIChat.options, capabilities: capabilities,
            make: { (configuration) throws(ConfigurationError) in
                guard let address = preset.address ?? configuration.baseURL.map({ _ in "http://localhost/v1" }) else {
                    throw ConfigurationError(
                        place: "provider \"\(configuration.name)\"", cause: "the server's address is not given",
                        fix: "write base_url: http://HOST:PORT/v1")
                }
                return try OpenAIChat.make(
                    configuration, address: address, defaultModel: preset.defaultModel,
                    keyVariables: preset.keyVariables, preset.quirks, capabilities)
            })
    }
}
