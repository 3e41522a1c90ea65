import Core
import ProviderKit

/// What AVR's core says to an adapter (reference systems.md b.5.1).
enum AVRSTSMessage {
    /// What stands around the base64 of 20 ms of the caller's audio.
    static let audioHead = Array(#"{"type":"audio","audio":""#.utf8)
    static let audioTail = Array(#""}"#.utf8)

    /// The first message. The protocol has no field for what was said before; an adapter of one's own may read it from
    /// `provider_config.messages`, the others ignore it.
    static func start(uuid: String, _ configured: JSONValue?, _ context: ProviderContext) -> JSONValue {
        var json: JSONValue = ["type": "init", "uuid": .string(uuid)]
        var config = configured ?? .object([])
        if context.isContinuation { config["messages"] = .array(context.history.map(message)) }
        if config.members?.isEmpty == false { json["provider_config"] = config }
        return json
    }

    private static func message(_ item: ContextItem) -> JSONValue {
        switch item {
        case .user(let text): ["role": "user", "content": .string(text)]
        case .agent(let text): ["role": "assistant", "content": .string(text)]
        case .tool(let call, let output):
            ["role": "tool", "name": .string(call.name), "content": .string(output)]
        }
    }

    /// Only avr-sts-ultravox asks for it.
    static func toolResult(id: String, output: String, isError: Bool) -> JSONValue {
        var json: JSONValue = ["type": "tool_result", "invocationId": .string(id)]
        if isError {
            json["errorType"] = "implementation-error"
            json["errorMessage"] = .string(output)
        } else {
            json["result"] = .string(output)
        }
        return json
    }
}
