import Core
import ProviderKit

/// The type `openai-compatible-speech`: servers that take `POST …/audio/speech` (Kokoro-FastAPI, speaches, LocalAI …; telephony 6.9).
enum OpenAICompatibleSpeech {
    static let descriptor = SynthesizerDescriptor(
        name: "openai-compatible-speech", title: "OpenAI-compatible speech",
        summary: "Text to speech of a server with OpenAI's /audio/speech: Kokoro-FastAPI, speaches and others",
        keyVariables: ["SPEECH_API_KEY"], keyIsOptional: true, models: Preset.all.compactMap(\.model),
        voices: ["af_heart", "af_bella", "am_adam"], options: options + SpeechSettings.options,
        capabilities: SynthesizerCapabilities(outputRate: 24_000, costTier: .low),
        make: { (configuration) throws(ConfigurationError) in try make(configuration) })

    /// What a known server wants.
    struct Preset: Sendable {
        var name: String
        var address: String?
        var model: String?
        var voice: String?
        var fields: [String]

        static let all = [
            Preset(
                name: "kokoro", address: "http://127.0.0.1:8880", model: "kokoro", voice: "af_heart",
                fields: ["lang_code", "volume_multiplier", "normalization_options"]),
            Preset(
                name: "speaches", address: "http://127.0.0.1:8000", model: "speaches-ai/Kokoro-82M-v1.0-ONNX",
                voice: "af_heart", fields: ["sample_rate"]),
            Preset(name: "generic", address: nil, model: nil, voice: nil, fields: []),
        ]
    }

    private static let options = [
        ProviderOption("preset", "kokoro, speaches or generic: address, model and voice by default", default: "kokoro"),
        ProviderOption("speed", "0.25 to 4", default: "1"),
        ProviderOption("format", "pcm or wav", default: "pcm"),
        ProviderOption("sample_rate", "rate of the server's pcm; speaches is asked for it", default: "24000"),
        ProviderOption("instructions", "how to speak, for servers that take it"),
        ProviderOption("lang_code", "language code of Kokoro, such as a, b, e"),
        ProviderOption("volume_multiplier", "loudness of Kokoro, 0.1 to 4"),
        ProviderOption("extra", "more fields of the request, as a map"),
    ]

    private static let reserved = ["model", "voice", "input", "response_format", "stream_format"]

    private static func make(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> any Synthesizer {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(options.map(\.name) + SpeechSettings.names)
        let name = try reader.text("preset", oneOf: Preset.all.map(\.name)) ?? "kokoro"
        let preset = Preset.all.first { $0.name == name } ?? Preset.all[0]
        let url = try address(configuration, preset)
        let rate = try reader.int("sample_rate", 8000...48_000) ?? 24_000
        guard [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000].contains(rate) else {
            throw reader.fault("sample_rate", "\(rate) is not possible", "use a usual rate, such as 24000")
        }
        let settings = try SpeechSettings(
            configuration, reader, url: url, keyVariable: "SPEECH_API_KEY", rate: rate, textBytes: 4096)
        let key = try SpeechSettings.key(configuration, "SPEECH_API_KEY", isNeeded: false)
        let headers = SpeechRequest.secret("Authorization", key, prefix: "Bearer ")
        let fields = try fields(configuration, reader, preset)
        let timeout = settings.firstAudio
        let format = try reader.text("format", oneOf: ["pcm", "wav"]) ?? "pcm"
        return ExchangeSynthesizer(
            SynthesizerCapabilities(
                outputRate: rate, encoding: format == "wav" ? "wav" : "pcm16", costTier: .low, isOffline: true),
            settings,
            SpeechVendor(
                endpoint: { text in
                    let body = JSONValue.object(fields + [.init("input", .string(text))])
                    return SpeechRequest.json(url, headers, body, timeout: timeout)
                }, reader: { AudioBodyReader(.pcm16, rate: rate, outputRate: rate) }))
    }

    /// The base URL with `/v1` when it has no path, and `/audio/speech` when it does not end so.
    private static func address(
        _ configuration: ProviderConfiguration, _ preset: Preset
    ) throws(ConfigurationError) -> URLParts {
        guard configuration.baseURL != nil || preset.address != nil else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"", cause: "there is no address",
                fix: "set base_url, for example http://127.0.0.1:8880/v1")
        }
        var url = try SpeechRequest.base(configuration, preset.address ?? "")
        while url.path.hasSuffix("/") { url.path.removeLast() }
        if url.path.isEmpty { url.path = "/v1" }
        if !url.path.hasSuffix("/audio/speech") { url.path += "/audio/speech" }
        return url
    }

    private static func fields(
        _ configuration: ProviderConfiguration, _ reader: OptionReader, _ preset: Preset
    ) throws(ConfigurationError) -> [JSONValue.Member] {
        guard let model = try SpeechSettings.word(configuration.model, "model", reader) ?? preset.model else {
            throw reader.fault("model", "there is none", "set model: as the server lists it at /v1/models")
        }
        var fields: [JSONValue.Member] = [.init("model", .string(model))]
        if let voice = try SpeechSettings.word(configuration.voice, "voice", reader) ?? preset.voice {
            fields.append(.init("voice", .string(voice)))
        }
        fields.append(.init("response_format", .string(try reader.text("format", oneOf: ["pcm", "wav"]) ?? "pcm")))
        if let speed = try reader.number("speed", 0.25...4) { fields.append(.init("speed", .double(speed))) }
        if let words = try reader.text("instructions") { fields.append(.init("instructions", .string(words))) }
        if let code = try reader.text("lang_code") { fields.append(.init("lang_code", .string(code))) }
        if let gain = try reader.number("volume_multiplier", 0.1...4) {
            fields.append(.init("volume_multiplier", .double(gain)))
        }
        if preset.fields.contains("sample_rate"), let rate = try reader.int("sample_rate", 8000...48_000) {
            fields.append(.init("sample_rate", .int(Int64(rate))))
        }
        for extra in try reader.object("extra") == nil ? [] : reader.raw("extra")?.members ?? [] {
            guard !reserved.contains(extra.key) else {
                throw reader.fault("extra.\(extra.key)", "has its own option", "use model, voice or format")
            }
            fields.removeAll { $0.key == extra.key }
            fields.append(extra)
        }
        return fields
    }
}
