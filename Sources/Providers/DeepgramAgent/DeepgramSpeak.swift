import Core
import ProviderKit

/// Reads the option `speak` into the vendor's `agent.speak` (wire reference 3.2).
enum DeepgramSpeak {
    private static let providers = ["deepgram", "eleven_labs", "cartesia", "open_ai", "aws_polly"]
    private static let fields = [
        "provider", "model", "model_id", "voice", "language", "language_code", "engine", "credentials", "speed",
        "expressivity", "volume", "endpoint",
    ]

    /// The vendor's objects in order of fallback.
    static func read(_ reader: OptionReader, voice: String?) throws(ConfigurationError) -> [JSONValue] {
        guard let raw = reader.raw("speak") else { return [named(voice ?? DeepgramAgentOptions.defaultSpeak)] }
        if raw.array != nil {
            var all: [JSONValue] = []
            for (_, item) in try reader.list("speak") { all.append(try one(item, voice: nil)) }
            guard !all.isEmpty else { throw reader.fault("speak", "the list is empty", "name one voice at least") }
            return all
        }
        if raw.members != nil, let map = try reader.object("speak") { return [try one(map, voice: voice)] }
        return [named(try reader.text("speak") ?? DeepgramAgentOptions.defaultSpeak)]
    }

    private static func named(_ model: String) -> JSONValue { ["provider": deepgram(model)] }

    /// Aura is v1, Flux v2; a wrong pair is refused by the vendor (wire reference 3.6 no. 7).
    private static func deepgram(_ model: String) -> JSONValue {
        let version: JSONValue = model.hasPrefix("flux") ? "v2" : "v1"
        return ["type": "deepgram", "version": version, "model": .string(model)]
    }

    private static func one(_ map: OptionReader, voice: String?) throws(ConfigurationError) -> JSONValue {
        try map.refuseUnknown(fields)
        let type = try map.text("provider", oneOf: providers) ?? "deepgram"
        guard type == "deepgram" else { return try foreign(map, type) }
        let model = try map.text("model") ?? voice ?? DeepgramAgentOptions.defaultSpeak
        var provider = deepgram(model)
        provider["speed"] = try map.number("speed", model.hasPrefix("flux") ? 0.5...1.5 : 0.7...1.5).map { .double($0) }
        if !model.hasPrefix("flux"), map.raw("expressivity") != nil {
            throw map.fault(
                "expressivity", "the voice \(model) has no such setting", "leave it out, or take a Flux voice")
        }
        provider["expressivity"] = try map.number("expressivity", -2...2).map { .double($0) }
        return ["provider": provider]
    }

    /// A voice of somebody else: its fields go as they are; where it is must be said.
    private static func foreign(_ map: OptionReader, _ type: String) throws(ConfigurationError) -> JSONValue {
        guard let endpoint = try DeepgramThink.endpoint(map) else {
            throw map.fault(
                "endpoint", "a voice of \(type) needs it", "write endpoint: { url: …, headers: … } with its own key")
        }
        var provider: JSONValue = ["type": .string(type)]
        for name in fields where name != "provider" && name != "endpoint" {
            provider[name] = map.raw(name)
        }
        return ["provider": provider, "endpoint": endpoint]
    }
}
