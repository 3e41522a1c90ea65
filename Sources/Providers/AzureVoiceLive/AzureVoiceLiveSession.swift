import Core
import ProviderKit

/// What of the session is Voice Live's own (wire reference 5.4; names and ranges as in azure-ai-voicelive 1.3.1).
enum AzureVoiceLiveSession {
    static let openAIVoices = [
        "alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar",
    ]
    private static let voiceTypes = [
        "openai", "azure-standard", "azure-custom", "azure-personal", "azure-realtime-native",
    ]
    private static let outputFormats = [8000: "pcm16_8000hz", 16000: "pcm16_16000hz", 24000: "pcm16"]

    /// The flat object with the vendor's additions.
    static func json(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) -> JSONValue {
        var session = OpenAIRealtimeSession.flat(options, context)
        session["voice"] = options.vendor["voice"]
        if options.encoding == .pcm16 {
            session["input_audio_sampling_rate"] = .int(Int64(options.rate))
            session["output_audio_format"] = outputFormats[options.rate].map { .string($0) }
        }
        session["input_audio_echo_cancellation"] = options.vendor["input_audio_echo_cancellation"]
        session["input_audio_transcription"] = transcription(options, context)
        session["reasoning_effort"] = options.reasoning.map { .string($0) }
        if !context.tools.isEmpty { session["parallel_tool_calls"] = options.parallelToolCalls.map { .bool($0) } }
        return session
    }

    /// Azure's own recognisers take whole language tags, OpenAI's the language alone.
    private static func transcription(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) -> JSONValue? {
        guard let model = options.transcription else { return nil }
        var json: JSONValue = ["model": .string(model)]
        let isOwn = model.hasPrefix("azure-") || model.hasPrefix("mai-")
        let language = isOwn ? context.language : OpenAIRealtimeSession.isoLanguage(context.language)
        json["language"] = (options.transcriptionLanguage ?? language).map { .string($0) }
        if !options.transcriptionKeywords.isEmpty {
            json["phrase_list"] = .array(options.transcriptionKeywords.map { .string($0) })
        }
        return json
    }

    // MARK: Options

    /// Fills in address, headers and the options that only Voice Live has.
    static func readOptions(
        _ options: inout OpenAIRealtimeOptions, _ reader: OptionReader, _ configuration: ProviderConfiguration
    ) throws(ConfigurationError) {
        options.headers = try AzureAddress.headers(options.key, reader)
        options.endpoint = try AzureAddress.url(
            reader, configuration, domain: "services.ai.azure.com", path: "/voice-live/realtime",
            query: try query(options, reader, configuration))
        options.temperature = try reader.number("temperature", 0...1)
        if try reader.flag("echo_cancellation") ?? false {
            options.vendor["input_audio_echo_cancellation"] = ["type": "server_echo_cancellation"]
        }
        if let rate = try reader.int("rate", 8000...24000) {
            guard outputFormats[rate] != nil, options.encoding == .pcm16 || rate == 8000 else {
                throw reader.fault("rate", "\(rate) is not possible", "use 8000, 16000 or 24000; G.711 has 8000")
            }
            options.rate = rate
        }
        options.vendor["voice"] = try voice(options.voice, reader)
        if case .other(let json) = options.turnDetection {
            options.vendorTruncates = json["auto_truncate"] == .bool(true)
        }
    }

    private static func query(
        _ options: OpenAIRealtimeOptions, _ reader: OptionReader, _ configuration: ProviderConfiguration
    ) throws(ConfigurationError) -> [(name: String, value: String)] {
        let version = try reader.word(reader.text("api_version"), "api_version") ?? "2026-07-15"
        var query = [(name: "api-version", value: version)]
        let project = try reader.word(reader.text("agent_project"), "agent_project")
        let agentVersion = try reader.word(reader.text("agent_version"), "agent_version")
        guard let agent = try reader.word(reader.text("agent_name"), "agent_name") else {
            guard project == nil, agentVersion == nil else {
                throw reader.fault("agent_name", "an agent's project or version is set, but no agent", "name the agent")
            }
            return query + [("model", options.model)]
        }
        guard configuration.model == nil else {
            throw reader.fault(
                "agent_name", "there is a model too", "leave out model or agent_name: an agent has its own")
        }
        guard let project else {
            throw reader.fault("agent_project", "the agent's project is not known", "set agent_project")
        }
        query += [("agent-name", agent), ("agent-project-name", project)]
        if let agentVersion { query.append(("agent-version", agentVersion)) }
        return query
    }

    private static func voice(_ name: String, _ reader: OptionReader) throws(ConfigurationError) -> JSONValue {
        let usual = openAIVoices.contains(name) ? "openai" : "azure-standard"
        let type = try reader.text("voice_type", oneOf: voiceTypes) ?? usual
        var voice: JSONValue = ["type": .string(type), "name": .string(name)]
        guard try reader.object("voice_options") != nil else { return voice }
        for member in reader.raw("voice_options")?.members ?? [] {
            guard voice[member.key] == nil else {
                throw reader.fault(
                    "voice_options.\(member.key)", "is set elsewhere",
                    "use voice for the name and voice_type for the type")
            }
            voice[member.key] = member.value
        }
        return voice
    }

    // MARK: Turn detection

    private static let semantic = [
        "azure_semantic_vad", "azure_semantic_vad_en", "azure_semantic_vad_multilingual",
    ]

    /// Reads `turn_detection`: a name, or a map with `type` and its fields.
    static func detector(_ reader: OptionReader) throws(ConfigurationError) -> OpenAIRealtimeOptions.TurnDetection {
        let types = semantic + ["server_vad", "none"]
        let isMap = reader.raw("turn_detection")?.members != nil
        guard isMap, let fields = try reader.object("turn_detection") else {
            let type = try reader.text("turn_detection", oneOf: types) ?? types[0]
            return type == "none" ? .none : .other(["type": .string(type)])
        }
        let type = try fields.text("type", oneOf: types) ?? types[0]
        guard type != "none" else {
            try fields.refuseUnknown(["type"])
            return .none
        }
        return .other(try detection(type, fields))
    }

    private static func detection(_ type: String, _ fields: OptionReader) throws(ConfigurationError) -> JSONValue {
        var names = [
            "type", "threshold", "prefix_padding_ms", "silence_duration_ms", "end_of_utterance_detection",
            "auto_truncate", "create_response", "interrupt_response",
        ]
        if semantic.contains(type) { names += ["speech_duration_ms", "remove_filler_words"] }
        if type == semantic[0] || type == semantic[2] { names.append("languages") }
        try fields.refuseUnknown(names)
        var json: JSONValue = ["type": .string(type)]
        json["threshold"] = try fields.number("threshold", 0...1).map { .double($0) }
        for name in ["prefix_padding_ms", "silence_duration_ms", "speech_duration_ms"] {
            json[name] = try fields.int(name, 0...10000).map { .int(Int64($0)) }
        }
        for name in ["remove_filler_words", "auto_truncate", "create_response", "interrupt_response"] {
            json[name] = try fields.flag(name).map { .bool($0) }
        }
        let languages = try fields.texts("languages", atMost: 10)
        if !languages.isEmpty { json["languages"] = .array(languages.map { .string($0) }) }
        if let end = try fields.object("end_of_utterance_detection") {
            try end.refuseUnknown(["model", "threshold_level", "timeout_ms"])
            _ = try (end.text("model"), end.text("threshold_level"), end.int("timeout_ms", 0...60000))
            json["end_of_utterance_detection"] = fields.raw("end_of_utterance_detection")
        }
        return json
    }
}
