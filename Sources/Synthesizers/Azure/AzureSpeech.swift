import Core
import ProviderKit

/// The type `azure-tts`: Azure Speech over REST, one SSML document a sentence (telephony 6.2).
enum AzureSpeech {
    static let descriptor = SynthesizerDescriptor(
        name: "azure-tts", title: "Azure Speech", summary: "Text to speech of Azure Speech over REST",
        keyVariables: ["AZURE_SPEECH_KEY"],
        voices: ["en-US-AvaMultilingualNeural", "en-US-JennyNeural", "en-GB-SoniaNeural", "de-DE-KatjaNeural"],
        options: options + SpeechSettings.options, capabilities: SynthesizerCapabilities(outputRate: 24_000),
        make: { (configuration) throws(ConfigurationError) in try make(configuration) })

    private static let options = [
        ProviderOption("region", "region of the resource, such as westeurope (needed without base_url)"),
        ProviderOption("language", "xml:lang of the document", default: "the voice's"),
        ProviderOption("sample_rate", "8000, 16000, 24000 or 48000", default: "24000, 8000 for G.711"),
        ProviderOption("encoding", "pcm, mulaw or alaw", default: "pcm"),
        ProviderOption("style", "style of speaking, such as cheerful (voices that have it)"),
        ProviderOption("style_degree", "0.01 to 2", default: "1"),
        ProviderOption("role", "role of the voice, such as YoungAdultFemale"),
        ProviderOption("speed", "prosody rate: a factor such as 1.1, +10%, slow, fast"),
        ProviderOption("pitch", "prosody pitch: +5%, low, high, +2st"),
        ProviderOption("volume", "prosody volume: 0 to 100, soft, loud, +10%"),
        ProviderOption("auth", "api-key, or bearer for a token", default: "api-key"),
    ]

    private static let formats = [8000: "8khz", 16_000: "16khz", 24_000: "24khz", 48_000: "48khz"]

    private static func make(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> any Synthesizer {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(options.map(\.name) + SpeechSettings.names)
        let url = try address(configuration, reader)
        let encoding = try reader.text("encoding", oneOf: ["pcm", "mulaw", "alaw"]) ?? "pcm"
        let isLinear = encoding == "pcm"
        let rate = try SpeechSettings.rate(
            reader, isLinear ? formats.keys.sorted() : [8000], default: isLinear ? 24_000 : 8000)
        let settings = try SpeechSettings(
            configuration, reader, url: url, keyVariable: "AZURE_SPEECH_KEY", rate: rate, textBytes: 8000)
        let format = isLinear ? "raw-\(formats[rate] ?? "24khz")-16bit-mono-pcm" : "raw-8khz-8bit-mono-\(encoding)"
        let headers =
            try credential(configuration, reader) + [
                HeaderField("Content-Type", "application/ssml+xml"), HeaderField("X-Microsoft-OutputFormat", format),
                HeaderField("User-Agent", "sidetone"),
            ]
        let ssml = try ssml(configuration, reader)
        let (timeout, kind) = (settings.firstAudio, SpeechPCM.Encoding(rawValue: encoding) ?? .pcm16)
        return ExchangeSynthesizer(
            SynthesizerCapabilities(outputRate: rate, encoding: kind.rawValue), settings,
            SpeechVendor(
                endpoint: { text in
                    .http(
                        HTTPEndpoint(
                            method: "POST", url: url, headers: headers, body: .whole(Array(ssml.document(text).utf8)),
                            timeout: timeout))
                }, reader: { AudioBodyReader(kind, rate: rate, outputRate: rate) }))
    }

    private static func address(
        _ configuration: ProviderConfiguration, _ reader: OptionReader
    ) throws(ConfigurationError) -> URLParts {
        let region = try SpeechSettings.word(reader.text("region"), "region", reader)
        if region == nil, configuration.baseURL == nil {
            throw reader.fault("region", "is missing", "set the region of your Speech resource, such as westeurope")
        }
        if let region,
            !region.utf8.allSatisfy({
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
            })
        {
            throw reader.fault("region", "\"\(region)\" is no region", "write it as the portal does: westeurope")
        }
        return try SpeechRequest.url(
            "https://\(region ?? "localhost").tts.speech.microsoft.com/cognitiveservices/v1", configuration.baseURL)
    }

    private static func credential(
        _ configuration: ProviderConfiguration, _ reader: OptionReader
    ) throws(ConfigurationError) -> [HeaderField] {
        let key = try SpeechSettings.key(configuration, "AZURE_SPEECH_KEY")
        return try reader.text("auth", oneOf: ["api-key", "bearer"]) == "bearer"
            ? SpeechRequest.secret("Authorization", key, prefix: "Bearer ")
            : SpeechRequest.secret("Ocp-Apim-Subscription-Key", key)
    }

    private static func ssml(
        _ configuration: ProviderConfiguration, _ reader: OptionReader
    ) throws(ConfigurationError) -> AzureSSML {
        let voice = try SpeechSettings.word(configuration.voice, "voice", reader) ?? "en-US-AvaMultilingualNeural"
        let own = voice.split(separator: "-").prefix(2).joined(separator: "-")
        return AzureSSML(
            language: try SpeechSettings.word(reader.text("language"), "language", reader) ?? own, voice: voice,
            style: try reader.text("style"), styleDegree: try reader.number("style_degree", 0.01...2),
            role: try reader.text("role"), rate: try wordOrNumber(reader, "speed"),
            pitch: try wordOrNumber(reader, "pitch"), volume: try wordOrNumber(reader, "volume"))
    }

    private static func wordOrNumber(_ reader: OptionReader, _ name: String) throws(ConfigurationError) -> String? {
        if let number = reader.raw(name)?.double { return String(number) }
        return try SpeechSettings.word(reader.text(name), name, reader)
    }
}
