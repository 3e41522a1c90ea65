import Core
import ProviderKit

/// The client messages of the Live API (wire reference 1B).
enum OpenAILiveMessage {
    /// First and last bytes of a `session.input_audio.append`; base64 stands between them.
    static let appendHead = Array(#"{"type":"session.input_audio.append","audio":""#.utf8)
    static let appendTail = Array(#""}"#.utf8)

    static let create: JSONValue = ["type": "response.create"]
    static let close: JSONValue = ["type": "session.close"]

    /// Longest piece of appended text, in bytes: 450 of the 500 tokens, at three bytes a token.
    static let longestPiece = 1350
    /// Most messages and bytes of the history at the start: 128, and 8,192 tokens at three bytes a token with room left.
    static let mostHistory = 128
    static let longestHistory = 21_000

    static func start(_ session: JSONValue) -> JSONValue { ["type": "session.start", "session": session] }

    static func item(_ item: JSONValue) -> JSONValue { ["type": "response.item.create", "item": item] }

    static func userText(_ text: String) -> JSONValue { item(message("user", text)) }

    static func toolOutput(callID: String, output: String) -> JSONValue {
        item(["type": "function_call_output", "call_id": .string(callID), "output": .string(output)])
    }

    /// The session object of `session.start`.
    static func session(_ options: OpenAILiveOptions, _ context: ProviderContext) -> JSONValue {
        var session: JSONValue = ["model": .string(options.model), "instructions": .string(context.instructions)]
        let format: JSONValue =
            options.encoding == .pcm16
            ? options.encoding.nested(rate: options.rate)
            : ["type": options.encoding.nested(rate: 8000)["type"] ?? .null, "rate": 8000]
        let voice: JSONValue =
            options.voice.hasPrefix("voice_") ? ["id": .string(options.voice)] : .string(options.voice)
        session["audio"] = ["format": format, "output": ["voice": voice]]
        var backend = options.backend
        backend["instructions"] = .string(options.backendInstructions ?? context.instructions)
        backend["tools"] = .array(context.tools.map(ToolSchema.flat) + options.backendTools)
        if !context.tools.isEmpty { backend["tool_choice"] = options.toolChoice }
        var delegation: JSONValue = ["type": "responses", "responses": backend]
        delegation["acknowledgement_delay_ms"] = options.acknowledgementDelayMs.map { .int(Int64($0)) }
        session["delegation"] = delegation
        let input = history(context.history)
        if !input.isEmpty { session["input"] = .array(input) }
        session["store"] = options.store.map { .bool($0) }
        session["safety_identifier"] = options.safetyIdentifier.map { .string($0) }
        return session
    }

    /// What was said so far, newest kept, within what the vendor takes. Tool calls have no place there but as text.
    static func history(_ items: [ContextItem]) -> [JSONValue] {
        var messages: [JSONValue] = []
        var left = longestHistory
        for item in items.reversed() {
            let made: JSONValue
            switch item {
            case .user(let text): made = message("user", text)
            case .agent(let text): made = message("assistant", text, kind: "output_text")
            case .tool(let call, let output):
                made = message(
                    "developer", "The tool \(call.name) was called with \(call.arguments). Its result: \(output)")
            }
            left -= made["content"]?[0]?["text"]?.string?.utf8.count ?? 0
            guard left >= 0, messages.count < mostHistory else { break }
            messages.append(made)
        }
        return messages.reversed()
    }

    private static func message(_ role: String, _ text: String, kind: String = "input_text") -> JSONValue {
        [
            "type": "message", "role": .string(role),
            "content": [["type": .string(kind), "text": .string(text)]],
        ]
    }

    /// `session.commentary.append` (to be said) or `session.instructions.append`, in as many pieces as are needed.
    static func append(_ kind: String, _ text: String) -> [JSONValue] {
        pieces(text).map {
            ["type": .string("session.\(kind).append"), "content": .string($0), "delegation_id": .null]
        }
    }

    /// Cuts a text between words.
    static func pieces(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !piece.isEmpty, piece.utf8.count + word.utf8.count >= longestPiece {
                pieces.append(piece)
                piece = ""
            }
            piece += piece.isEmpty ? word : " " + word
            while piece.utf8.count > longestPiece {
                let head = String(piece.prefix(longestPiece / 4))
                pieces.append(head)
                piece.removeFirst(head.count)
            }
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }
}
