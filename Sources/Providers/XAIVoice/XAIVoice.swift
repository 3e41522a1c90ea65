import Core
import ProviderKit

/// The provider type `xai-voice`: the Realtime protocol in the dialect of xAI (wire reference 5.1).
enum XAIVoice {
    static let descriptor = ProviderDescriptor(
        name: "xai-voice", title: "xAI Grok Voice", summary: "Speech-to-speech agent of xAI (Grok Voice Agent API)",
        keyVariables: [dialect.account.keyVariable], models: [dialect.defaultModel, "grok-voice-think-fast-1.0"],
        voices: [dialect.defaultVoice], options: options,
        capabilities: ProviderCapabilities(
            inputRate: dialect.rate, outputRate: dialect.rate, canSpeakText: true, sessionLimit: dialect.longest,
            costTier: .medium, encodings: OpenAIRealtimeEncoding.allCases.map(\.rawValue)),
        make: { (configuration) throws(ConfigurationError) in
            OpenAIRealtimeProvider(try OpenAIRealtimeOptions(configuration, dialect))
        })

    static let dialect = OpenAIRealtimeDialect(
        account: .init(
            keyVariable: "XAI_API_KEY", keys: "console.x.ai, API Keys", billing: "console.x.ai, Billing"),
        options: options, defaultModel: "grok-voice-latest", defaultVoice: "eve",
        defaultTranscription: "grok-transcribe",
        longest: .seconds(1800),
        detector: { (reader) throws(ConfigurationError) in try .init(reader, ["server_vad", "none"]) },
        speed: 0.7...1.5,
        choosesToolsPerResponse: false, perMinute: 0.05, session: XAIVoiceSession.json,
        complete: XAIVoiceSession.readOptions)

    private static let options = [
        ProviderOption(
            "transcription", "model that writes down what the user says, or none", default: "grok-transcribe"),
        ProviderOption("transcription_language", "language to expect", default: "the agent's language"),
        ProviderOption("transcription_keywords", "list of up to 100 words to expect"),
        ProviderOption(
            "turn_detection", "server_vad, none, or a map with type and its fields", default: "server_vad"),
        ProviderOption("speed", "speed of the voice, 0.7 to 1.5", default: "1"),
        ProviderOption("encoding", "audio on the wire: pcm16, or mulaw or alaw at 8 kHz", default: "pcm16"),
        ProviderOption(
            "rate", "rate of pcm16: 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000", default: "24000"),
        ProviderOption("reasoning", "high or none"),
        ProviderOption("server_tools", "tools that the vendor runs: names, or maps with type and fields"),
        ProviderOption("replace", "map of words to the way in which they are to be pronounced"),
        ProviderOption("price_per_minute", "US dollars for a minute of connection", default: "0.05"),
    ]
}
