import Core
import ProviderKit

/// The type `cartesia-tts`: Sonic voices over a standing WebSocket (wire reference agents 10).
enum CartesiaSpeech {
    static let version = "2026-03-01"
    /// A voice of the vendor's library.
    static let usualVoice = "f786b574-daa5-4673-aa0c-cbe3e8534c02"
    static let descriptor = SynthesizerDescriptor(
        name: "cartesia-tts", title: "Cartesia", summary: "Text to speech of Cartesia (Sonic), with times of words",
        keyVariables: ["CARTESIA_API_KEY"], models: ["sonic-3.5", "sonic-3"], voices: [usualVoice],
        options: options + SpeechSettings.options, capabilities: SynthesizerCapabilities(outputRate: 24_000),
        make: { (configuration) throws(ConfigurationError) in try make(configuration) })

    private static let options = [
        ProviderOption("sample_rate", "8000, 16000, 22050, 24000, 44100 or 48000", default: "24000, 8000 for G.711"),
        ProviderOption("encoding", "pcm_s16le, pcm_mulaw or pcm_alaw", default: "pcm_s16le"),
        ProviderOption("language", "ISO 639-1 language of the texts", default: "en"),
        ProviderOption("speed", "0.6 to 1.5", default: "1"), ProviderOption("volume", "0.5 to 2", default: "1"),
        ProviderOption("emotion", "emotion of the voice, such as calm"),
        ProviderOption("timestamps", "times of words", default: "true"),
        ProviderOption("normalized_timestamps", "times of words as they are said, not as written", default: "false"),
        ProviderOption("max_buffer_delay_ms", "0 to 5000"),
        ProviderOption("pronunciation_dict_id", "dictionary of the account"),
        ProviderOption("version", "value of the header Cartesia-Version", default: version),
        ProviderOption("key_header", "authorization, or x-api-key as older services want it", default: "authorization"),
    ]

    private static let encodings: [String: SpeechPCM.Encoding] = [
        "pcm_s16le": .pcm16, "pcm_mulaw": .mulaw, "pcm_alaw": .alaw,
    ]

    private static func make(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> any Synthesizer {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(options.map(\.name) + SpeechSettings.names)
        let url = try SpeechRequest.url("wss://api.cartesia.ai/tts/websocket", configuration.baseURL)
        let wire = try reader.text("encoding", oneOf: encodings.keys.sorted()) ?? "pcm_s16le"
        let encoding = encodings[wire] ?? .pcm16
        let rate = try SpeechSettings.rate(
            reader, encoding == .pcm16 ? [8000, 16_000, 22_050, 24_000, 44_100, 48_000] : [8000],
            default: encoding == .pcm16 ? 24_000 : 8000)
        let settings = try SpeechSettings(
            configuration, reader, url: url, keyVariable: "CARTESIA_API_KEY", rate: rate, textBytes: 4000)
        let key = try SpeechSettings.key(configuration, "CARTESIA_API_KEY")
        let isOld = try reader.text("key_header", oneOf: ["authorization", "x-api-key"]) == "x-api-key"
        let headers =
            (isOld
                ? SpeechRequest.secret("X-API-Key", key)
                : SpeechRequest.secret("Authorization", key, prefix: "Bearer ")) + [
                HeaderField(
                    "Cartesia-Version", try SpeechSettings.word(reader.text("version"), "version", reader) ?? version)
            ]
        return SocketSynthesizer(
            SynthesizerCapabilities(outputRate: rate, encoding: encoding.rawValue), settings,
            CartesiaDialect(
                endpoint: WebSocketEndpoint(url: url, headers: headers), encoding: encoding, rate: rate,
                fields: try fields(configuration, reader, wire, rate), failures: settings.failures))
    }

    private static func fields(
        _ configuration: ProviderConfiguration, _ reader: OptionReader, _ wire: String, _ rate: Int
    ) throws(ConfigurationError) -> [JSONValue.Member] {
        let model = try SpeechSettings.word(configuration.model, "model", reader) ?? "sonic-3.5"
        let voice = try SpeechSettings.word(configuration.voice, "voice", reader) ?? usualVoice
        let language = try SpeechSettings.word(reader.text("language"), "language", reader) ?? "en"
        var fields: [JSONValue.Member] = [
            .init("model_id", .string(model)), .init("voice", ["mode": "id", "id": .string(voice)]),
            .init("language", .string(language)),
            .init(
                "output_format",
                ["container": "raw", "encoding": .string(wire), "sample_rate": .int(Int64(rate))]),
        ]
        if try reader.flag("timestamps") ?? true { fields.append(.init("add_timestamps", true)) }
        if try reader.flag("normalized_timestamps") == true { fields.append(.init("use_normalized_timestamps", true)) }
        if let delay = try reader.int("max_buffer_delay_ms", 0...5000) {
            fields.append(.init("max_buffer_delay_ms", .int(Int64(delay))))
        }
        var config: [JSONValue.Member] = []
        if let speed = try reader.number("speed", 0.6...1.5) { config.append(.init("speed", .double(speed))) }
        if let volume = try reader.number("volume", 0.5...2) { config.append(.init("volume", .double(volume))) }
        if let emotion = try reader.text("emotion") { config.append(.init("emotion", .string(emotion))) }
        if !config.isEmpty { fields.append(.init("generation_config", .object(config))) }
        if let dictionary = try SpeechSettings.word(
            reader.text("pronunciation_dict_id"), "pronunciation_dict_id", reader)
        {
            fields.append(.init("pronunciation_dict_id", .string(dictionary)))
        }
        return fields
    }
}
