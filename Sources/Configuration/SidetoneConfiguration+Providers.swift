import Core

/// `providers:` of the file.
extension SidetoneConfiguration {
    static func provider(_ name: String, _ node: ConfigurationNode) throws(ConfigurationError) -> Provider {
        var reader = try ConfigurationReader(node)
        var result = Provider(name: name, type: try reader.string("type") ?? name, place: node.place)
        result.kind = try kind(&reader)
        result.model = try reader.string("model")
        result.voice = try reader.string("voice")
        result.keyVariable = try reader.string("key_variable")
        if let url = try reader.string("base_url") {
            do throws(ConfigurationError) { result.baseURL = try URLParts(parsing: url) } catch {
                throw ConfigurationError(
                    place: "\(node.place) \(node.path).base_url", cause: error.cause, fix: error.fix)
            }
        }
        for forbidden in ["api_key", "key", "token", "secret"] where reader.node(forbidden) != nil {
            throw ConfigurationError(
                place: "\(node.place) \(node.path).\(forbidden)", cause: "keys do not belong in this file",
                fix: "set the provider's environment variable, or name another by key_variable")
        }
        if let node = reader.node("env") { result.environment = try environment(node) }
        result.command = try reader.strings("command") ?? []
        result.options = reader.node("options")?.json ?? .object([])
        try reader.finish()
        return result
    }

    private static func kind(_ reader: inout ConfigurationReader) throws(ConfigurationError) -> String? {
        enum Kind: String, CaseIterable { case sts, asr, llm, tts }
        guard let text = try reader.string("kind"), let node = reader.node("kind") else { return nil }
        guard let kind = Kind(rawValue: text.lowercased()) else {
            throw ConfigurationReader.wrong(node, "should be STS, ASR, LLM or TTS, not \"\(text)\"")
        }
        return kind.rawValue
    }

    private static func environment(
        _ node: ConfigurationNode
    ) throws(ConfigurationError) -> [(name: String, value: String)] {
        guard let members = node.members else {
            throw ConfigurationReader.wrong(node, "should be a mapping of variables (NAME: value lines)")
        }
        var result: [(name: String, value: String)] = []
        for (name, value) in members {
            guard case .scalar(let text) = value.content else {
                throw ConfigurationReader.wrong(value, "should be a single text")
            }
            let isName =
                !name.isEmpty
                && name.utf8.allSatisfy {
                    $0 == 0x5F || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39
                }
            guard isName, name.utf8.first.map({ $0 < 0x30 || $0 > 0x39 }) ?? false else {
                throw ConfigurationReader.wrong(value, "\"\(name)\" is no name of a variable")
            }
            result.append((name, text))
        }
        return result
    }
}
