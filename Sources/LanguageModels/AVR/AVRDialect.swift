import Core
import ProviderKit

/// An AVR adapter `avr-llm-*` over its prompt-stream (systems reference b.5.4). The adapter runs tools by itself.
struct AVRDialect: ModelDialect {
    let options: ModelOptions
    /// The call's UUID: the adapter keeps its own state by it.
    let uuid: String
    /// Whether only the user's last words are sent, as the adapter of OpenAI's assistants wants it.
    let sendsMessage: Bool
    private var frames = AVRFrames()

    var endsWithResponse: Bool { true }

    /// A dialect with these options.
    init(_ options: ModelOptions, uuid: String, sendsMessage: Bool) {
        self.options = options
        self.uuid = uuid
        self.sendsMessage = sendsMessage
    }

    mutating func endpoint(_ request: ModelRequest) -> HTTPEndpoint {
        frames = AVRFrames()
        var body = RequestBody()
        body.add("uuid", .string(uuid))
        if sendsMessage {
            body.add("message", .string(Self.lastWords(request)))
        } else {
            body.add("messages", .array(Self.messages(request)))
        }
        var headers: [HeaderField] = []
        if let key = options.key {
            headers.append(HeaderField("Authorization", "Bearer " + key.reveal(), secret: true))
        }
        return options.endpoint(body.merged(options.body), headers: headers, streams: false)
    }

    private static func lastWords(_ request: ModelRequest) -> String {
        for message in request.messages.reversed() {
            switch message {
            case .user(let text), .instruction(let text): return text
            case .agent, .toolResult: continue
            }
        }
        return Dialogue.opening
    }

    private static func messages(_ request: ModelRequest) -> [JSONValue] {
        var messages: [JSONValue] = []
        func add(_ role: String, _ text: String) { messages.append(["role": .string(role), "content": .string(text)]) }
        if !request.instructions.isEmpty { add("system", request.instructions) }
        for step in Dialogue(request.messages).steps {
            switch step {
            case .user(let text): add("user", text)
            case .instruction(let text): add("system", text)
            case .agent(let text, let exchanges):
                if !text.isEmpty { add("assistant", text) }
                for exchange in exchanges { add("system", "Result of \(exchange.call.name): \(exchange.output)") }
            }
        }
        if messages.isEmpty { add("user", Dialogue.opening) }
        return messages
    }

    mutating func read(_ payload: Span<UInt8>, _ answer: inout ModelAnswer) {
        answer.type = "chunk"
        var reading = frames
        frames = AVRFrames()
        reading.read(payload) { Self.take($0, &answer) }
        frames = reading
        answer.heldBytes = frames.heldBytes
    }

    mutating func finish(_ answer: inout ModelAnswer) {
        var rest = frames
        rest.finish { Self.take($0, &answer) }
        if rest.heldBytes > 0 { answer.broken += 1 }
        if rest.skipped > 0 {
            answer.notices.append("\(rest.skipped) bytes between the adapter's objects were left out")
        }
        frames = AVRFrames()
    }

    private static func take(_ piece: AVRFrames.Piece, _ answer: inout ModelAnswer) {
        switch piece {
        case .text(let text): answer.text += text
        case .object(let json):
            switch json["type"]?.string {
            case "text": answer.text += json["content"]?.string ?? ""
            case "error": answer.outcome = .failed(VendorError(type: "adapter", text: VendorError(json).text))
            default: break
            }
        }
    }
}
