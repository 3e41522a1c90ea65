import Core
import ProviderKit

/// Reads the options `think` and `think_live` into the vendor's objects (wire reference 3.2).
enum DeepgramThink {
    private static let providers = ["open_ai", "anthropic", "google", "groq", "aws_bedrock", "deepgram"]
    private static let fields = [
        "provider", "model", "version", "temperature", "reasoning_mode", "credentials", "voice_prompt_opt_out",
        "context_length", "endpoint",
    ]

    /// The vendor's objects in order of fallback, without prompt and functions.
    static func read(_ reader: OptionReader, model: String?) throws(ConfigurationError) -> [JSONValue] {
        guard let raw = reader.raw("think") else { return [named(model ?? DeepgramAgentOptions.defaultThink)] }
        if raw.array != nil {
            var all: [JSONValue] = []
            for (_, item) in try reader.list("think") { all.append(try one(item, model: nil)) }
            guard !all.isEmpty else { throw reader.fault("think", "the list is empty", "name one model at least") }
            return all
        }
        if raw.members != nil, let map = try reader.object("think") { return [try one(map, model: model)] }
        return [named(try reader.text("think") ?? DeepgramAgentOptions.defaultThink)]
    }

    /// A model by its name alone; the name tells whose it is.
    private static func named(_ model: String) -> JSONValue {
        ["provider": ["type": .string(maker(of: model)), "model": .string(model)]]
    }

    private static func maker(of model: String) -> String {
        if model.hasPrefix("claude") { return "anthropic" }
        if model.hasPrefix("gemini") { return "google" }
        if model.hasPrefix("think-") || model.hasPrefix("phonellm") { return "deepgram" }
        return model.hasPrefix("openai/") ? "groq" : "open_ai"
    }

    private static func one(_ map: OptionReader, model: String?) throws(ConfigurationError) -> JSONValue {
        try map.refuseUnknown(fields)
        let model = try map.text("model") ?? model ?? DeepgramAgentOptions.defaultThink
        let type = try map.text("provider", oneOf: providers) ?? maker(of: model)
        var provider: JSONValue = ["type": .string(type), "model": .string(model)]
        provider["version"] = try map.text("version").map { .string($0) }
        provider["temperature"] = try map.number("temperature", 0...(type == "anthropic" ? 1 : 2)).map { .double($0) }
        provider["reasoning_mode"] = try map.text(
            "reasoning_mode", oneOf: ["none", "minimal", "low", "medium", "high"]
        )
        .map { .string($0) }
        provider["voice_prompt_opt_out"] = try map.flag("voice_prompt_opt_out").map { .bool($0) }
        if try map.object("credentials") != nil { provider["credentials"] = map.raw("credentials") }
        var json: JSONValue = ["provider": provider]
        json["endpoint"] = try endpoint(map)
        if map.raw("context_length")?.string == "max" {
            json["context_length"] = "max"
        } else {
            json["context_length"] = try map.int("context_length", 2...10_000_000).map { .int(Int64($0)) }
        }
        return json
    }

    /// `{url, headers}` of somebody else's service.
    static func endpoint(_ map: OptionReader) throws(ConfigurationError) -> JSONValue? {
        guard let fields = try map.object("endpoint") else { return nil }
        try fields.refuseUnknown(["url", "headers"])
        guard let url = try fields.text("url") else {
            throw map.fault("endpoint", "has no url", "write endpoint: { url: https://… }")
        }
        var json: JSONValue = ["url": .string(url)]
        if try fields.object("headers") != nil { json["headers"] = fields.raw("headers") }
        return json
    }

    /// `agent.think_live`, early access.
    static func live(_ reader: OptionReader) throws(ConfigurationError) -> JSONValue? {
        guard let map = try reader.object("think_live") else { return nil }
        try map.refuseUnknown([
            "agent_backchannel_sensitivity", "presence_check_max_count", "presence_check_interval_ms",
            "frustration_max_count", "restricted_terms",
        ])
        var provider: JSONValue = ["type": "deepgram", "version": "v1"]
        provider["agent_backchannel_sensitivity"] = try map.number("agent_backchannel_sensitivity", 0...1)
            .map { .double($0) }
        for name in ["presence_check_max_count", "presence_check_interval_ms", "frustration_max_count"] {
            provider[name] = try map.int(name, 0...3_600_000).map { .int(Int64($0)) }
        }
        let terms = try DeepgramAgentOptions.words("restricted_terms", map)
        if !terms.isEmpty { provider["restricted_terms"] = .array(terms.map { .string($0) }) }
        return ["provider": provider]
    }
}
