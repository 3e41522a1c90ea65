import Core

/// `agents:` of the file.
extension SidetoneConfiguration {
    static func agent(_ name: String, _ node: ConfigurationNode) throws(ConfigurationError) -> Agent {
        enum Mode: String, CaseIterable { case auto, provider, local, either, off }
        var reader = try ConfigurationReader(node)
        var result = Agent(name: name, place: node.place)
        try readProviders(&reader, node, &result)
        let prompt = try reader.string("prompt")
        result.instructions = try reader.string("instructions") ?? prompt
        result.greeting = try reader.string("greeting")
        result.language = try reader.string("language")
        result.tools = try reader.strings("tools")
        result.fallbacks = try reader.strings("fallbacks") ?? []
        result.bargeIn = try reader.choice("barge_in", Mode.self)?.rawValue
        result.endpointingMs = try reader.int("endpointing_ms", in: 100...5000)
        result.bargeInMs = try reader.int("barge_in_ms", in: 20...1000)
        result.prerollMs = try reader.int("preroll_ms", in: 0...2000)
        result.backchannelMs = try reader.int("backchannel_ms", in: 0...3000)
        result.backchannelWords = try reader.strings("backchannel_words")
        result.ignoreEcho = try reader.bool("ignore_echo")
        result.noInputSeconds = try reader.int("no_input_seconds", in: 1...3600)
        result.noInputPrompts = try reader.int("no_input_prompts", in: 0...100)
        try reader.finish()
        return result
    }

    /// Who serves it: one full agent, three parts, or whoever meets its needs.
    private static func readProviders(
        _ reader: inout ConfigurationReader, _ node: ConfigurationNode, _ result: inout Agent
    ) throws(ConfigurationError) {
        let sts = try reader.string("sts")
        result.provider = try reader.string("provider") ?? sts
        result.asr = try reader.string("asr")
        result.llm = try reader.string("llm")
        result.tts = try reader.string("tts")
        result.voice = try reader.string("voice")
        result.pipeline = reader.node("pipeline")?.json ?? .object([])
        result.needs = try reader.strings("needs")?.joined(separator: ",")
        result.wishes = try reader.strings("wishes")?.joined(separator: ",")
        let parts = [("asr", result.asr), ("llm", result.llm), ("tts", result.tts)]
        let hasParts = parts.contains { $0.1 != nil }
        result.mode = try reader.choice("mode", Agent.Mode.self) ?? (hasParts ? .pipeline : .sts)
        let refuse = { (key: String, cause: String, fix: String) in
            ConfigurationError(place: "\(node.place) \(node.path).\(key)", cause: cause, fix: fix)
        }
        switch result.mode {
        case .pipeline:
            for (key, value) in parts where value == nil {
                throw refuse(key, "an agent of mode pipeline needs asr, llm and tts", "name a provider of this kind")
            }
            guard result.provider == nil else {
                throw refuse(
                    sts == nil ? "provider" : "sts", "an agent of mode pipeline takes no full agent",
                    "remove it, or set mode: sts")
            }
        case .sts:
            for (key, value) in parts where value != nil {
                throw refuse(key, "an agent of mode sts takes only a full agent", "remove it, or set mode: pipeline")
            }
        }
        let isNamed = result.mode == .pipeline || result.provider != nil
        if isNamed, result.needs != nil || result.wishes != nil {
            throw refuse("needs", "its provider is named: there is nothing to choose", "remove needs and wishes")
        }
    }
}
