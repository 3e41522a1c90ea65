import Core
import ProviderKit

/// The type `wyoming-tts`: Piper and other servers of the Wyoming protocol, one TCP connection a sentence (telephony 6.6).
enum WyomingSpeech {
    static let port = 10_200
    static let descriptor = SynthesizerDescriptor(
        name: "wyoming-tts", title: "Wyoming speech", summary: "Text to speech of a Wyoming server, such as Piper",
        options: options + SpeechSettings.options,
        capabilities: SynthesizerCapabilities(outputRate: 22_050, costTier: .free, isOffline: true),
        make: { (configuration) throws(ConfigurationError) in try make(configuration) })

    private static let options = [
        ProviderOption("host", "host of the server", default: "127.0.0.1"),
        ProviderOption("port", "port of the server", default: String(port)),
        ProviderOption("language", "language of the voice, for servers that choose by it"),
        ProviderOption("speaker", "speaker of a voice with several"),
        ProviderOption(
            "sample_rate", "rate that is told; the voice's own saves a conversion", default: "22050"),
    ]

    private static func make(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> any Synthesizer {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(options.map(\.name) + SpeechSettings.names)
        let host = try SpeechSettings.word(reader.text("host"), "host", reader)
        let port = try reader.int("port", 1...65535)
        let usual = "http://\(host ?? "127.0.0.1"):\(port ?? Self.port)"
        let url = try SpeechRequest.base(configuration, usual)
        let rate = try SpeechSettings.rate(
            reader, [8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000], default: 22_050)
        let settings = try SpeechSettings(
            configuration, reader, url: url, keyVariable: nil, rate: rate, textBytes: 8000)
        let voice = try voice(configuration, reader)
        let endpoint = Endpoint.tcp(TCPEndpoint(host: url.host, port: url.port, timeout: settings.firstAudio))
        return ExchangeSynthesizer(
            SynthesizerCapabilities(outputRate: rate, costTier: .free, isOffline: true), settings,
            SpeechVendor(
                endpoint: { _ in endpoint },
                requests: { text in
                    var data: [JSONValue.Member] = [.init("text", .string(text))]
                    if !voice.isEmpty { data.append(.init("voice", .object(voice))) }
                    var bytes: [UInt8] = []
                    WyomingMessage.append("synthesize", .object(data), to: &bytes)
                    return [(.binary, bytes)]
                }, reader: { WyomingReader(rate: rate) }))
    }

    private static func voice(
        _ configuration: ProviderConfiguration, _ reader: OptionReader
    ) throws(ConfigurationError) -> [JSONValue.Member] {
        var voice: [JSONValue.Member] = []
        if let name = try SpeechSettings.word(configuration.voice, "voice", reader) {
            voice.append(.init("name", .string(name)))
        }
        for name in ["language", "speaker"] {
            if let text = try SpeechSettings.word(reader.text(name), name, reader) {
                voice.append(.init(name, .string(text)))
            }
        }
        return voice
    }
}
