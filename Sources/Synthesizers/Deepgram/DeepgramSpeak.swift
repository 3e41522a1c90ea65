import Core
import ProviderKit

/// The type `deepgram-speak`: Aura voices over a standing WebSocket or over HTTP (wire reference agents 7, telephony 6.4).
enum DeepgramSpeak {
    static let descriptor = SynthesizerDescriptor(
        name: "deepgram-speak", title: "Deepgram Speak", summary: "Text to speech of Deepgram (Aura)",
        keyVariables: ["DEEPGRAM_API_KEY"],
        models: ["aura-2-thalia-en", "aura-2-andromeda-en", "aura-2-apollo-en", "aura-asteria-en"],
        options: options + SpeechSettings.options, capabilities: SynthesizerCapabilities(outputRate: 24_000),
        make: { (configuration) throws(ConfigurationError) in try make(configuration) })

    private static let options = [
        ProviderOption("transport", "websocket, or http for a request a sentence", default: "websocket"),
        ProviderOption("encoding", "linear16, mulaw or alaw", default: "linear16"),
        ProviderOption(
            "sample_rate", "8000, 16000, 24000, 32000 or 48000 (G.711: 8000 or 16000)", default: "24000, 8000 for G.711"
        ),
        ProviderOption("speed", "0.7 to 1.5", default: "1"),
        ProviderOption("mip_opt_out", "true keeps requests out of the vendor's training", default: "false"),
        ProviderOption("tag", "label of the requests in the vendor's usage reports (http)"),
    ]

    private static func make(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> any Synthesizer {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(options.map(\.name) + SpeechSettings.names)
        let isSocket = try reader.text("transport", oneOf: ["websocket", "http"]) != "http"
        let encoding = try reader.text("encoding", oneOf: ["linear16", "mulaw", "alaw"]) ?? "linear16"
        let isLinear = encoding == "linear16"
        let rate = try SpeechSettings.rate(
            reader, isLinear ? [8000, 16_000, 24_000, 32_000, 48_000] : [8000, 16_000],
            default: isLinear ? 24_000 : 8000)
        let scheme = isSocket ? "wss" : "https"
        var url = try SpeechRequest.url("\(scheme)://api.deepgram.com/v1/speak", configuration.baseURL)
        // A model that is called by its voice may stand under either name.
        let voice = try SpeechSettings.word(configuration.voice, "voice", reader)
        let model = try SpeechSettings.word(configuration.model, "model", reader) ?? voice ?? "aura-2-thalia-en"
        url.addQuery("model", model)
        url.addQuery("encoding", encoding)
        url.addQuery("sample_rate", String(rate))
        if let speed = try reader.number("speed", 0.7...1.5) { url.addQuery("speed", String(speed)) }
        if try reader.flag("mip_opt_out") == true { url.addQuery("mip_opt_out", "true") }
        if !isSocket, let tag = try SpeechSettings.word(reader.text("tag"), "tag", reader) { url.addQuery("tag", tag) }
        if !isSocket { url.addQuery("container", "none") }
        let settings = try SpeechSettings(
            configuration, reader, url: url, keyVariable: "DEEPGRAM_API_KEY", rate: rate, textBytes: 2000)
        let key = try SpeechSettings.key(configuration, "DEEPGRAM_API_KEY")
        let headers = SpeechRequest.secret("Authorization", key, prefix: "Token ")
        let kind = SpeechPCM.Encoding(rawValue: isLinear ? "pcm16" : encoding) ?? .pcm16
        let capabilities = SynthesizerCapabilities(outputRate: rate, encoding: kind.rawValue)
        guard isSocket else {
            let (url, timeout) = (url, settings.firstAudio)
            return ExchangeSynthesizer(
                capabilities, settings,
                SpeechVendor(
                    endpoint: { SpeechRequest.json(url, headers, ["text": .string($0)], timeout: timeout) },
                    reader: { AudioBodyReader(kind, rate: rate, outputRate: rate) }))
        }
        return SocketSynthesizer(
            capabilities, settings,
            DeepgramSpeakDialect(
                endpoint: WebSocketEndpoint(url: url, headers: headers), encoding: kind, rate: rate,
                failures: settings.failures))
    }
}
