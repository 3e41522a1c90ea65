import Core
import ProviderKit

/// What an Ultravox provider is set to, checked (wire reference 5.2).
struct UltravoxOptions: Sendable, Equatable {
    static let names = [
        "agent_id", "template_context", "temperature", "language_hint", "max_duration", "join_timeout",
        "time_exceeded_message", "inactivity_messages", "vad", "recording", "metadata", "input_rate", "output_rate",
        "client_buffer_ms", "agent_reaction", "price_per_minute",
    ]

    /// The user's name for this provider.
    var name: String
    var endpoint: URLParts
    var key: Secret?
    /// Whether the vendor's own agent is called.
    var usesAgent: Bool
    /// Members of the call's body that come from options alone.
    var body: [JSONValue.Member] = []
    var languageHint: String?
    var maxSeconds: Int
    var inputRate: Int
    var outputRate: Int
    var bufferMs: Int
    var agentReaction: String?
    var pricePerMinute: Double?

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.names)
        name = configuration.name
        let agent = try GeminiLiveOptions.word(reader.text("agent_id"), "agent_id", reader)
        usesAgent = agent != nil
        endpoint = try URLParts(
            parsing: "https://api.ultravox.ai/api/" + (agent.map { "agents/\(URLParts.encode($0))/" } ?? "") + "calls")
        if let base = configuration.baseURL { endpoint = endpoint.replacingOrigin(with: base) }
        key = try Self.checkedKey(configuration)
        languageHint = try reader.text("language_hint")
        maxSeconds = try reader.int("max_duration", 10...86400) ?? 1800
        inputRate = try Self.rate("input_rate", reader) ?? 16000
        outputRate = try Self.rate("output_rate", reader) ?? 24000
        bufferMs = try reader.int("client_buffer_ms", 20...60000) ?? 5000
        agentReaction = try reader.text("agent_reaction", oneOf: ["speaks", "listens", "speaks-once"])
        pricePerMinute = try reader.number("price_per_minute", 0...1000)
        if let model = configuration.model, !model.isEmpty { body.append(.init("model", .string(model))) }
        if let voice = configuration.voice, !voice.isEmpty { body.append(.init("voice", .string(voice))) }
        try readBody(reader)
    }

    private mutating func readBody(_ reader: OptionReader) throws(ConfigurationError) {
        if let value = try reader.number("temperature", 0...1) { body.append(.init("temperature", .double(value))) }
        if let value = try reader.int("join_timeout", 1...86400) {
            body.append(.init("joinTimeout", .string("\(value)s")))
        }
        if let text = try reader.text("time_exceeded_message") {
            body.append(.init("timeExceededMessage", .string(text)))
        }
        if let flag = try reader.flag("recording") { body.append(.init("recordingEnabled", .bool(flag))) }
        for (option, key) in [("metadata", "metadata"), ("template_context", "templateContext")] {
            guard let raw = reader.raw(option) else { continue }
            guard let members = raw.members, option != "metadata" || members.allSatisfy({ $0.value.string != nil })
            else {
                throw reader.fault(option, "has the wrong shape", "write a map of texts")
            }
            body.append(.init(key, raw))
        }
        let messages = try Self.inactivity(reader)
        if !messages.isEmpty { body.append(.init("inactivityMessages", .array(messages))) }
        if let vad = try Self.vad(reader) { body.append(.init("vadSettings", vad)) }
    }

    private static func inactivity(_ reader: OptionReader) throws(ConfigurationError) -> [JSONValue] {
        var messages: [JSONValue] = []
        for (value, fields) in try reader.list("inactivity_messages") {
            guard value.members != nil else {
                throw reader.fault("inactivity_messages", "must be a list of maps", "write duration and message")
            }
            try fields.refuseUnknown(["duration", "message"])
            guard let seconds = try fields.number("duration", 1...3600), let text = try fields.text("message") else {
                throw reader.fault("inactivity_messages", "needs duration and message in each", "add what is missing")
            }
            messages.append(["duration": .string(duration(seconds)), "message": .string(text)])
        }
        return messages
    }

    private static func vad(_ reader: OptionReader) throws(ConfigurationError) -> JSONValue? {
        guard let fields = try reader.object("vad") else { return nil }
        let times = [
            ("turn_endpoint_delay", "turnEndpointDelay"), ("minimum_turn_duration", "minimumTurnDuration"),
            ("minimum_interruption_duration", "minimumInterruptionDuration"),
        ]
        try fields.refuseUnknown(times.map(\.0) + ["frame_activation_threshold"])
        var json: JSONValue = .object([])
        for (option, key) in times {
            json[key] = try fields.number(option, 0...30).map { .string(duration($0)) }
        }
        json["frameActivationThreshold"] = try fields.number("frame_activation_threshold", 0...1).map { .double($0) }
        return json
    }

    /// Seconds as the vendor writes durations: `0.384s`.
    private static func duration(_ seconds: Double) -> String {
        let ms = Int((seconds * 1000).rounded())
        guard ms % 1000 != 0 else { return "\(ms / 1000)s" }
        let rest = String(ms % 1000)
        return "\(ms / 1000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)s"
    }

    private static func rate(_ option: String, _ reader: OptionReader) throws(ConfigurationError) -> Int? {
        guard let rate = try reader.int(option, 8000...48000) else { return nil }
        guard [8000, 16000, 24000, 48000].contains(rate) else {
            throw reader.fault(option, "\(rate) is not possible", "use 8000, 16000, 24000 or 48000")
        }
        return rate
    }

    private static func checkedKey(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> Secret? {
        guard let key = configuration.key, !key.isEmpty else {
            guard configuration.baseURL == nil else { return nil }
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"", cause: "there is no API key",
                fix: "set the environment variable ULTRAVOX_API_KEY (export ULTRAVOX_API_KEY=...)")
        }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"",
                cause: "the API key has a space or a character that no key has",
                fix: "copy the key again into ULTRAVOX_API_KEY")
        }
        return key
    }
}
