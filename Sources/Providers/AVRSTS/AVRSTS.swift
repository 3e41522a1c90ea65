import Core
import ProviderKit

/// The provider type `avr-sts`.
enum AVRSTS {
    static let descriptor = ProviderDescriptor(
        name: "avr-sts", title: "AVR speech-to-speech adapter",
        summary: "Any avr-sts-* adapter of Agent Voice Response, unmodified, over its WebSocket",
        options: options, capabilities: capabilities,
        make: { (configuration) throws(ConfigurationError) in
            AVRSTSProvider(try AVRSTSOptions(configuration))
        })

    /// What the protocol has (reference systems.md b.5.1): 8 kHz, no text, no prompt.
    static let capabilities = ProviderCapabilities(
        inputRate: AVRSTSProvider.rate, outputRate: AVRSTSProvider.rate, textInput: false, updatesInstructions: false,
        costTier: .medium, encodings: ["pcm16"], chunk: .milliseconds(20), modalities: [.audio])

    private static let options = [
        ProviderOption("url", "address of the adapter", default: AVRSTSOptions.defaultURL),
        ProviderOption("query", "arguments of the address, as AVR's POST /call would give them (a map)"),
        ProviderOption("provider_config", "what init carries beside the call's id (a map)"),
        ProviderOption(
            "on_close", "what the adapter's orderly close means: reconnect or hang_up", default: "reconnect"),
    ]
}
