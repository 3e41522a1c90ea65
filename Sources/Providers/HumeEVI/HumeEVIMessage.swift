import Core
import ProviderKit

/// The client messages of Hume EVI (wire reference 5.3).
enum HumeEVIMessage {
    /// First and last bytes of an `audio_input`; base64 stands between them.
    static let audioHead = Array(#"{"type":"audio_input","data":""#.utf8)
    static let audioTail = Array(#""}"#.utf8)

    /// `session_settings`: raw audio needs it before the first sample. `history` is told as context, for a chat that is not resumed.
    static func settings(
        _ options: HumeEVIOptions, _ context: ProviderContext, history: [ContextItem]
    ) -> JSONValue {
        var json: JSONValue = [
            "type": "session_settings",
            "audio": ["encoding": "linear16", "sample_rate": .int(Int64(options.inputRate)), "channels": 1],
        ]
        if !context.instructions.isEmpty { json["system_prompt"] = .string(context.instructions) }
        if !context.tools.isEmpty { json["tools"] = .array(context.tools.map(tool)) }
        json["voice_id"] = options.voice.map { .string($0) }
        let words = [options.context, told(history)].compactMap { $0 }.joined(separator: "\n\n")
        if !words.isEmpty { json["context"] = ["type": "persistent", "text": .string(words)] }
        for member in options.settings { json[member.key] = member.value }
        return json
    }

    /// A function; its schema goes as JSON in a string.
    static func tool(_ tool: ToolDefinition) -> JSONValue {
        let flat = ToolSchema.flat(tool)
        return [
            "type": "function", "name": .string(tool.name), "description": .string(tool.summary),
            "parameters": .string(flat["parameters"]?.text ?? "{}"),
        ]
    }

    /// The conversation so far in words; nil when there is none.
    private static func told(_ history: [ContextItem]) -> String? {
        guard !history.isEmpty else { return nil }
        let lines = history.map { item in
            switch item {
            case .user(let text): "User: \(text)"
            case .agent(let text): "You: \(text)"
            case .tool(let call, let output): "Tool \(call.name)(\(call.arguments)): \(output)"
            }
        }
        return "The conversation so far, which you go on with:\n" + lines.joined(separator: "\n")
    }

    static func user(_ text: String) -> JSONValue { ["type": "user_input", "text": .string(text)] }
    static func assistant(_ text: String) -> JSONValue { ["type": "assistant_input", "text": .string(text)] }
    static func prompt(_ text: String) -> JSONValue { ["type": "session_settings", "system_prompt": .string(text)] }

    static func toolResult(id: String, output: String, isError: Bool) -> JSONValue {
        isError
            ? ["type": "tool_error", "tool_call_id": .string(id), "error": .string(output), "content": .string(output)]
            : ["type": "tool_response", "tool_call_id": .string(id), "content": .string(output)]
    }
}
