import Core
import ProviderKit

/// A conversation as the `messages` of Chat Completions.
enum ChatMessages {
    /// The prompt first; `role` is what prompt and instructions are said as.
    static func make(_ request: ModelRequest, role: String, _ memory: CallMemory<JSONValue>) -> [JSONValue] {
        var messages: [JSONValue] = []
        if !request.instructions.isEmpty {
            messages.append(["role": .string(role), "content": .string(request.instructions)])
        }
        for step in Dialogue(request.messages).steps {
            switch step {
            case .user(let text): messages.append(["role": "user", "content": .string(text)])
            case .instruction(let text): messages.append(["role": .string(role), "content": .string(text)])
            case .agent(let text, let exchanges):
                messages.append(agent(text, exchanges, memory))
                for exchange in exchanges { messages.append(result(exchange)) }
            }
        }
        return messages
    }

    private static func agent(
        _ text: String, _ exchanges: [Dialogue.Exchange], _ memory: CallMemory<JSONValue>
    ) -> JSONValue {
        var message: JSONValue = ["role": "assistant"]
        if !text.isEmpty { message["content"] = .string(text) }
        guard !exchanges.isEmpty else { return message }
        message["tool_calls"] = .array(
            exchanges.map { exchange in
                var call: JSONValue = [
                    "id": .string(exchange.call.id), "type": "function",
                    "function": ["name": .string(exchange.call.name), "arguments": .string(exchange.arguments.text)],
                ]
                if let extra = memory[exchange.call.id] { call["extra_content"] = extra }
                return call
            })
        return message
    }

    private static func result(_ exchange: Dialogue.Exchange) -> JSONValue {
        let output = exchange.isError ? "Error: \(exchange.output)" : exchange.output
        return ["role": "tool", "tool_call_id": .string(exchange.call.id), "content": .string(output)]
    }
}
