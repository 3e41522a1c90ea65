import Core
import ProviderKit

/// What `elevenlabs-tts` is set to, checked (wire reference agents 8, telephony 6.5).
struct ElevenLabsOptions: Sendable {
    enum Transport: String, Sendable, CaseIterable {
        /// One standing socket, a context for each sentence.
        case multi
        /// A socket for each sentence.
        case streamInput = "stream-input"
        /// A request for each sentence.
        case http
    }

    static let usualModel = "eleven_flash_v2_5"
    /// "George", of the voices that every account has.
    static let usualVoice = "JBFqnCBsd6RMkjVDRZzb"
    static let list = [
        ProviderOption(
            "transport", "multi (a standing socket), stream-input (a socket a sentence) or http", default: "multi"),
        ProviderOption("sample_rate", "8000 to 48000 (44100 and more need a plan)", default: "24000, 8000 for G.711"),
        ProviderOption("encoding", "pcm, ulaw or alaw", default: "pcm"),
        ProviderOption("stability", "0 to 1"), ProviderOption("similarity_boost", "0 to 1"),
        ProviderOption("style", "0 to 1"), ProviderOption("use_speaker_boost", "true or false"),
        ProviderOption("speed", "0.7 to 1.2", default: "1"),
        ProviderOption("language_code", "ISO 639-1, for models that take it"),
        ProviderOption("apply_text_normalization", "auto, on or off", default: "auto"),
        ProviderOption("seed", "0 to 4294967295: the same text sounds the same"),
        ProviderOption("enable_logging", "false: nothing is kept (plans with zero retention)", default: "true"),
        ProviderOption("enable_ssml_parsing", "true: SSML tags in texts are obeyed (sockets)", default: "false"),
        ProviderOption("auto_mode", "true: no buffering at the vendor (sockets)", default: "false"),
        ProviderOption("chunk_length_schedule", "list of 50 to 500 characters (sockets)"),
        ProviderOption("inactivity_timeout", "seconds until an idle socket ends, 5 to 180", default: "180"),
        ProviderOption("optimize_streaming_latency", "0 to 4 (http)"),
        ProviderOption("timestamps", "true: times of words too (http; sockets have them)", default: "false"),
        ProviderOption("pronunciation_dictionaries", "list of maps with id and version"),
    ]

    var transport: Transport
    var url: URLParts
    var headers: [HeaderField]
    var rate: Int
    var encoding: SpeechPCM.Encoding
    var hasTimestamps: Bool
    /// The first message of a socket's utterance.
    var opening: [JSONValue.Member]
    /// Fields of an HTTP request beside the text.
    var fields: [JSONValue.Member]

    /// Reads a configuration.
    init(_ configuration: ProviderConfiguration, _ reader: OptionReader) throws(ConfigurationError) {
        let model = try SpeechSettings.word(configuration.model, "model", reader) ?? Self.usualModel
        let voice = try SpeechSettings.word(configuration.voice, "voice", reader) ?? Self.usualVoice
        let names = Transport.allCases.map(\.rawValue)
        transport = Transport(rawValue: try reader.text("transport", oneOf: names) ?? "multi") ?? .multi
        hasTimestamps = try reader.flag("timestamps") ?? false
        let wire = try reader.text("encoding", oneOf: ["pcm", "ulaw", "alaw"]) ?? "pcm"
        encoding = wire == "pcm" ? .pcm16 : wire == "ulaw" ? .mulaw : .alaw
        rate = try SpeechSettings.rate(
            reader, wire == "pcm" ? [8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] : [8000],
            default: wire == "pcm" ? 24_000 : 8000)
        let endings: [Transport: String] = [
            .multi: "multi-stream-input", .streamInput: "stream-input",
            .http: hasTimestamps ? "stream/with-timestamps" : "stream",
        ]
        url = try SpeechRequest.url(
            "\(transport == .http ? "https" : "wss")://api.elevenlabs.io/v1/text-to-speech/\(URLParts.encode(voice))/\(endings[transport] ?? "")",
            configuration.baseURL)
        headers = SpeechRequest.secret("xi-api-key", try SpeechSettings.key(configuration, "ELEVENLABS_API_KEY"))
        fields = []
        opening = [.init("text", " ")]
        url.addQuery("output_format", "\(wire)_\(rate)")
        if try reader.flag("enable_logging") == false { url.addQuery("enable_logging", "false") }
        let voiceSettings = try Self.voiceSettings(reader)
        let dictionaries = try Self.dictionaries(reader)
        if transport == .http {
            try readHTTP(reader, model: model)
            if !voiceSettings.isEmpty { fields.append(.init("voice_settings", .object(voiceSettings))) }
            fields += dictionaries
        } else {
            try readSocket(reader, model: model)
            // A context must bring its settings with its first message.
            opening.append(.init("voice_settings", .object(voiceSettings)))
            opening += try Self.schedule(reader) + dictionaries
        }
    }

