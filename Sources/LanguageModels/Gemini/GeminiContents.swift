import Core
import ProviderKit

/// A conversation as Gemini's `contents`: user and model in turn, responses to calls in the content after them (wire reference 5.4).
struct GeminiContents {
    /// What is kept of a call.
    struct Kept {
        /// The vendor's id of the call; nil when it gave none.
        var id: String?
        var signature: String?
    }

    private(set) var contents: [JSONValue] = []
    private var role = ""
    private var parts: [JSONValue] = []

    /// The contents of a request. With `unsignedAsText` calls of other vendors, which have no signature, are told in words.
    init(_ request: ModelRequest, _ memory: CallMemory<Kept>, unsignedAsText: Bool) {
        let steps = Dialogue(request.messages).steps
        if case .agent? = steps.first { add("user", ["text": .string(Dialogue.opening)]) }
        if steps.isEmpty { add("user", ["text": .string(Dialogue.opening)]) }
        for step in steps {
            switch step {
            case .user(let text): add("user", ["text": .string(text)])
            case .instruction(let text): add("user", ["text": .string("[Instruction: \(text)]")])
            case .agent(let text, let exchanges):
                if !text.isEmpty { add("model", ["text": .string(text)]) }
                let isTold = unsignedAsText && exchanges.allSatisfy { memory[$0.call.id]?.signature == nil }
                if isTold { tell(exchanges) } else { add(exchanges, memory) }
            }
        }
        if role == "model" { add("user", ["text": .string(Dialogue.goOn)]) }
        flush()
    }

    private mutating func add(_ exchanges: [Dialogue.Exchange], _ memory: CallMemory<Kept>) {
        for exchange in exchanges {
            let kept = memory[exchange.call.id]
            var call: JSONValue = ["name": .string(exchange.call.name), "args": exchange.arguments]
            if let id = kept?.id { call["id"] = .string(id) }
            var part: JSONValue = ["functionCall": call]
            if let signature = kept?.signature { part["thoughtSignature"] = .string(signature) }
            add("model", part)
        }
        for exchange in exchanges {
            var answer: JSONValue = [
                "name": .string(exchange.call.name),
                "response": [exchange.isError ? "error" : "output": .string(exchange.output)],
            ]
            if let id = memory[exchange.call.id]?.id { answer["id"] = .string(id) }
            add("user", ["functionResponse": answer])
        }
    }

    private mutating func tell(_ exchanges: [Dialogue.Exchange]) {
        for exchange in exchanges {
            add("user", ["text": .string("[Result of \(exchange.call.name): \(exchange.output)]")])
        }
    }

    private mutating func add(_ newRole: String, _ part: JSONValue) {
        if newRole != role { flush() }
        role = newRole
        parts.append(part)
    }

    private mutating func flush() {
        guard !parts.isEmpty else { return }
        contents.append(["role": .string(role), "parts": .array(parts)])
        parts = []
    }
}
