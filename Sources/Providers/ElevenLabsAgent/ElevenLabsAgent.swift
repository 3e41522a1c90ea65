import Core
import ProviderKit

/// The provider type `elevenlabs-agent`.
enum ElevenLabsAgent {
    static let descriptor = ProviderDescriptor(
        name: "elevenlabs-agent", title: "ElevenLabs Agents",
        summary: "An agent made at ElevenLabs, public or private, over its conversation WebSocket",
        keyVariables: ["ELEVENLABS_API_KEY"], options: options, capabilities: capabilities(),
        make: { (configuration) throws(ConfigurationError) in
            ElevenLabsAgentProvider(try ElevenLabsAgentOptions(configuration))
        })

    /// What the vendor can do (wire reference 4). The formats on the wire are the agent's own.
    static func capabilities(longest: Duration? = nil) -> ProviderCapabilities {
        ProviderCapabilities(
            inputRate: ElevenLabsAgentProvider.inputRate, outputRate: ElevenLabsAgentProvider.outputRate,
            sessionLimit: longest, costTier: .high, encodings: ["pcm16", "mulaw"])
    }

    private static let options = [
        ProviderOption("agent_id", "id of the agent (needed)"),
        ProviderOption("access", "signed, public, or auto: signed when there is a key", default: "auto"),
        ProviderOption(
            "overrides", "what of the agent's settings is replaced: auto, none, or a list of prompt, first_message, …",
            default: "auto"),
        ProviderOption("language", "language that replaces the agent's"),
        ProviderOption("llm", "language model that replaces the agent's"),
        ProviderOption("tts", "stability, speed and similarity_boost that replace the agent's (a map)"),
        ProviderOption("keywords", "words that the recogniser shall expect"),
        ProviderOption("dynamic_variables", "values of the agent's variables (a map)"),
        ProviderOption("custom_llm_extra_body", "what goes to the agent's own language model (a map)"),
        ProviderOption("user_id", "who speaks, as the vendor shall note it"),
        ProviderOption("client_events", "events that are asked for beside those that are needed"),
        ProviderOption("environment", "environment of the agent"),
        ProviderOption("branch_id", "branch of the agent"),
        ProviderOption("approve_mcp", "whether MCP calls that ask for it are approved", default: "false"),
        ProviderOption("max_duration", "longest conversation in seconds, as it is set at the agent"),
        ProviderOption("prices", "US dollars: minute (of conversation)"),
    ]
}
