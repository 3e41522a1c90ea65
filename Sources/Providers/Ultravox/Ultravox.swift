import Core
import ProviderKit

/// The provider type `ultravox`.
enum Ultravox {
    static let descriptor = ProviderDescriptor(
        name: "ultravox", title: "Ultravox Realtime",
        summary: "Speech-to-speech agent of Ultravox (call by REST, audio by WebSocket)",
        keyVariables: ["ULTRAVOX_API_KEY"],
        models: [
            "ultravox-v0.7", "fixie-ai/ultravox", "fixie-ai/ultravox-llama3.3-70b",
            "fixie-ai/ultravox-gemma3-27b-preview", "fixie-ai/ultravox-qwen3-32b-preview",
        ],
        voices: ["Mark", "Jessica"], options: options,
        capabilities: UltravoxProvider.capabilities(inputRate: 16000, outputRate: 24000, limit: .seconds(1800)),
        make: { (configuration) throws(ConfigurationError) in
            UltravoxProvider(try UltravoxOptions(configuration))
        })

    private static let options = [
        ProviderOption("agent_id", "an agent kept at the vendor: its prompt, voice, model and tools count"),
        ProviderOption("template_context", "map of the values that the vendor's agent puts into its prompt"),
        ProviderOption("temperature", "0 to 1"),
        ProviderOption("language_hint", "BCP 47 language", default: "the agent's language"),
        ProviderOption("max_duration", "longest call in seconds", default: "1800"),
        ProviderOption("join_timeout", "seconds until the vendor gives the call up when nobody joins"),
        ProviderOption("time_exceeded_message", "what the agent says when the longest duration is reached"),
        ProviderOption("inactivity_messages", "list of maps with duration (seconds) and message"),
        ProviderOption(
            "vad",
            "map: turn_endpoint_delay, minimum_turn_duration, minimum_interruption_duration (seconds), frame_activation_threshold"
        ),
        ProviderOption("recording", "true: the vendor records too", default: "false"),
        ProviderOption("metadata", "map of texts kept with the call"),
        ProviderOption("input_rate", "samples per second sent: 8000, 16000, 24000 or 48000", default: "16000"),
        ProviderOption("output_rate", "samples per second asked for", default: "24000"),
        ProviderOption("client_buffer_ms", "how far ahead the vendor may send audio", default: "5000"),
        ProviderOption("agent_reaction", "after a tool: speaks, listens or speaks-once"),
        ProviderOption("price_per_minute", "US dollars a minute of a call"),
    ]
}
