import Core
import ProviderKit

/// What of the session is xAI's own: the shape of the object and a few options (wire reference 5.1).
enum XAIVoiceSession {
    private static let rates = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000]
    private static let serverTools = ["web_search", "x_search", "file_search", "mcp"]

    /// Voice, instructions and turn detection stand at the top, formats in an object of their own.
    static func json(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) -> JSONValue {
        var session: JSONValue = ["voice": .string(options.voice), "instructions": .string(context.instructions)]
        session["turn_detection"] = detection(options.turnDetection, context)
        let format = options.encoding.nested(rate: options.rate)
        var input: JSONValue = ["format": format]
        input["transcription"] = transcription(options, context)
        var output: JSONValue = ["format": format]
        output["speed"] = options.speed.map { .double($0) }
        session["audio"] = ["input": input, "output": output]
        let own = options.vendor["server_tools"]?.array ?? []
        session["tools"] = .array(context.tools.map(ToolSchema.flat) + own)
        session["reasoning"] = options.reasoning.map { ["effort": .string($0)] }
        session["replace"] = options.vendor["replace"]
        return session
    }

    /// The flags that not every copy of the documentation has go only when they are not the default.
    private static func detection(
        _ detection: OpenAIRealtimeOptions.TurnDetection, _ context: ProviderContext
    ) -> JSONValue {
        var json = detection.json(mayInterrupt: context.vendorMayInterrupt)
        for flag in ["create_response", "interrupt_response"] where json[flag] == .bool(true) { json[flag] = nil }
        return json
    }

    private static func transcription(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) -> JSONValue? {
        guard let model = options.transcription else { return nil }
        var json: JSONValue = ["model": .string(model)]
        json["language_hint"] = (options.transcriptionLanguage ?? OpenAIRealtimeSession.isoLanguage(context.language))
            .map { .string($0) }
        if !options.transcriptionKeywords.isEmpty {
            json["keyterms"] = .array(options.transcriptionKeywords.map { .string($0) })
        }
        return json
    }

    /// Fills in address, header and the options that only xAI has.
    static func readOptions(
        _ options: inout OpenAIRealtimeOptions, _ reader: OptionReader, _ configuration: ProviderConfiguration
    ) throws(ConfigurationError) {
        options.endpoint = try OpenAIRealtimeOptions.address(
            "wss://api.x.ai/v1/realtime", query: [("model", options.model)], base: configuration.baseURL)
        options.headers = OpenAIRealtimeDialect.bearer(options.key)
        options.perMinute = try reader.number("price_per_minute", 0...1000) ?? options.perMinute
        _ = try reader.text("reasoning", oneOf: ["high", "none"])
        try readRate(&options, reader)
        if case .serverVAD(let vad) = options.turnDetection, !(0.1...0.9).contains(vad.threshold) {
            throw reader.fault("turn_detection.threshold", "\(vad.threshold) is not possible", "use 0.1 to 0.9")
        }
        if let words = try reader.object("replace") {
            options.vendor["replace"] = try replacements(words, reader.raw("replace") ?? .null)
        }
        var tools: [JSONValue] = []
        for (value, _) in try reader.list("server_tools") { tools.append(try serverTool(value, reader)) }
        if !tools.isEmpty { options.vendor["server_tools"] = .array(tools) }
    }

    private static func readRate(_ options: inout OpenAIRealtimeOptions, _ reader: OptionReader)
        throws(ConfigurationError)
    {
        guard let rate = try reader.int("rate", 8000...48000) else { return }
        guard rates.contains(rate) else {
            throw reader.fault(
                "rate", "\(rate) is not possible", "use one of \(rates.map(String.init).joined(separator: ", "))")
        }
        guard options.encoding == .pcm16 || rate == 8000 else {
            throw reader.fault("rate", "\(options.encoding.rawValue) has 8000 Hz", "leave the rate out, or use pcm16")
        }
        options.rate = rate
    }

    private static func replacements(_ words: OptionReader, _ value: JSONValue) throws(ConfigurationError) -> JSONValue
    {
        for member in value.members ?? [] { _ = try words.text(member.key) }
        return value
    }

    private static func serverTool(_ value: JSONValue, _ reader: OptionReader) throws(ConfigurationError) -> JSONValue {
        let type = value.string ?? value["type"]?.string ?? ""
        guard serverTools.contains(type) else {
            throw reader.fault(
                "server_tools", "\"\(type)\" is not possible", "use \(serverTools.joined(separator: ", "))")
        }
        return value.string == nil ? value : ["type": .string(type)]
    }
}
