import Core
import ProviderKit

/// What an OpenAI Realtime provider is set to, checked.
struct OpenAIRealtimeOptions: Sendable, Equatable {
    /// Who decides that the user's turn is over.
    enum TurnDetection: Sendable, Equatable {
        case serverVAD(ServerVAD)
        case semanticVAD(SemanticVAD)
        /// The session's own endpointer decides; nothing is sent between turns.
        case none
    }

    /// Silence-based detection at the vendor.
    struct ServerVAD: Sendable, Equatable {
        var threshold = 0.5
        var prefixPaddingMs = 300
        var silenceDurationMs = 500
        var createResponse = true
        var interruptResponse = true
        var idleTimeoutMs: Int?
    }

    /// Meaning-based detection at the vendor.
    struct SemanticVAD: Sendable, Equatable {
        var eagerness = "auto"
        var createResponse = true
        var interruptResponse = true
    }

    static let defaultModel = "gpt-realtime"
    static let defaultVoice = "marin"
    static let defaultTranscription = "gpt-realtime-whisper"
    static let names = [
        "transcription", "transcription_language", "transcription_prompt", "turn_detection", "noise_reduction", "speed",
        "max_output_tokens", "truncation", "tool_choice", "prices", "organization", "project",
    ]

    /// The user's name for this provider.
    var name: String
    var model: String
    var voice: String
    var endpoint: URLParts
    var key: Secret?
    /// Model of the user's transcript; nil turns it off.
    var transcription: String?
    var transcriptionLanguage: String?
    var transcriptionPrompt: String?
    var turnDetection = TurnDetection.serverVAD(ServerVAD())
    var noiseReduction: String?
    var speed: Double?
    var maxOutputTokens: JSONValue?
    var truncation: JSONValue?
    var toolChoice: JSONValue?
    var prices: OpenAIRealtimePrices?
    var organization: String?
    var project: String?

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.names)
        name = configuration.name
        model = try Self.word(configuration.model, "model", reader) ?? Self.defaultModel
        voice = try Self.word(configuration.voice, "voice", reader) ?? Self.defaultVoice
        endpoint = try Self.address(model: model, base: configuration.baseURL)
        key = try Self.checkedKey(configuration)
        prices = OpenAIRealtimePrices.known(model)
        try readTranscription(reader)
        turnDetection = try OpenAIRealtimeOptions.TurnDetection(reader)
        try readGeneration(reader)
        prices = try OpenAIRealtimePrices(reader, over: prices)
        organization = try Self.word(reader.text("organization"), "organization", reader)
        project = try Self.word(reader.text("project"), "project", reader)
    }

    private mutating func readTranscription(_ reader: OptionReader) throws(ConfigurationError) {
        if reader.raw("transcription") == .bool(false) {
            transcription = nil
        } else {
            let model = try reader.text("transcription") ?? Self.defaultTranscription
            transcription = ["none", "off", ""].contains(model) ? nil : model
        }
        transcriptionLanguage = try reader.text("transcription_language")
        transcriptionPrompt = try reader.text("transcription_prompt")
    }

    private mutating func readGeneration(_ reader: OptionReader) throws(ConfigurationError) {
        let noise = try reader.text("noise_reduction", oneOf: ["near_field", "far_field", "none"])
        noiseReduction = noise == "none" ? nil : noise
        speed = try reader.number("speed", 0.25...1.5)
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

    /// `wss://api.openai.com/v1/realtime?model=…` (wire reference 1A.1); a base URL replaces scheme, host and port.
    private static func address(model: String, base: URLParts?) throws(ConfigurationError) -> URLParts {
        var url = try URLParts(parsing: "wss://api.openai.com/v1/realtime")
        url.addQuery("model", model)
        return base.map { url.replacingOrigin(with: $0) } ?? url
    }

    private static func checkedKey(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> Secret? {
        guard let key = configuration.key, !key.isEmpty else {
            guard configuration.baseURL == nil else { return nil }
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"", cause: "there is no API key",
                fix: "set the environment variable OPENAI_API_KEY (export OPENAI_API_KEY=...)")
        }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"",
                cause: "the API key has a space or a character that no key has",
                fix: "copy the key again into OPENAI_API_KEY")
        }
        return key
    }

    /// Words that go into a URL or header: no control characters, not endless.
    private static func word(_ text: String?, _ name: String, _ reader: OptionReader) throws(ConfigurationError)
        -> String?
    {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= 256, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw reader.fault(
                name, "has a space or control character, or is too long", "write the vendor's name for it")
        }
        return text
    }

    /// Whether the vendor answers by itself when the user has ended.
    var answersByItself: Bool {
        switch turnDetection {
        case .serverVAD(let vad): vad.createResponse
        case .semanticVAD(let vad): vad.createResponse
        case .none: false
        }
    }

    /// Whether the vendor cancels its answer when it hears the user.
    var interruptsByItself: Bool {
        switch turnDetection {
        case .serverVAD(let vad): vad.interruptResponse
        case .semanticVAD(let vad): vad.interruptResponse
        case .none: false
        }
    }
}

extension OpenAIRealtimeOptions.TurnDetection {
    /// Reads `turn_detection`: a name, or a map with `type` and its fields.
    init(_ reader: OptionReader) throws(ConfigurationError) {
        let types = ["server_vad", "semantic_vad", "none"]
        guard reader.raw("turn_detection")?.members != nil else {
            switch try reader.text("turn_detection", oneOf: types) {
            case "semantic_vad": self = .semanticVAD(.init())
            case "none": self = .none
            default: self = .serverVAD(.init())
            }
            return
        }
        guard let fields = try reader.object("turn_detection") else {
            self = .serverVAD(.init())
            return
        }
        switch try fields.text("type", oneOf: types) ?? "server_vad" {
        case "semantic_vad": self = .semanticVAD(try .init(fields))
        case "none":
            try fields.refuseUnknown(["type"])
            self = .none
        default: self = .serverVAD(try .init(fields))
        }
    }
}

extension OpenAIRealtimeOptions.ServerVAD {
    /// Reads the fields of `server_vad`; ranges as in wire reference 1A.2.
    init(_ fields: OptionReader) throws(ConfigurationError) {
        try fields.refuseUnknown([
            "type", "threshold", "prefix_padding_ms", "silence_duration_ms", "create_response", "interrupt_response",
            "idle_timeout_ms",
        ])
        threshold = try fields.number("threshold", 0...1) ?? threshold
        prefixPaddingMs = try fields.int("prefix_padding_ms", 0...5000) ?? prefixPaddingMs
        silenceDurationMs = try fields.int("silence_duration_ms", 20...10000) ?? silenceDurationMs
        createResponse = try fields.flag("create_response") ?? createResponse
        interruptResponse = try fields.flag("interrupt_response") ?? interruptResponse
        idleTimeoutMs = try fields.int("idle_timeout_ms", 5000...30000)
    }
}

extension OpenAIRealtimeOptions.SemanticVAD {
    /// Reads the fields of `semantic_vad`.
    init(_ fields: OptionReader) throws(ConfigurationError) {
        try fields.refuseUnknown(["type", "eagerness", "create_response", "interrupt_response"])
        eagerness = try fields.text("eagerness", oneOf: ["low", "medium", "high", "auto"]) ?? eagerness
        createResponse = try fields.flag("create_response") ?? createResponse
        interruptResponse = try fields.flag("interrupt_response") ?? interruptResponse
    }
}
