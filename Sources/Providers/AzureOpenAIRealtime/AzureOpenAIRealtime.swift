import Core
import ProviderKit

/// The provider type `azure-openai-realtime`: OpenAI's models at an Azure resource (wire reference 1A.7).
enum AzureOpenAIRealtime {
    static let descriptor = ProviderDescriptor(
        name: "azure-openai-realtime", title: "Azure OpenAI Realtime",
        summary: "OpenAI's speech-to-speech models in an Azure resource",
        keyVariables: [dialect.account.keyVariable, "AZURE_OPENAI_AD_TOKEN"],
        models: [dialect.defaultModel], voices: OpenAIRealtime.descriptor.voices, options: options,
        capabilities: ProviderCapabilities(
            inputRate: dialect.rate, outputRate: dialect.rate, canSpeakText: true, sessionLimit: dialect.longest,
            costTier: .high, encodings: OpenAIRealtimeEncoding.allCases.map(\.rawValue)),
        make: { (configuration) throws(ConfigurationError) in
            OpenAIRealtimeProvider(try OpenAIRealtimeOptions(configuration, dialect))
        })

    static let dialect = OpenAIRealtimeDialect(
        account: .init(
            keyVariable: "AZURE_OPENAI_API_KEY", keys: "Azure portal, the resource's Keys and Endpoint",
            billing: "Azure portal, Cost Management"),
        options: options, defaultModel: "gpt-realtime-2.1", defaultVoice: "marin", defaultTranscription: "whisper-1",
        longest: .seconds(1800), sessionType: "realtime", session: OpenAIRealtimeSession.nested,
        answerHeaders: ["apim-request-id", "x-ms-region"], complete: complete)

    private static let options =
        AzureAddress.options + [
            ProviderOption("deployment", "name of the deployment; model means the same", default: "gpt-realtime-2.1"),
            ProviderOption("api_version", "a preview version: the older dialect at its older address"),
        ]
        + OpenAIRealtime.shared.map { option in
            guard option.name == "transcription" else { return option }
            return ProviderOption(
                "transcription", "deployment that writes down what the user says, or none", default: "whisper-1")
        } + [ProviderOption("prices", "US dollars for a million tokens: text_in, text_cached, text_out, audio_in …")]

    private static func complete(
        _ options: inout OpenAIRealtimeOptions, _ reader: OptionReader, _ configuration: ProviderConfiguration
    ) throws(ConfigurationError) {
        if let deployment = try reader.word(reader.text("deployment"), "deployment") {
            if let model = configuration.model, model != deployment {
                throw reader.fault(
                    "deployment", "model says \"\(model)\" and deployment says \"\(deployment)\"", "leave one out")
            }
            options.model = deployment
        }
        options.headers = try AzureAddress.headers(options.key, reader)
        var path = "/openai/v1/realtime"
        var query = [(name: "model", value: options.model)]
        if let version = try reader.word(reader.text("api_version"), "api_version"), version != "v1" {
            path = "/openai/realtime"
            query = [("api-version", version), ("deployment", options.model)]
            useOlderDialect(&options.dialect)
        }
        options.endpoint = try AzureAddress.url(
            reader, configuration, domain: "openai.azure.com", path: path, query: query)
    }

    /// Preview versions have a flat session object and other event names.
    private static func useOlderDialect(_ dialect: inout OpenAIRealtimeDialect) {
        dialect.sessionType = nil
        dialect.agentTextKind = "text"
        dialect.audioDelta = "response.audio.delta"
        dialect.session = OpenAIRealtimeSession.flat
    }
}
