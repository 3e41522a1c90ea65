import Core
import ProviderKit

/// The provider type `azure-voice-live`: Azure's voice agents over the older Realtime dialect (wire reference 5.4).
enum AzureVoiceLive {
    static let descriptor = ProviderDescriptor(
        name: "azure-voice-live", title: "Azure Voice Live",
        summary: "Voice agents of Azure AI: OpenAI and other models with Azure's hearing and voices",
        keyVariables: [dialect.account.keyVariable, "AZURE_VOICELIVE_TOKEN"], models: [dialect.defaultModel],
        voices: [dialect.defaultVoice] + AzureVoiceLiveSession.openAIVoices, options: options,
        capabilities: ProviderCapabilities(
            inputRate: dialect.rate, outputRate: dialect.rate, canSpeakText: true, sessionLimit: dialect.longest,
            costTier: .high, encodings: OpenAIRealtimeEncoding.allCases.map(\.rawValue)),
        make: { (configuration) throws(ConfigurationError) in
            OpenAIRealtimeProvider(try OpenAIRealtimeOptions(configuration, dialect))
        })

    static let dialect = OpenAIRealtimeDialect(
        account: .init(
            keyVariable: "AZURE_VOICELIVE_API_KEY", keys: "Azure portal, the resource's Keys and Endpoint",
            billing: "Azure portal, Cost Management"),
        options: options, defaultModel: "gpt-realtime-2.1", defaultVoice: "en-US-AvaNeural",
        defaultTranscription: "azure-speech", longest: .seconds(1800), detector: AzureVoiceLiveSession.detector,
        noiseReductions: ["azure_deep_noise_suppression", "near_field", "far_field", "none"], agentTextKind: "text",
        audioDelta: "response.audio.delta", session: AzureVoiceLiveSession.json,
        answerHeaders: ["apim-request-id", "x-ms-region"], complete: AzureVoiceLiveSession.readOptions)

    private static let options =
        AzureAddress.options + [
            ProviderOption("api_version", "version of the service", default: "2026-07-15"),
            ProviderOption("agent_name", "agent of an Azure AI project instead of a model"),
            ProviderOption("agent_project", "project of the agent"),
            ProviderOption("agent_version", "version of the agent"),
            ProviderOption(
                "voice_type", "openai, azure-standard, azure-custom, azure-personal or azure-realtime-native",
                default: "by the voice's name"),
            ProviderOption("voice_options", "map of further fields of the voice: style, rate, temperature …"),
            ProviderOption(
                "transcription", "model that writes down what the user says, or none", default: "azure-speech"),
            ProviderOption("transcription_language", "language to expect", default: "the agent's language"),
            ProviderOption("transcription_keywords", "list of words to expect"),
            ProviderOption(
                "turn_detection",
                "azure_semantic_vad, azure_semantic_vad_en, azure_semantic_vad_multilingual, server_vad, none, or a map",
                default: "azure_semantic_vad"),
            ProviderOption(
                "noise_reduction", "azure_deep_noise_suppression, near_field, far_field or none", default: "none"),
            ProviderOption("echo_cancellation", "whether the vendor cancels echo", default: "false"),
            ProviderOption("encoding", "audio on the wire: pcm16, or mulaw or alaw at 8 kHz", default: "pcm16"),
            ProviderOption("rate", "rate of pcm16: 8000, 16000 or 24000", default: "24000"),
            ProviderOption("temperature", "0 to 1", default: "0.7"),
            ProviderOption("reasoning", "none, minimal, low, medium, high or xhigh, for reasoning models"),
            ProviderOption("parallel_tool_calls", "whether several tools may be called at once"),
            ProviderOption("max_output_tokens", "longest response, 1 to 4096 or inf", default: "inf"),
            ProviderOption("tool_choice", "auto, none, required, or the name of a tool", default: "auto"),
            ProviderOption("prices", "US dollars for a million tokens: text_in, text_cached, text_out, audio_in …"),
        ]
}
