import Core
import ProviderKit

/// The client messages of the OpenAI Realtime API (wire reference 1A.3).
enum OpenAIRealtimeMessage {
    /// First and last bytes of an `input_audio_buffer.append`; base64 stands between them.
    static let appendHead = Array(#"{"type":"input_audio_buffer.append","audio":""#.utf8)
    static let appendTail = Array(#""}"#.utf8)

    static let commit: JSONValue = ["type": "input_audio_buffer.commit"]
    static let clear: JSONValue = ["type": "input_audio_buffer.clear"]
    static let cancel: JSONValue = ["type": "response.cancel"]

    static func update(_ session: JSONValue) -> JSONValue { ["type": "session.update", "session": session] }

    static func create(_ item: JSONValue) -> JSONValue { ["type": "conversation.item.create", "item": item] }

    static func userText(_ text: String) -> JSONValue { create(message("user", "input_text", text)) }

    static func toolOutput(callID: String, output: String) -> JSONValue {
        create(["type": "function_call_output", "call_id": .string(callID), "output": .string(output)])
    }

    static func truncate(item: String, contentIndex: Int, heardMs: Int) -> JSONValue {
        [
            "type": "conversation.item.truncate", "item_id": .string(item), "content_index": .int(Int64(contentIndex)),
            "audio_end_ms": .int(Int64(heardMs)),
        ]
    }

    static func delete(item: String) -> JSONValue { ["type": "conversation.item.delete", "item_id": .string(item)] }

    /// `response.create` for what is wanted; `eventID` comes back with an error about it.
    static func respond(_ want: ResponseGate.Want, eventID: String, instructions: String, choosesTools: Bool)
        -> JSONValue
    {
        var json: JSONValue = ["type": "response.create", "event_id": .string(eventID)]
        switch want {
        case .answer: break
        case .instructed(let extra):
            // Instructions of a response replace those of the session (1A.3), so both are given.
            let all = instructions.isEmpty ? extra : instructions + "\n\n" + extra
            json["response"] = ["instructions": .string(all)]
        case .say(let text):
            var response: JSONValue = [
                "instructions": .string("Say exactly the following text, word for word, and nothing else:\n" + text)
            ]
            if choosesTools { response["tool_choice"] = "none" }
            json["response"] = response
        }
        return json
    }

    /// The items that restore what was said so far. Calls get short new ids: an invented `call_id` may have 32
    /// characters.
    static func history(_ items: [ContextItem], agentTextKind: String) -> [JSONValue] {
        var messages: [JSONValue] = []
        for (number, item) in items.enumerated() {
            switch item {
            case .user(let text): messages.append(userText(text))
            case .agent(let text): messages.append(create(message("assistant", agentTextKind, text)))
            case .tool(let call, let output):
                let id = "call_before_\(number)"
                messages.append(
                    create([
                        "type": "function_call", "call_id": .string(id), "name": .string(call.name),
                        "arguments": .string(call.arguments),
                    ]))
                messages.append(toolOutput(callID: id, output: output))
            }
        }
        return messages
    }

    private static func message(_ role: String, _ kind: String, _ text: String) -> JSONValue {
        [
            "type": "message", "role": .string(role),
            "content": [["type": .string(kind), "text": .string(text)]],
        ]
    }
}
