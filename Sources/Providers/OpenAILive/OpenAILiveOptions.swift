import Core
import ProviderKit

/// What an OpenAI Live provider is set to, checked.
struct OpenAILiveOptions: Sendable {
    static let defaultModel = "gpt-live-1"
    static let defaultBackend = "gpt-5.6-luna"

    /// The user's name for this provider.
    var name: String
    var model: String
    var voice: String
    var endpoint: URLParts
    var headers: [HeaderField]
    var key: Secret?
    var encoding = OpenAIRealtimeEncoding.pcm16
    /// Samples per second, both ways.
    var rate = 24000
    /// The `responses` object of the delegation without instructions and tools.
    var backend: JSONValue
    var backendInstructions: String?
    var backendTools: [JSONValue] = []
    var toolChoice: JSONValue?
    var acknowledgementDelayMs: Int?
    /// Silence that ends what one side says.
    var turnGap = Duration.milliseconds(800)
    var store: Bool?
    var safetyIdentifier: String?
    /// US dollars for a minute of session (wire reference 1B).
    var perMinute = 0.05
    /// Of the backend; nil when not known.
    var prices: OpenAIRealtimePrices?

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(OpenAILive.options.map(\.name))
        name = configuration.name
        model = try reader.word(configuration.model, "model") ?? Self.defaultModel
        voice = try reader.word(configuration.voice, "voice") ?? "marin"
        key = try OpenAIRealtimeOptions.checkedKey(configuration, OpenAILive.account)
        // No query: the model stands in session.start.
        endpoint = try OpenAIRealtimeOptions.address(
            "wss://api.openai.com/v1/live/sessions", query: [], base: configuration.baseURL)
        headers = OpenAIRealtimeDialect.bearer(key)
        backend = [
            "model": .string(try reader.word(reader.text("backend_model"), "backend_model") ?? Self.defaultBackend)
        ]
        try OpenAIRealtimeOptions.addOwner(reader, to: &headers)
        try readAudio(reader)
        try readBackend(reader)
        try readSession(reader)
    }

    private mutating func readAudio(_ reader: OptionReader) throws(ConfigurationError) {
        let names = OpenAIRealtimeEncoding.allCases.map(\.rawValue)
        encoding = try reader.text("encoding", oneOf: names).flatMap(OpenAIRealtimeEncoding.init) ?? .pcm16
        if encoding != .pcm16 { rate = 8000 }
        guard let wanted = try reader.int("rate", 8000...24000) else { return }
        guard encoding == .pcm16 ? [16000, 24000].contains(wanted) : wanted == 8000 else {
            throw reader.fault("rate", "\(wanted) is not possible", "use 16000 or 24000; G.711 has 8000")
        }
        rate = wanted
    }

    private mutating func readBackend(_ reader: OptionReader) throws(ConfigurationError) {
        backendInstructions = try reader.text("backend_instructions")
        let efforts = ["none", "minimal", "low", "medium", "high", "xhigh"]
        backend["reasoning"] = try reader.text("backend_reasoning", oneOf: efforts).map { ["effort": .string($0)] }
        backend["text"] = try reader.text("backend_verbosity", oneOf: ["low", "medium", "high"]).map {
            ["verbosity": .string($0)]
        }
        backend["max_output_tokens"] = try reader.int("max_output_tokens", 1...128_000).map { .int(Int64($0)) }
        backend["parallel_tool_calls"] = try reader.flag("parallel_tool_calls").map { .bool($0) }
        if let choice = try reader.text("tool_choice") {
            let isMode = ["none", "auto", "required"].contains(choice)
            toolChoice = isMode ? .string(choice) : ["type": "function", "name": .string(choice)]
        }
        for (value, _) in try reader.list("backend_tools") {
            guard let type = value.string ?? value["type"]?.string, !type.isEmpty, type != "function" else {
                throw reader.fault("backend_tools", "an entry has no type", "write web_search, or {type: …, …}")
            }
            backendTools.append(value.string == nil ? value : ["type": .string(type)])
        }
    }

    private mutating func readSession(_ reader: OptionReader) throws(ConfigurationError) {
        acknowledgementDelayMs = try reader.int("acknowledgement_delay_ms", 0...60_000)
        turnGap = try reader.int("turn_gap_ms", 200...5000).map { .milliseconds($0) } ?? turnGap
        store = try reader.flag("store")
        safetyIdentifier = try reader.text("safety_identifier")
        perMinute = try reader.number("price_per_minute", 0...1000) ?? perMinute
        prices = try OpenAIRealtimePrices(reader, over: nil)
    }
}
