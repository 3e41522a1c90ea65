import Core

/// The client messages of the Deepgram Voice Agent beside `Settings` (wire reference 3.3).
enum DeepgramAgentMessage {
    static let keepAlive: JSONValue = ["type": "KeepAlive"]

    static func userMessage(_ text: String) -> JSONValue {
        ["type": "InjectUserMessage", "content": .string(text)]
    }

    static func agentMessage(_ text: String) -> JSONValue {
        ["type": "InjectAgentMessage", "message": .string(text)]
    }

    static func prompt(_ text: String) -> JSONValue { ["type": "UpdatePrompt", "prompt": .string(text)] }

    static func toolResult(id: String, name: String, content: String) -> JSONValue {
        ["type": "FunctionCallResponse", "id": .string(id), "name": .string(name), "content": .string(content)]
    }
}
