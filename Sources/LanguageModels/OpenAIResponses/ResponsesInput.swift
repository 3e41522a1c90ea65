import Core
import ProviderKit

/// A conversation as the `input` items of the Responses API (wire reference 5.2).
enum ResponsesInput {
    /// The items; `reasoning` gives those that stood before a call when it was made.
    static func make(_ request: ModelRequest, reasoning: (String) -> [JSONValue]?) -> [JSONValue] {
        var items: [JSONValue] = []
        for step in Dialogue(request.messages).steps {
            switch step {
            case .user(let text): items.append(message("user", text))
            case .instruction(let text): items.append(message("developer", text))
            case .agent(let text, let exchanges):
                items += exchanges.compactMap { reasoning($0.call.id) }.first ?? []
                if !text.isEmpty { items.append(message("assistant", text)) }
                items += exchanges.map(call)
                items += exchanges.map(output)
            }
        }
        return items.isEmpty ? [message("user", Dialogue.opening)] : items
    }

    private static func message(_ role: String, _ text: String) -> JSONValue {
        ["type": "message", "role": .string(role), "content": .string(text)]
    }

    private static func call(_ exchange: Dialogue.Exchange) -> JSONValue {
        [
            "type": "function_call", "call_id": .string(exchange.call.id), "name": .string(exchange.call.name),
            "arguments": .string(exchange.arguments.text),
        ]
    }

    private static func output(_ exchange: Dialogue.Exchange) -> JSONValue {
        let text = exchange.isError ? "Error: \(exchange.output)" : exchange.output
        return ["type": "function_call_output", "call_id": .string(exchange.call.id), "output": .string(text)]
    }
}
