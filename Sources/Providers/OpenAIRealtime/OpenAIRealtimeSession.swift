import Core
import ProviderKit

/// The `session` object of `session.update` (wire reference 1A.2), with the fields the vendor refused taken out.
struct OpenAIRealtimeSession {
    /// What was taken out so far, in the vendor's notation.
    private(set) var refused: [String] = []
    /// The object to send.
    private(set) var json: JSONValue

    /// The object for these options and this context.
    init(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) {
        json = options.dialect.session(options, context)
        keepsRate = options.encoding == .pcm16 && options.rate != options.dialect.rate
    }

    /// An object made elsewhere.
    init(_ json: JSONValue, keepsRate: Bool) {
        self.json = json
        self.keepsRate = keepsRate
    }

    /// A rate that is not the vendor's own must not be left out: speech would be at the wrong speed.
    private let keepsRate: Bool

    /// The GA shape: audio in an object of its own (wire reference 1A.2).
    static func nested(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) -> JSONValue {
        var session: JSONValue = .object([])
        session["type"] = options.dialect.sessionType.map { .string($0) }
        session["output_modalities"] = ["audio"]
        session["instructions"] = .string(context.instructions)
        session["audio"] = ["input": input(options, context), "output": output(options)]
        session["tools"] = .array(context.tools.map(ToolSchema.flat))
        if !context.tools.isEmpty {
            session["tool_choice"] = options.toolChoice ?? "auto"
            session["parallel_tool_calls"] = options.parallelToolCalls.map { .bool($0) }
        }
        session["reasoning"] = options.reasoning.map { ["effort": .string($0)] }
        session["max_output_tokens"] = options.maxOutputTokens
        session["truncation"] = options.truncation
        return session
    }

    private static func input(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) -> JSONValue {
        var input: JSONValue = ["format": options.encoding.nested(rate: options.rate)]
        input["turn_detection"] = options.turnDetection.json(mayInterrupt: context.vendorMayInterrupt)
        input["transcription"] = transcription(options, context)
        if let noise = options.noiseReduction { input["noise_reduction"] = ["type": .string(noise)] }
        return input
    }

    /// How the user is written down; nil for not at all.
    static func transcription(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) -> JSONValue? {
        guard let model = options.transcription else { return nil }
        var json: JSONValue = ["model": .string(model)]
        json["language"] = (options.transcriptionLanguage ?? isoLanguage(context.language)).map { .string($0) }
        json["prompt"] = options.transcriptionPrompt.map { .string($0) }
        json["delay"] = options.transcriptionDelay.map { .string($0) }
        if !options.transcriptionKeywords.isEmpty {
            json["keywords"] = .array(options.transcriptionKeywords.map { .string($0) })
        }
        return json
    }

    private static func output(_ options: OpenAIRealtimeOptions) -> JSONValue {
        let voice: JSONValue =
            options.voice.hasPrefix("voice_") ? ["id": .string(options.voice)] : .string(options.voice)
        var output: JSONValue = ["format": options.encoding.nested(rate: options.rate), "voice": voice]
        output["speed"] = options.speed.map { .double($0) }
        return output
    }

    /// `de-CH` is `de`: transcription takes ISO 639-1.
    static func isoLanguage(_ tag: String?) -> String? {
        guard let head = tag?.split(whereSeparator: { $0 == "-" || $0 == "_" }).first, head.utf8.count == 2 else {
            return nil
        }
        return head.lowercased()
    }

    /// Takes out the field at `path` (`session.audio.output.format.rate`, `session.tools[0].name`); false when it was
    /// not sent, was taken out already, or nothing works without it.
    mutating func remove(_ path: String) -> Bool {
        var steps = path.split(separator: ".").map(String.init)
        if steps.first == "session" { steps.removeFirst() }
        guard !steps.isEmpty, steps.count <= 8, steps != ["type"], !refused.contains(path) else { return false }
        if keepsRate, steps.contains("format") || steps.contains(where: { $0.hasSuffix("_rate") }) { return false }
        // A transcription without its model means nothing.
        if let at = steps.firstIndex(where: { $0.hasSuffix("transcription") }) {
            steps.removeLast(steps.count - at - 1)
        }
        guard Self.remove(steps[...], from: &json) else { return false }
        refused.append(path)
        return true
    }

    private static func remove(_ steps: ArraySlice<String>, from node: inout JSONValue) -> Bool {
        guard let step = steps.first else { return false }
        if let bracket = step.firstIndex(of: "["), let close = step.firstIndex(of: "]"), bracket < close {
            return removeElement(String(step[..<bracket]), Int(step[step.index(after: bracket)..<close]), from: &node)
        }
        guard var child = node[step] else { return false }
        if steps.count == 1 {
            node[step] = nil
            return true
        }
        guard remove(steps.dropFirst(), from: &child) else { return false }
        node[step] = child
        return true
    }

    /// A refused part of an array element takes the element out: half a tool is of no use.
    private static func removeElement(_ name: String, _ index: Int?, from node: inout JSONValue) -> Bool {
        guard let index, var items = node[name]?.array, items.indices.contains(index) else { return false }
        items.remove(at: index)
        node[name] = .array(items)
        return true
    }

    /// The field that an error names: its `param`, or the first quoted `session.…` of its message.
    static func refusedField(_ error: JSONValue) -> String? {
        if let param = error["param"]?.string, !param.isEmpty { return param }
        let message = error["message"]?.string ?? ""
        return message.split(separator: "'", omittingEmptySubsequences: false).first { $0.hasPrefix("session.") }
            .map(String.init)
    }
}