    private mutating func readHTTP(_ reader: OptionReader, model: String) throws(ConfigurationError) {
        fields.append(.init("model_id", .string(model)))
        for name in ["language_code", "apply_text_normalization"] {
            if let text = try word(name, reader) { fields.append(.init(name, .string(text))) }
        }
        if let seed = try reader.int("seed", 0...4_294_967_295) { fields.append(.init("seed", .int(Int64(seed)))) }
        if let level = try reader.int("optimize_streaming_latency", 0...4) {
            url.addQuery("optimize_streaming_latency", String(level))
        }
    }

    private mutating func readSocket(_ reader: OptionReader, model: String) throws(ConfigurationError) {
        url.addQuery("model_id", model)
        for name in ["language_code", "apply_text_normalization"] {
            if let text = try word(name, reader) { url.addQuery(name, text) }
        }
        if let seed = try reader.int("seed", 0...4_294_967_295) { url.addQuery("seed", String(seed)) }
        for name in ["enable_ssml_parsing", "auto_mode"] {
            if let flag = try reader.flag(name) { url.addQuery(name, String(flag)) }
        }
        url.addQuery("inactivity_timeout", String(try reader.int("inactivity_timeout", 5...180) ?? 180))
    }

    private func word(_ name: String, _ reader: OptionReader) throws(ConfigurationError) -> String? {
        guard name == "apply_text_normalization" else {
            return try SpeechSettings.word(reader.text(name), name, reader)
        }
        return try reader.text(name, oneOf: ["auto", "on", "off"])
    }

    private static func voiceSettings(_ reader: OptionReader) throws(ConfigurationError) -> [JSONValue.Member] {
        var found: [JSONValue.Member] = []
        for name in ["stability", "similarity_boost", "style"] {
            if let value = try reader.number(name, 0...1) { found.append(.init(name, .double(value))) }
        }
        if let flag = try reader.flag("use_speaker_boost") { found.append(.init("use_speaker_boost", .bool(flag))) }
        if let speed = try reader.number("speed", 0.7...1.2) { found.append(.init("speed", .double(speed))) }
        return found
    }

    private static func schedule(_ reader: OptionReader) throws(ConfigurationError) -> [JSONValue.Member] {
        let steps = try reader.list("chunk_length_schedule").map(\.value)
        guard !steps.isEmpty else { return [] }
        guard steps.allSatisfy({ $0.int.map { 50...500 ~= $0 } == true }) else {
            throw reader.fault("chunk_length_schedule", "has a step outside 50 to 500", "write [120, 160, 250, 290]")
        }
        return [.init("generation_config", ["chunk_length_schedule": .array(steps)])]
    }

    private static func dictionaries(_ reader: OptionReader) throws(ConfigurationError) -> [JSONValue.Member] {
        var found: [JSONValue] = []
        for (_, each) in try reader.list("pronunciation_dictionaries") {
            try each.refuseUnknown(["id", "version"])
            guard let id = try each.text("id") else {
                throw each.fault("id", "is missing", "write the dictionary's id")
            }
            var fields: [JSONValue.Member] = [.init("pronunciation_dictionary_id", .string(id))]
            if let version = try each.text("version") { fields.append(.init("version_id", .string(version))) }
            found.append(.object(fields))
        }
        return found.isEmpty ? [] : [.init("pronunciation_dictionary_locators", .array(found))]
    }
}
