import Core
import ProviderKit

/// What a provider of the Realtime protocol is set to, checked.
struct OpenAIRealtimeOptions: Sendable {
    var dialect: OpenAIRealtimeDialect
    /// The user's name for this provider.
    var name: String
    var model: String
    var voice: String
    /// Where to connect; the dialect sets it.
    var endpoint: URLParts
    var headers: [HeaderField] = []
    var key: Secret?
    var encoding = OpenAIRealtimeEncoding.pcm16
    /// Samples per second, both ways.
    var rate: Int
    /// Model of the user's transcript; nil turns it off.
    var transcription: String?
    var transcriptionLanguage: String?
    var transcriptionPrompt: String?
    var transcriptionKeywords: [String] = []
    var transcriptionDelay: String?
    var turnDetection = TurnDetection.serverVAD(ServerVAD())
    var noiseReduction: String?
    var speed: Double?
    var reasoning: String?
    var parallelToolCalls: Bool?
    var temperature: Double?
    var maxOutputTokens: JSONValue?
    var truncation: JSONValue?
    var toolChoice: JSONValue?
    var prices: OpenAIRealtimePrices?
    /// US dollars for a minute of connection.
    var perMinute: Double?
    /// Members of the session object that only this vendor has, ready to send.
    var vendor: JSONValue = .object([])
    /// The vendor shortens its memory of a cut answer by itself.
    var vendorTruncates = false

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(
        _ configuration: ProviderConfiguration, _ dialect: OpenAIRealtimeDialect = OpenAIRealtime.dialect
    ) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(dialect.options.map(\.name))
        self.dialect = dialect
        name = configuration.name
        model = try reader.word(configuration.model, "model") ?? dialect.defaultModel
        voice = try reader.word(configuration.voice, "voice") ?? dialect.defaultVoice
        rate = dialect.rate
        perMinute = dialect.perMinute
        endpoint = try Self.address("wss://localhost", query: [], base: configuration.baseURL)
        key = try Self.checkedKey(configuration, dialect.account)
        try readTranscription(reader)
        turnDetection = try dialect.detector(reader)
        try readAudio(reader)
        try readGeneration(reader)
        try dialect.complete(&self, reader, configuration)
        prices = try OpenAIRealtimePrices(reader, over: self.dialect.prices(model))
    }

    private mutating func readTranscription(_ reader: OptionReader) throws(ConfigurationError) {
        if reader.raw("transcription") == .bool(false) {
            transcription = nil
        } else {
            let model = try reader.text("transcription") ?? dialect.defaultTranscription ?? "none"
            transcription = ["none", "off", ""].contains(model) ? nil : model
        }
        transcriptionLanguage = try reader.text("transcription_language")
        transcriptionPrompt = try reader.text("transcription_prompt")
        transcriptionKeywords = try reader.texts("transcription_keywords", atMost: 100)
        transcriptionDelay = try reader.text(
            "transcription_delay", oneOf: ["minimal", "low", "medium", "high", "xhigh"])
    }

    private mutating func readAudio(_ reader: OptionReader) throws(ConfigurationError) {
        let noise = try reader.text("noise_reduction", oneOf: dialect.noiseReductions)
        noiseReduction = noise == "none" ? nil : noise
        speed = try reader.number("speed", dialect.speed)
        let names = OpenAIRealtimeEncoding.allCases.map(\.rawValue)
        encoding = try reader.text("encoding", oneOf: names).flatMap(OpenAIRealtimeEncoding.init) ?? .pcm16
        if encoding != .pcm16 { rate = 8000 }
    }

    private mutating func readGeneration(_ reader: OptionReader) throws(ConfigurationError) {
        reasoning = try reader.text("reasoning", oneOf: ["none", "minimal", "low", "medium", "high", "xhigh"])
        parallelToolCalls = try reader.flag("parallel_tool_calls")
        if reader.raw("max_output_tokens")?.string == "inf" {
            maxOutputTokens = "inf"
        } else {
            maxOutputTokens = try reader.int("max_output_tokens", 1...4096).map { .int(Int64($0)) }
        }
        if reader.raw("truncation")?.double != nil {
            let ratio = try reader.number("truncation", 0...1)
            truncation = ["type": "retention_ratio", "retention_ratio": .double(ratio ?? 1)]
        } else {
            truncation = try reader.text("truncation", oneOf: ["auto", "disabled"]).map { .string($0) }
        }
        if let choice = try reader.text("tool_choice") {
            let isMode = ["none", "auto", "required"].contains(choice)
            toolChoice = isMode ? .string(choice) : ["type": "function", "name": .string(choice)]
        }
    }

    /// A URL with a query; a base URL replaces scheme, host and port.
    static func address(
        _ text: String, query: [(name: String, value: String)], base: URLParts?
    ) throws(ConfigurationError) -> URLParts {
        var url = try URLParts(parsing: text)
        for item in query { url.addQuery(item.name, item.value) }
        return base.map { url.replacingOrigin(with: $0) } ?? url
    }

    /// The headers that name organization and project, where they are set.
    static func addOwner(_ reader: OptionReader, to headers: inout [HeaderField]) throws(ConfigurationError) {
        for (option, header) in [("organization", "OpenAI-Organization"), ("project", "OpenAI-Project")] {
            guard let value = try reader.word(reader.text(option), option) else { continue }
            headers.append(HeaderField(header, value))
        }
    }

    /// The key, when it is one; it may only be missing with a base URL.
    static func checkedKey(
        _ configuration: ProviderConfiguration, _ account: OpenAIRealtimeDialect.Account
    ) throws(ConfigurationError) -> Secret? {
        let variable = account.keyVariable
        guard let key = configuration.key, !key.isEmpty else {
            guard configuration.baseURL == nil else { return nil }
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"", cause: "there is no API key",
                fix: "set the environment variable \(variable) (export \(variable)=...)")
        }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"",
                cause: "the API key has a space or a character that no key has",
                fix: "copy the key again into \(variable)")
        }
        return key
    }

    /// Whether the vendor answers by itself when the user has ended.
    var answersByItself: Bool {
        switch turnDetection {
        case .serverVAD(let vad): vad.createResponse
        case .semanticVAD(let vad): vad.createResponse
        case .other(let vad): vad["create_response"]?.bool ?? true
        case .none: false
        }
    }

    /// Whether the vendor cancels its answer when it hears the user.
    var interruptsByItself: Bool {
        switch turnDetection {
        case .serverVAD(let vad): vad.interruptResponse
        case .semanticVAD(let vad): vad.interruptResponse
        case .other(let vad): vad["interrupt_response"]?.bool ?? true
        case .none: false
        }
    }
}

extension OptionReader {
    /// Words that go into a URL or header: no control characters, not endless. Nil for none.
    func word(_ text: String?, _ name: String) throws(ConfigurationError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= 256, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw fault(name, "has a space or control character, or is too long", "write the vendor's name for it")
        }
        return text
    }

    /// A list of texts; empty when absent.
    func texts(_ name: String, atMost most: Int) throws(ConfigurationError) -> [String] {
        let items = try list(name)
        guard items.count <= most else { throw fault(name, "has \(items.count) entries", "use at most \(most)") }
        var texts: [String] = []
        for item in items {
            guard let text = item.value.string else {
                throw fault(name, "must hold texts only", "write [\"a\", \"b\"]")
            }
            texts.append(text)
        }
        return texts
    }
}
