import Core
import ProviderKit

/// The provider type `openai-realtime`.
enum OpenAIRealtime {
    static let descriptor = ProviderDescriptor(
        name: "openai-realtime", title: "OpenAI Realtime",
        summary: "Speech-to-speech agent of OpenAI (GA Realtime API)",
        keyVariables: ["OPENAI_API_KEY"],
        models: ["gpt-realtime", "gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2", "gpt-realtime-1.5"],
        voices: ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"],
        options: options,
        capabilities: ProviderCapabilities(
            inputRate: OpenAIRealtimeProvider.rate, outputRate: OpenAIRealtimeProvider.rate, canSpeakText: true,
            sessionLimit: OpenAIRealtimeProvider.longest, costTier: .high),
        make: { (configuration) throws(ConfigurationError) in
            OpenAIRealtimeProvider(try OpenAIRealtimeOptions(configuration))
        })

    private static let options = [
        ProviderOption(
            "transcription", "model that writes down what the user says, or none",
            default: OpenAIRealtimeOptions.defaultTranscription),
        ProviderOption("transcription_language", "ISO 639-1 language of the user", default: "the agent's language"),
        ProviderOption("transcription_prompt", "words to expect"),
        ProviderOption(
            "turn_detection", "server_vad, semantic_vad, none, or a map with type and its fields", default: "server_vad"
        ),
        ProviderOption("noise_reduction", "near_field, far_field or none", default: "none"),
        ProviderOption("speed", "speed of the voice, 0.25 to 1.5", default: "1"),
        ProviderOption("max_output_tokens", "longest response, 1 to 4096 or inf", default: "inf"),
        ProviderOption("truncation", "auto, disabled, or the share of the context to keep (0 to 1)", default: "auto"),
        ProviderOption("tool_choice", "auto, none, required, or the name of a tool", default: "auto"),
        ProviderOption("prices", "US dollars for a million tokens: text_in, text_cached, text_out, audio_in …"),
        ProviderOption("organization", "value of the header OpenAI-Organization"),
        ProviderOption("project", "value of the header OpenAI-Project"),
    ]
}
