import Core
import ProviderKit

/// A conversation as the `messages` of Anthropic's Messages API: user and assistant in turn, results first in the user's message
/// (wire reference 5.3).
struct AnthropicMessages {
    private(set) var messages: [JSONValue] = []
    private var role = ""
    private var blocks: [JSONValue] = []

    /// The messages of a request. `thoughts` gives the blocks that stood before a call when it was made.
    init(_ request: ModelRequest, thoughts: (String) -> [JSONValue]?) {
        let steps = Dialogue(request.messages).steps
        if case .agent? = steps.first { add("user", Self.text(Dialogue.opening)) }
        if steps.isEmpty { add("user", Self.text(Dialogue.opening)) }
        for step in steps {
            switch step {
            case .user(let text): add("user", Self.text(text))
            case .instruction(let text): add("user", Self.text("<instruction>\(text)</instruction>"))
            case .agent(let text, let exchanges): add(text, exchanges, thoughts)
            }
        }
        if role == "assistant" { add("user", Self.text(Dialogue.goOn)) }
        flush()
    }

    private mutating func add(_ text: String, _ exchanges: [Dialogue.Exchange], _ thoughts: (String) -> [JSONValue]?) {
        for block in exchanges.compactMap({ thoughts($0.call.id) }).first ?? [] { add("assistant", block) }
        if !text.isEmpty { add("assistant", Self.text(Self.trimmed(text))) }
        for exchange in exchanges {
            add(
                "assistant",
                [
                    "type": "tool_use", "id": .string(Self.id(exchange.call.id)), "name": .string(exchange.call.name),
                    "input": exchange.arguments,
                ])
        }
        for exchange in exchanges {
            var result: JSONValue = [
                "type": "tool_result", "tool_use_id": .string(Self.id(exchange.call.id)),
                "content": .string(exchange.output),
            ]
            if exchange.isError { result["is_error"] = true }
            add("user", result)
        }
    }

    private mutating func add(_ newRole: String, _ block: JSONValue) {
        if newRole != role { flush() }
        role = newRole
        blocks.append(block)
    }

    private mutating func flush() {
        guard !blocks.isEmpty else { return }
        messages.append(["role": .string(role), "content": .array(blocks)])
        blocks = []
    }

    private static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    /// The API refuses an assistant's text that ends in white space.
    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// An id as the API takes it; those of other vendors may have other characters.
    static func id(_ id: String) -> String {
        String(
            decoding: id.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    byte
                default: UInt8(ascii: "_")
                }
            }, as: UTF8.self)
    }
}
