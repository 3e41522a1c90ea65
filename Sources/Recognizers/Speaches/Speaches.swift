import Core
import ProviderKit

/// The recogniser type `speaches-stt`: a speaches server of one's own, whose endpoint is OpenAI's (wire-telephony reference 6.9).
enum Speaches {
    static let model = "Systran/faster-whisper-small"
    static let address = "http://127.0.0.1:8000"

    static let descriptor = RecognizerDescriptor(
        name: "speaches-stt", title: "speaches server", summary: "A request a turn to a speaches server of your own",
        models: [model], options: OpenAITranscription.descriptor.options, capabilities: capabilities,
        make: { (configuration) throws(ConfigurationError) in
            var own = configuration
            own.model = configuration.model ?? model
            if own.baseURL == nil { own.baseURL = try URLParts(parsing: address) }
            return OpenAITranscriptionRecognizer(try OpenAITranscriptionOptions(own))
        })

    private static var capabilities: RecognizerCapabilities {
        var capabilities = OpenAITranscription.capabilities(partials: false)
        capabilities.costTier = .free
        capabilities.isOffline = true
        return capabilities
    }
}
