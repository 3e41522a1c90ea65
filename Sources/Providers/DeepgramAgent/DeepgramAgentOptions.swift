import Core
import ProviderKit

/// What a Deepgram agent is set to, checked. `listen`, `think` and `speak` are kept as the vendor's JSON.
struct DeepgramAgentOptions: Sendable, Equatable {
    static let defaultListen = "nova-3"
    static let defaultThink = "gpt-4.1-mini"
    static let defaultSpeak = "aura-2-thalia-en"
    static let names = [
        "agent_id", "listen", "think", "speak", "think_live", "encoding", "language", "defer_until_eot", "tags",
        "mip_opt_out", "experimental", "prices",
    ]

    /// The user's name for this provider.
    var name: String
    var endpoint: URLParts
    var key: Secret?
    var agentID: String?
    var listen: JSONValue
    /// In order of fallback; one at least.
    var think: [JSONValue]
    /// In order of fallback; one at least.
    var speak: [JSONValue]
    var thinkLive: JSONValue?
    var encoding = VendorCodec.Encoding.pcm16
    var language: String?
    var deferUntilEot: Set<String> = []
    var tags: [String] = []
    var mipOptOut: Bool?
    var experimental: Bool?
    /// US dollars for a minute of connection.
    var minutePrice: Double?

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.names)
        name = configuration.name
        key = try Self.checkedKey(configuration)
        // wire reference 3.1
        let url = try URLParts(parsing: "wss://agent.deepgram.com/v1/agent/converse")
        endpoint = configuration.baseURL.map { url.replacingOrigin(with: $0) } ?? url
        agentID = try reader.text("agent_id")
        language = try reader.text("language")
        listen = try DeepgramListen.read(reader)
        think = try DeepgramThink.read(reader, model: configuration.model)
        speak = try DeepgramSpeak.read(reader, voice: configuration.voice)
        thinkLive = try DeepgramThink.live(reader)
        switch try reader.text("encoding", oneOf: ["linear16", "mulaw", "alaw"]) {
        case "mulaw": encoding = .mulaw
        case "alaw": encoding = .alaw
        default: encoding = .pcm16
        }
        deferUntilEot = Set(try Self.words("defer_until_eot", reader))
        tags = try Self.words("tags", reader)
        mipOptOut = try reader.flag("mip_opt_out")
        experimental = try reader.flag("experimental")
        if let prices = try reader.object("prices") {
            try prices.refuseUnknown(["minute"])
            minutePrice = try prices.number("minute", 0...1000)
        }
    }

    /// What goes over the wire for the user's audio.
    var inputFormat: VendorCodec.Format {
        encoding == .pcm16 ? .init(encoding: .pcm16, rate: 16000) : .init(encoding: encoding, rate: 8000)
    }

    /// What goes over the wire for the agent's audio.
    var outputFormat: VendorCodec.Format {
        encoding == .pcm16 ? .init(encoding: .pcm16, rate: 24000) : .init(encoding: encoding, rate: 8000)
    }

    private static func checkedKey(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> Secret? {
        guard let key = configuration.key, !key.isEmpty else {
            guard configuration.baseURL == nil else { return nil }
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"", cause: "there is no API key",
                fix: "set the environment variable DEEPGRAM_API_KEY (export DEEPGRAM_API_KEY=...)")
        }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"",
                cause: "the API key has a space or a character that no key has",
                fix: "copy the key again into DEEPGRAM_API_KEY")
        }
        return key
    }

    /// A list of words, or one word.
    static func words(_ name: String, _ reader: OptionReader) throws(ConfigurationError) -> [String] {
        if let one = reader.raw(name)?.string { return [one] }
        var words: [String] = []
        for (value, _) in try reader.list(name) {
            guard let word = value.string, !word.isEmpty else {
                throw reader.fault(name, "must be a list of words", "write [word, word]")
            }
            words.append(word)
        }
        return words
    }
}
