import Core
import ProviderKit

/// The provider type `openai-realtime`.
enum OpenAIRealtime {
    static let descriptor = ProviderDescriptor(
        name: "openai-realtime", title: "OpenAI Realtime",
        summary: "Speech-to-speech agent of OpenAI (GA Realtime API)",
        keyVariables: [dialect.account.keyVariable],
        models: [dialect.defaultModel, "gpt-realtime-2.1-mini", "gpt-realtime-2", "gpt-realtime-1.5", "gpt-realtime"],
        voices: ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"],
        options: dialect.options,
        capabilities: ProviderCapabilities(
            inputRate: dialect.rate, outputRate: dialect.rate, canSpeakText: true, sessionLimit: dialect.longest,
            costTier: .high, encodings: OpenAIRealtimeEncoding.allCases.map(\.rawValue)),
        make: { (configuration) throws(ConfigurationError) in
            OpenAIRealtimeProvider(try OpenAIRealtimeOptions(configuration, dialect))
        })

    /// OpenAI's own service (wire reference 1A).
    static let dialect = OpenAIRealtimeDialect(
        account: .init(
            keyVariable: "OPENAI_API_KEY", keys: "platform.openai.com, API keys",
            billing: "platform.openai.com, Billing"),
        options: options, defaultModel: "gpt-realtime-2.1", defaultVoice: "marin",
        defaultTranscription: "gpt-realtime-whisper", longest: .seconds(3600), sessionType: "realtime",
        prices: OpenAIRealtimePrices.known, session: OpenAIRealtimeSession.nested,
        answerHeaders: [
            "openai-processing-ms", "openai-version", "x-ratelimit-remaining-requests",
            "x-ratelimit-reset-requests",
        ],
        complete: { (options, reader, configuration) throws(ConfigurationError) in
            // A base URL replaces scheme, host and port of wss://api.openai.com/v1/realtime?model=… (1A.1).
            options.endpoint = try OpenAIRealtimeOptions.address(
                "wss://api.openai.com/v1/realtime", query: [("model", options.model)], base: configuration.baseURL)
            options.headers = OpenAIRealtimeDialect.bearer(options.key)
            try OpenAIRealtimeOptions.addOwner(reader, to: &options.headers)
        })

    private static let options =
        shared + [
            ProviderOption("prices", "US dollars for a million tokens: text_in, text_cached, text_out, audio_in …"),
            ProviderOption("organization", "value of the header OpenAI-Organization"),
            ProviderOption("project", "value of the header OpenAI-Project"),
        ]

    /// Options of the GA session object, whoever serves it.
    static let shared = [
        ProviderOption(
            "transcription", "model that writes down what the user says, or none", default: "gpt-realtime-whisper"),
        ProviderOption("transcription_language", "ISO 639-1 language of the user", default: "the agent's language"),
        ProviderOption("transcription_prompt", "words to expect"),
        ProviderOption("transcription_keywords", "list of words to expect, for models that take one"),
        ProviderOption("transcription_delay", "minimal, low, medium, high or xhigh, for gpt-realtime-whisper"),
        ProviderOption(
            "turn_detection", "server_vad, semantic_vad, none, or a map with type and its fields", default: "server_vad"
        ),
        ProviderOption("noise_reduction", "near_field, far_field or none", default: "none"),
        ProviderOption("speed", "speed of the voice, 0.25 to 1.5", default: "1"),
        ProviderOption("encoding", "audio on the wire: pcm16, or mulaw or alaw at 8 kHz", default: "pcm16"),
        ProviderOption("reasoning", "minimal, low, medium, high or xhigh, for gpt-realtime-2 and later"),
        ProviderOption("parallel_tool_calls", "whether several tools may be called at once, for reasoning models"),
        ProviderOption("max_output_tokens", "longest response, 1 to 4096 or inf", default: "inf"),
        ProviderOption("truncation", "auto, disabled, or the share of the context to keep (0 to 1)", default: "auto"),
        ProviderOption("tool_choice", "auto, none, required, or the name of a tool", default: "auto"),
    ]
}
