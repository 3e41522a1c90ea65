import Core
import ProviderKit

/// What an ElevenLabs agent is set to, checked.
struct ElevenLabsAgentOptions: Sendable, Equatable {
    static let names = [
        "agent_id", "access", "overrides", "language", "llm", "tts", "keywords", "dynamic_variables",
        "custom_llm_extra_body", "user_id", "client_events", "environment", "branch_id", "approve_mcp", "max_duration",
        "prices",
    ]
    /// What can be replaced, in the words of the option.
    static let replaceable = [
        "prompt", "first_message", "language", "llm", "voice", "tts", "keywords", "client_events",
    ]
    /// Events without which nothing works here (wire reference 4.3).
    static let neededEvents = [
        "conversation_initiation_metadata", "ping", "audio", "interruption", "agent_response",
        "agent_response_correction", "user_transcript", "tentative_user_transcript", "client_tool_call",
    ]
    private static let path = "/v1/convai/conversation"

    /// The user's name for this provider.
    var name: String
    /// Where conversations are, with the agent's id.
    var conversation: URLParts
    /// Where a signed address is had; nil for a public agent.
    var signing: URLParts?
    var key: Secret?
    var voice: String?
    /// What may be replaced.
    var overrides: Set<String>
    var language: String?
    var llm: String?
    var tts: JSONValue?
    var keywords: [String]
    var variables: JSONValue?
    var extraBody: JSONValue?
    var userID: String?
    var events: [String]
    var approvesMCP: Bool
    var longest: Duration?
    var minutePrice: Double?

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.names)
        name = configuration.name
        guard let agent = try reader.text("agent_id"), !agent.isEmpty else {
            throw reader.fault(
                "agent_id", "is missing", "write the agent's id (elevenlabs.io, Agents, the agent's page)")
        }
        key = try Self.checkedKey(configuration)
        let isSigned = try Self.isSigned(reader, hasKey: key != nil)
        conversation = try Self.address("wss", "", agent, configuration.baseURL)
        signing = isSigned ? try Self.address("https", "/get-signed-url", agent, configuration.baseURL) : nil
        for name in ["environment", "branch_id"] {
            guard let value = try reader.text(name) else { continue }
            conversation.addQuery(name, value)
            signing?.addQuery(name, value)
        }
        voice = configuration.voice
        overrides = try Self.readOverrides(reader)
        language = try reader.text("language")
        llm = try reader.text("llm")
        tts = try Self.readTTS(reader)
        keywords = try reader.words("keywords")
        variables = try Self.readVariables(reader)
        extraBody = try reader.object("custom_llm_extra_body") == nil ? nil : reader.raw("custom_llm_extra_body")
        userID = try reader.text("user_id")
        let more = try reader.words("client_events")
        events = Self.neededEvents + more.filter { !Self.neededEvents.contains($0) }
        approvesMCP = try reader.flag("approve_mcp") ?? false
        longest = try reader.int("max_duration", 60...86_400).map { .seconds($0) }
        if let prices = try reader.object("prices") {
            try prices.refuseUnknown(["minute"])
            minutePrice = try prices.number("minute", 0...1000)
        }
    }

    /// wire reference 4.1; a base URL replaces scheme, host and port.
    private static func address(
        _ scheme: String, _ tail: String, _ agent: String, _ base: URLParts?
    ) throws(ConfigurationError) -> URLParts {
        var url = try URLParts(parsing: "\(scheme)://api.elevenlabs.io\(path)\(tail)")
        url.addQuery("agent_id", agent)
        return base.map { url.replacingOrigin(with: $0) } ?? url
    }

    private static func isSigned(_ reader: OptionReader, hasKey: Bool) throws(ConfigurationError) -> Bool {
        switch try reader.text("access", oneOf: ["auto", "signed", "public"]) {
        case "public": return false
        case "signed":
            guard hasKey else {
                throw reader.fault("access", "a signed address needs a key", "set ELEVENLABS_API_KEY, or write public")
            }
            return true
        default: return hasKey
        }
    }

    private static func readOverrides(_ reader: OptionReader) throws(ConfigurationError) -> Set<String> {
        switch reader.raw("overrides") {
        case nil, .string("auto")?: return Set(replaceable)
        case .string("none")?: return []
        default: break
        }
        let words = try reader.words("overrides")
        for word in words where !replaceable.contains(word) {
            let near = Spelling.nearest(to: word, among: replaceable)
            throw reader.fault(
                "overrides", "\"\(word)\" cannot be replaced",
                near.map { "did you mean \($0)?" }
                    ?? "use auto, none, or words of \(replaceable.joined(separator: ", "))"
            )
        }
        return Set(words)
    }

    private static func readTTS(_ reader: OptionReader) throws(ConfigurationError) -> JSONValue? {
        guard let map = try reader.object("tts") else { return nil }
        try map.refuseUnknown(["stability", "speed", "similarity_boost"])
        var tts: JSONValue = .object([])
        tts["stability"] = try map.number("stability", 0...1).map { .double($0) }
        tts["speed"] = try map.number("speed", 0.7...1.2).map { .double($0) }
        tts["similarity_boost"] = try map.number("similarity_boost", 0...1).map { .double($0) }
        return tts
    }

    private static func readVariables(_ reader: OptionReader) throws(ConfigurationError) -> JSONValue? {
        guard try reader.object("dynamic_variables") != nil else { return nil }
        let all = reader.raw("dynamic_variables")
        for member in all?.members ?? [] {
            guard member.value.string == nil, member.value.double == nil, member.value.bool == nil else { continue }
            throw reader.fault(
                "dynamic_variables.\(member.key)", "must be text, a number, true or false", "write one value")
        }
        return all
    }

    private static func checkedKey(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> Secret? {
        guard let key = configuration.key, !key.isEmpty else { return nil }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"",
                cause: "the API key has a space or a character that no key has",
                fix: "copy the key again into ELEVENLABS_API_KEY")
        }
        return key
    }
}
