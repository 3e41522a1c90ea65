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
        var session: JSONValue = ["type": "realtime", "output_modalities": ["audio"]]
        session["instructions"] = .string(context.instructions)
        session["audio"] = ["input": Self.input(options, context), "output": Self.output(options)]
        session["tools"] = .array(context.tools.map(Self.tool))
        if !context.tools.isEmpty { session["tool_choice"] = options.toolChoice ?? "auto" }
        session["max_output_tokens"] = options.maxOutputTokens
        session["truncation"] = options.truncation
        json = session
    }

    private static let pcm: JSONValue = ["type": "audio/pcm", "rate": 24000]

    private static func input(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) -> JSONValue {
        var input: JSONValue = ["format": pcm, "turn_detection": detection(options.turnDetection, context)]
        if let model = options.transcription {
            var transcription: JSONValue = ["model": .string(model)]
            transcription["language"] = (options.transcriptionLanguage ?? isoLanguage(context.language)).map {
                .string($0)
            }
            transcription["prompt"] = options.transcriptionPrompt.map { .string($0) }
            input["transcription"] = transcription
        }
        if let noise = options.noiseReduction { input["noise_reduction"] = ["type": .string(noise)] }
        return input
    }

    private static func output(_ options: OpenAIRealtimeOptions) -> JSONValue {
        let voice: JSONValue =
            options.voice.hasPrefix("voice_") ? ["id": .string(options.voice)] : .string(options.voice)
        var output: JSONValue = ["format": pcm, "voice": voice]
        output["speed"] = options.speed.map { .double($0) }
        return output
    }

    private static func detection(
        _ detection: OpenAIRealtimeOptions.TurnDetection, _ context: ProviderContext
    ) -> JSONValue {
        switch detection {
        case .none: return .null
        case .semanticVAD(let vad):
            return [
                "type": "semantic_vad", "eagerness": .string(vad.eagerness),
                "create_response": .bool(vad.createResponse),
                "interrupt_response": .bool(vad.interruptResponse && context.vendorMayInterrupt),
            ]
        case .serverVAD(let vad):
            var json: JSONValue = [
                "type": "server_vad", "threshold": .double(vad.threshold),
                "prefix_padding_ms": .int(Int64(vad.prefixPaddingMs)),
                "silence_duration_ms": .int(Int64(vad.silenceDurationMs)), "create_response": .bool(vad.createResponse),
                "interrupt_response": .bool(vad.interruptResponse && context.vendorMayInterrupt),
            ]
            json["idle_timeout_ms"] = vad.idleTimeoutMs.map { .int(Int64($0)) }
            return json
        }
    }

    /// Flat function tool: no nested "function" object.
    static func tool(_ tool: ToolDefinition) -> JSONValue {
        [
            "type": "function", "name": .string(tool.name), "description": .string(tool.summary),
            "parameters": tool.parameters,
        ]
    }

    /// `de-CH` is `de`: transcription takes ISO 639-1.
    private static func isoLanguage(_ tag: String?) -> String? {
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
