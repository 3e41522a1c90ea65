import Core
import ProviderKit

/// The client messages of Gemini Live (wire reference 2.3).
enum GeminiLiveMessage {
    /// First and last bytes of an audio message; base64 stands between them.
    static let audioHead = Array(#"{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":""#.utf8)
    static let audioTail = Array(#""}}}"#.utf8)

    static let activityStart: JSONValue = ["realtimeInput": ["activityStart": .object([])]]
    static let activityEnd: JSONValue = ["realtimeInput": ["activityEnd": .object([])]]

    static func text(_ text: String) -> JSONValue { ["realtimeInput": ["text": .string(text)]] }

    static func content(_ turns: [JSONValue], complete: Bool) -> JSONValue {
        ["clientContent": ["turns": .array(turns), "turnComplete": .bool(complete)]]
    }

    static func turn(_ role: String, _ text: String) -> JSONValue {
        ["role": .string(role), "parts": [["text": .string(text)]]]
    }

    static func instructions(_ text: String) -> JSONValue {
        ["contextUpdate": ["systemInstruction": ["parts": [["text": .string(text)]]]]]
    }

    /// The answer to a call. `id` is nil when the vendor gave none.
    static func toolResult(
        id: String?, name: String, output: String, isError: Bool, scheduling: String?
    ) -> JSONValue {
        let value = (try? JSONParser.parse(Array(output.utf8).span)) ?? .string(output)
        var response: JSONValue = .object([])
        response["id"] = id.map { .string($0) }
        response["name"] = .string(name)
        response["response"] = [isError ? "error" : "output": value]
        response["scheduling"] = scheduling.map { .string($0) }
        return ["toolResponse": ["functionResponses": [response]]]
    }

    /// What was said so far as turns. Calls go as text: the vendor closes on calls in a history (wire reference 2.8 no. 2).
    static func history(_ items: [ContextItem]) -> [JSONValue] {
        items.map { item in
            switch item {
            case .user(let text): turn("user", text)
            case .agent(let text): turn("model", text)
            case .tool(let call, let output):
                turn("user", "[The tool \(call.name) was called with \(call.arguments) and returned: \(output)]")
            }
        }
    }
}
