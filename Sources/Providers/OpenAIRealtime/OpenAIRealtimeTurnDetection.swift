import Core
import ProviderKit

extension OpenAIRealtimeOptions {
    /// Who decides that the user's turn is over.
    enum TurnDetection: Sendable, Equatable {
        case serverVAD(ServerVAD)
        case semanticVAD(SemanticVAD)
        /// A detector that only one vendor has, as it goes on the wire.
        case other(JSONValue)
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
}

extension OpenAIRealtimeOptions.TurnDetection {
    /// Reads `turn_detection`: a name out of `types`, or a map with `type` and its fields.
    init(_ reader: OptionReader, _ types: [String]) throws(ConfigurationError) {
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

    /// As it goes on the wire; `null` turns the vendor's detector off.
    func json(mayInterrupt: Bool) -> JSONValue {
        switch self {
        case .none: return .null
        case .other(var json):
            if !mayInterrupt { json["interrupt_response"] = false }
            return json
        case .semanticVAD(let vad):
            return [
                "type": "semantic_vad", "eagerness": .string(vad.eagerness),
                "create_response": .bool(vad.createResponse),
                "interrupt_response": .bool(vad.interruptResponse && mayInterrupt),
            ]
        case .serverVAD(let vad):
            var json: JSONValue = [
                "type": "server_vad", "threshold": .double(vad.threshold),
                "prefix_padding_ms": .int(Int64(vad.prefixPaddingMs)),
                "silence_duration_ms": .int(Int64(vad.silenceDurationMs)), "create_response": .bool(vad.createResponse),
                "interrupt_response": .bool(vad.interruptResponse && mayInterrupt),
            ]
            json["idle_timeout_ms"] = vad.idleTimeoutMs.map { .int(Int64($0)) }
            return json
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
