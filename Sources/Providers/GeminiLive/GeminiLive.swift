import Core
import ProviderKit

/// The provider type `gemini-live`.
enum GeminiLive {
    static let descriptor = ProviderDescriptor(
        name: "gemini-live", title: "Google Gemini Live",
        summary: "Speech-to-speech agent of Google (Gemini API, by key)",
        keyVariables: GeminiDialect.geminiAPI.keyVariables,
        models: [
            "gemini-3.8-live", "gemini-3.8-live-extended-thinking", "gemini-3.1-flash-live-preview",
            "gemini-2.5-flash-native-audio-preview-12-2025",
        ],
        voices: voices, options: options, capabilities: GeminiLiveProvider.capabilities(),
        make: { (configuration) throws(ConfigurationError) in
            GeminiLiveProvider(try GeminiLiveOptions(configuration, vertex: false))
        })

    static let voices = [
        "Achernar", "Achird", "Algenib", "Algieba", "Alnilam", "Aoede", "Autonoe", "Callirrhoe", "Charon", "Despina",
        "Enceladus", "Erinome", "Fenrir", "Gacrux", "Iapetus", "Kore", "Laomedeia", "Leda", "Orus", "Pulcherrima",
        "Puck", "Rasalgethi", "Sadachbia", "Sadaltager", "Schedar", "Sulafat", "Umbriel", "Vindemiatrix", "Zephyr",
        "Zubenelgenubi",
    ]

    static let options = [
        ProviderOption("language", "BCP 47 language of the voice", default: "the model's choice"),
        ProviderOption("temperature", "0 to 2"),
        ProviderOption("top_p", "0 to 1"),
        ProviderOption("top_k", "1 to 1000"),
        ProviderOption("max_output_tokens", "longest response"),
        ProviderOption("seed", "whole number for repeatable answers"),
        ProviderOption("media_resolution", "low, medium or high"),
        ProviderOption("thinking_level", "minimal, low, medium or high", default: "low with extended thinking"),
        ProviderOption("thinking_budget", "tokens for thinking, -1 for the model's choice"),
        ProviderOption("include_thoughts", "true: thoughts are sent too (never shown)"),
        ProviderOption("affective_dialog", "true: the voice takes up the user's mood (2.5 models)"),
        ProviderOption("proactive_audio", "true: the model may keep silent (2.5 models)"),
        ProviderOption("translation", "map with target_language and echo_target_language"),
        ProviderOption(
            "input_transcription",
            "true, false, or a map: language_codes, custom_vocabulary, word_timestamp, diarization, mode",
            default: "true"),
        ProviderOption("output_transcription", "the same for what the agent says", default: "true"),
        ProviderOption(
            "turn_detection",
            "automatic, manual, or a map: mode, start_sensitivity, end_sensitivity, prefix_padding_ms, silence_duration_ms",
            default: "automatic"),
        ProviderOption("activity_handling", "interrupts or no_interruption", default: "interrupts"),
        ProviderOption("turn_coverage", "only_activity, all_input or audio_activity_and_all_video"),
        ProviderOption("session_resumption", "false: no handles, each connection is told the history", default: "true"),
        ProviderOption(
            "compression", "true, false, or a map: trigger_tokens, target_tokens", default: "true"),
        ProviderOption(
            "tool_behavior", "blocking, non_blocking or default (the model's)", default: "blocking with 3.8"),
        ProviderOption("tool_scheduling", "silent, when_idle or interrupt (results of tools that do not block)"),
        ProviderOption("google_search", "true: the model may search", default: "false"),
        ProviderOption("safety_settings", "list of maps with category and threshold"),
        ProviderOption("api_version", "version in the address", default: "v1beta; v1alpha where an option needs it"),
        ProviderOption("prices", "US dollars for a million tokens: text_in, audio_in, image_in, cached, text_out …"),
    ]
}
