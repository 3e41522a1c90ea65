import Core
import ProviderKit

/// The provider type `deepgram-agent`.
enum DeepgramAgent {
    static let descriptor = ProviderDescriptor(
        name: "deepgram-agent", title: "Deepgram Voice Agent",
        summary: "Full agent of Deepgram: listen, think and speak providers of choice behind one WebSocket",
        keyVariables: ["DEEPGRAM_API_KEY"],
        models: ["gpt-4.1-mini", "gpt-4o-mini"],
        voices: ["aura-2-thalia-en", "flux-kit-en"],
        options: options,
        capabilities: capabilities(),
        make: { (configuration) throws(ConfigurationError) in
            try DeepgramAgentProvider(try DeepgramAgentOptions(configuration))
        })

    /// What the vendor can do with audio in this encoding (wire reference 3).
    static func capabilities(encoding: VendorCodec.Encoding = .pcm16) -> ProviderCapabilities {
        ProviderCapabilities(
            inputRate: 16000, outputRate: 24000, canSpeakText: true, sessionLimit: DeepgramAgentProvider.longest,
            encodings: [encoding.rawValue])
    }

    private static let options = [
        ProviderOption("agent_id", "id of an agent saved at Deepgram; then listen, think and speak are its own"),
        ProviderOption(
            "listen", "recogniser: a model's name, or a map with model and its fields",
            default: DeepgramAgentOptions.defaultListen),
        ProviderOption(
            "think", "language model: a name, a map with provider, model …, or a list of maps in order of fallback",
            default: DeepgramAgentOptions.defaultThink),
        ProviderOption(
            "speak", "voice: a name, a map with provider, model …, or a list of maps in order of fallback",
            default: DeepgramAgentOptions.defaultSpeak),
        ProviderOption("think_live", "early access: backchannels, presence checks, frustration (a map)"),
        ProviderOption("encoding", "linear16, or mulaw or alaw at 8 kHz, both ways", default: "linear16"),
        ProviderOption("language", "language of Nova", default: "the agent's language"),
        ProviderOption("defer_until_eot", "names of tools that wait for the certain end of the turn"),
        ProviderOption("tags", "words that mark the session at Deepgram"),
        ProviderOption("mip_opt_out", "whether Deepgram may not learn from the session", default: "false"),
        ProviderOption("experimental", "whether experimental features are on", default: "false"),
        ProviderOption("prices", "US dollars: minute (of connection)"),
    ]
}
