import Core
import ProviderKit

/// The provider type `ava-local`.
enum AVALocal {
    static let descriptor = ProviderDescriptor(
        name: "ava-local", title: "AVA local AI server",
        summary: "The local AI server of AVA (Asterisk AI Voice Agent), protocol v2, in full mode",
        keyVariables: ["LOCAL_WS_AUTH_TOKEN"], keyIsOptional: true, options: options, capabilities: capabilities,
        make: { (configuration) throws(ConfigurationError) in
            AVALocalProvider(try AVALocalOptions(configuration))
        })

    /// What the protocol has (reference systems.md a.1.6). Nothing stops an answer at the server: the session does it.
    static let capabilities = ProviderCapabilities(
        inputRate: AVALocalProvider.inputRate, outputRate: AVALocalProvider.outputRate, nativeBargeIn: false,
        canSpeakText: true, costTier: .free, isOffline: true, encodings: ["pcm16"], latencyTier: .medium)

    private static let options = [
        ProviderOption("url", "address of the server", default: AVALocalOptions.defaultURL),
        ProviderOption(
            "send_prompt", "whether the agent's prompt replaces the server's for this session", default: "true"),
        ProviderOption("tool_policy", "auto, strict, compatible or off", default: "auto"),
        ProviderOption("segment_energy_threshold", "energy from which Whisper recognisers hear speech, 0 to 32767"),
        ProviderOption("segment_silence_ms", "silence that ends a segment for Whisper recognisers, 100 to 5000"),
    ]
}
