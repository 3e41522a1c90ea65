import Core
import ProviderKit

/// The type `google-tts`: Cloud Text-to-Speech, one request a sentence, the audio in one JSON answer (telephony 6.3).
enum GoogleSpeech {
    static let descriptor = SynthesizerDescriptor(
        name: "google-tts", title: "Google Text-to-Speech", summary: "Text to speech of Google Cloud over REST",
        keyVariables: ["GOOGLE_API_KEY"],
        voices: ["en-US-Neural2-C", "en-US-Chirp3-HD-Charon", "en-GB-Neural2-A", "de-DE-Neural2-B"],
        options: options + SpeechSettings.options, capabilities: SynthesizerCapabilities(outputRate: 24_000),
        make: { (configuration) throws(ConfigurationError) in try make(configuration) })

    private static let options = [
        ProviderOption("language", "BCP 47 language", default: "the voice's"),
        ProviderOption("encoding", "LINEAR16, PCM, MULAW or ALAW", default: "LINEAR16"),
        ProviderOption("sample_rate", "8000 to 48000", default: "24000, 8000 for G.711"),
        ProviderOption("speed", "0.25 to 4 (Chirp: to 2)", default: "1"),
        ProviderOption("pitch", "semitones, -20 to 20 (not with Chirp)"),
        ProviderOption("volume_gain_db", "-96 to 16"),
        ProviderOption("effects_profile", "list of audio profiles, such as telephony-class-application"),
        ProviderOption("auth", "api-key, or bearer for an OAuth access token", default: "api-key"),
    ]

    private static let rates = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]

    private static func make(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> any Synthesizer {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(options.map(\.name) + SpeechSettings.names)
        let url = try SpeechRequest.url(
            "https://texttospeech.googleapis.com/v1/text:synthesize", configuration.baseURL)
        let encoding = try reader.text("encoding", oneOf: ["LINEAR16", "PCM", "MULAW", "ALAW"]) ?? "LINEAR16"
        let isLinear = encoding == "LINEAR16" || encoding == "PCM"
        let rate = try SpeechSettings.rate(reader, rates, default: isLinear ? 24_000 : 8000)
        let settings = try SpeechSettings(
            configuration, reader, url: url, keyVariable: "GOOGLE_API_KEY", rate: rate, textBytes: 5000)
        let key = try SpeechSettings.key(configuration, "GOOGLE_API_KEY")
        let isBearer = try reader.text("auth", oneOf: ["api-key", "bearer"]) == "bearer"
        let headers =
            isBearer
            ? SpeechRequest.secret("Authorization", key, prefix: "Bearer ")
            : SpeechRequest.secret("x-goog-api-key", key)
        let voice = try voice(configuration, reader)
        let audio = try audioConfig(reader, encoding, rate)
        let timeout = settings.firstAudio
        let kind: SpeechPCM.Encoding = isLinear ? .pcm16 : encoding == "MULAW" ? .mulaw : .alaw
        return ExchangeSynthesizer(
            SynthesizerCapabilities(outputRate: rate, encoding: kind.rawValue), settings,
            SpeechVendor(
                endpoint: { text in
                    let body: JSONValue = ["input": ["text": .string(text)], "voice": voice, "audioConfig": audio]
                    return SpeechRequest.json(url, headers, body, timeout: timeout)
                }, reader: { GoogleSpeechReader(kind, rate: rate) }))
    }

    /// `en-US-Neural2-C` speaks `en-US`.
    private static func voice(
        _ configuration: ProviderConfiguration, _ reader: OptionReader
    ) throws(ConfigurationError) -> JSONValue {
        let name = try SpeechSettings.word(configuration.voice, "voice", reader) ?? "en-US-Neural2-C"
        let own = name.split(separator: "-").prefix(2).joined(separator: "-")
        let language = try SpeechSettings.word(reader.text("language"), "language", reader) ?? own
        guard language.contains("-") else {
            throw reader.fault("language", "is not known from the voice \"\(name)\"", "set language, such as en-US")
        }
        return ["languageCode": .string(language), "name": .string(name)]
    }

    private static func audioConfig(
        _ reader: OptionReader, _ encoding: String, _ rate: Int
    ) throws(ConfigurationError) -> JSONValue {
        var fields: [JSONValue.Member] = [
            .init("audioEncoding", .string(encoding)), .init("sampleRateHertz", .int(Int64(rate))),
        ]
        if let speed = try reader.number("speed", 0.25...4) { fields.append(.init("speakingRate", .double(speed))) }
        if let pitch = try reader.number("pitch", -20...20) { fields.append(.init("pitch", .double(pitch))) }
        if let gain = try reader.number("volume_gain_db", -96...16) {
            fields.append(.init("volumeGainDb", .double(gain)))
        }
        let profiles = try reader.list("effects_profile").map(\.value)
        if !profiles.isEmpty { fields.append(.init("effectsProfileId", .array(profiles))) }
        return .object(fields)
    }
}
