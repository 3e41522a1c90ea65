import Core
import ProviderKit

/// The type `wyoming-stt`.
enum WyomingSTT {
    static let descriptor = RecognizerDescriptor(
        name: "wyoming-stt", title: "Wyoming recogniser",
        summary: "Speech to text of a Wyoming server, such as faster-whisper", options: WyomingRecognizerOptions.list,
        capabilities: RecognizerCapabilities(
            inputRate: WyomingRecognizer.rate, streams: false, partials: false, costTier: .free, isOffline: true),
        make: { (configuration) throws(ConfigurationError) in
            WyomingRecognizer(try WyomingRecognizerOptions(configuration))
        })
}
