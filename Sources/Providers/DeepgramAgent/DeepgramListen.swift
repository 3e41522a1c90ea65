import Core
import ProviderKit

/// Reads the option `listen` into the vendor's `agent.listen` (wire reference 3.2).
enum DeepgramListen {
    private static let fields = [
        "model", "language", "language_hints", "keyterms", "smart_format", "eot_threshold", "eager_eot_threshold",
        "eot_timeout_ms",
    ]

    /// The vendor's object. The model decides on the version: Flux is v2, Nova v1.
    static func read(_ reader: OptionReader) throws(ConfigurationError) -> JSONValue {
        guard reader.raw("listen")?.members != nil, let map = try reader.object("listen") else {
            return provider(try reader.text("listen") ?? DeepgramAgentOptions.defaultListen)
        }
        try map.refuseUnknown(fields)
        let model = try map.text("model") ?? DeepgramAgentOptions.defaultListen
        let isFlux = model.hasPrefix("flux")
        for name in isFlux
            ? ["language", "smart_format"]
            : [
                "language_hints", "eot_threshold", "eager_eot_threshold", "eot_timeout_ms",
            ] where map.raw(name) != nil
        {
            throw map.fault(name, "the model \(model) has no such setting", "leave it out, or choose another model")
        }
        var json = provider(model)
        try readWords(map, into: &json)
        json["smart_format"] = try map.flag("smart_format").map { .bool($0) }
        try readTurns(map, into: &json)
        return json
    }

    private static func provider(_ model: String) -> JSONValue {
        let version: JSONValue = model.hasPrefix("flux") ? "v2" : "v1"
        return ["type": "deepgram", "version": version, "model": .string(model)]
    }

    private static func readWords(_ map: OptionReader, into json: inout JSONValue) throws(ConfigurationError) {
        json["language"] = try map.text("language").map { .string($0) }
        for name in ["language_hints", "keyterms"] {
            let words = try DeepgramAgentOptions.words(name, map)
            if !words.isEmpty { json[name] = .array(words.map { .string($0) }) }
        }
    }

    private static func readTurns(_ map: OptionReader, into json: inout JSONValue) throws(ConfigurationError) {
        let certain = try map.number("eot_threshold", 0.5...1)
        let eager = try map.number("eager_eot_threshold", 0.3...0.9)
        if let eager, eager >= certain ?? 0.7 {
            throw map.fault(
                "eager_eot_threshold", "must be below eot_threshold (\(certain ?? 0.7))", "lower it, or leave it out")
        }
        json["eot_threshold"] = certain.map { .double($0) }
        json["eager_eot_threshold"] = eager.map { .double($0) }
        json["eot_timeout_ms"] = try map.int("eot_timeout_ms", 500...10000).map { .int(Int64($0)) }
    }
}
