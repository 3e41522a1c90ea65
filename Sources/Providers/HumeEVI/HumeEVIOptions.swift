import Core
import ProviderKit

/// What a Hume EVI provider is set to, checked (wire reference 5.3).
struct HumeEVIOptions: Sendable, Equatable {
    static let names = [
        "config_id", "config_version", "auth", "verbose_transcription", "event_limit", "allow_connection", "resume",
        "variables", "context", "builtin_tools", "custom_session_id", "metadata", "input_rate", "max_duration",
        "emotions", "price_per_minute",
    ]

    /// The user's name for this provider.
    var name: String
    /// Address with all of the query but the secret and the chat to resume.
    var endpoint: URLParts
    var key: Secret?
    var usesToken: Bool
    var resumes: Bool
    var voice: String?
    var context: String?
    /// Members of `session_settings` that come from options alone.
    var settings: [JSONValue.Member] = []
    var inputRate: Int
    var maxSeconds: Int
    var tellsEmotions: Bool
    var pricePerMinute: Double?

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.names)
        name = configuration.name
        voice = configuration.voice.flatMap { $0.isEmpty ? nil : $0 }
        usesToken = try reader.text("auth", oneOf: ["key", "token"]) == "token"
        key = try Self.checkedKey(configuration)
        resumes = try reader.flag("resume") ?? true
        context = try reader.text("context")
        inputRate = try Self.rate(reader) ?? 16000
        maxSeconds = try reader.int("max_duration", 10...86400) ?? 1800
        tellsEmotions = try reader.flag("emotions") ?? false
        pricePerMinute = try reader.number("price_per_minute", 0...1000)
        endpoint = try URLParts(parsing: "wss://api.hume.ai/v0/evi/chat")
        if let base = configuration.baseURL { endpoint = endpoint.replacingOrigin(with: base) }
        try readQuery(reader)
        try readSettings(reader)
    }

    private mutating func readQuery(_ reader: OptionReader) throws(ConfigurationError) {
        if let id = try reader.text("config_id") { endpoint.addQuery("config_id", id) }
        if let version = try reader.int("config_version", 0...1_000_000) {
            endpoint.addQuery("config_version", String(version))
        }
        if try reader.flag("verbose_transcription") ?? true { endpoint.addQuery("verbose_transcription", "true") }
        if try reader.flag("allow_connection") ?? false { endpoint.addQuery("allow_connection", "true") }
        if let limit = try reader.int("event_limit", 0...100_000) { endpoint.addQuery("event_limit", String(limit)) }
    }

    private mutating func readSettings(_ reader: OptionReader) throws(ConfigurationError) {
        for option in ["variables", "metadata"] {
            guard let raw = reader.raw(option) else { continue }
            guard raw.members != nil else { throw reader.fault(option, "must be a map", "write name: value pairs") }
            settings.append(.init(option, raw))
        }
        let tools = try reader.list("builtin_tools").map(\.value)
        guard tools.allSatisfy({ $0.string != nil }) else {
            throw reader.fault("builtin_tools", "must be a list of names", "use web_search, hang_up")
        }
        if !tools.isEmpty { settings.append(.init("builtin_tools", .array(tools.map { ["name": $0] }))) }
        if let id = try reader.text("custom_session_id") { settings.append(.init("custom_session_id", .string(id))) }
    }

    private static func rate(_ reader: OptionReader) throws(ConfigurationError) -> Int? {
        guard let rate = try reader.int("input_rate", 8000...48000) else { return nil }
        guard [8000, 16000, 24000, 44100, 48000].contains(rate) else {
            throw reader.fault("input_rate", "\(rate) is not possible", "use 8000, 16000, 24000, 44100 or 48000")
        }
        return rate
    }

    private static func checkedKey(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> Secret? {
        guard let key = configuration.key, !key.isEmpty else {
            guard configuration.baseURL == nil else { return nil }
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"", cause: "there is no API key",
                fix: "set the environment variable HUME_API_KEY (export HUME_API_KEY=...)")
        }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"",
                cause: "the API key has a space or a character that no key has",
                fix: "copy the key again into HUME_API_KEY")
        }
        return key
    }

    /// The address of a connection, with the secret and the chat to resume.
    func address(resuming group: String?) -> URLParts {
        var url = endpoint
        if let key { url.addQuery(usesToken ? "access_token" : "api_key", key.reveal()) }
        if let group { url.addQuery("resumed_chat_group_id", group) }
        return url
    }
}
