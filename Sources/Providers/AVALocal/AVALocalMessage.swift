import Core
import ProviderKit

/// The client messages of AVA's local AI server (reference systems.md a.1.6). `call` names the call in the server's log.
struct AVALocalMessage {
    let call: String

    func auth(_ token: Secret) -> JSONValue { ["type": "auth", "auth_token": .string(token.reveal())] }

    func mode(_ options: AVALocalOptions) -> JSONValue {
        var json = message("set_mode")
        json["mode"] = "full"
        json["segment_energy_threshold"] = options.energyThreshold.map { .int(Int64($0)) }
        json["segment_silence_ms"] = options.silenceMs.map { .int(Int64($0)) }
        return json
    }

    /// For this session only: a server of many calls keeps its own prompt.
    func prompt(_ text: String) -> JSONValue {
        var json = message("switch_model")
        json["scope"] = "session"
        json["llm_config"] = ["system_prompt": .string(text)]
        return json
    }

    func tools(_ tools: [ToolDefinition], policy: String) -> JSONValue {
        var json = message("tool_context")
        declare(tools, policy, in: &json)
        json["protocol_version"] = 2
        return json
    }

    private func declare(_ tools: [ToolDefinition], _ policy: String, in json: inout JSONValue) {
        json["allowed_tools"] = .array(tools.map { .string($0.name) })
        json["tools"] = .array(tools.map(ToolSchema.functions))
        json["tool_policy"] = .string(policy)
    }

    /// Asks which calls a model's words hold.
    func toolRequest(
        _ text: String, id: String, userText: String, tools: [ToolDefinition], policy: String
    ) -> JSONValue {
        var json = message("llm_tool_request", id: id)
        json["text"] = .string(text)
        json["tool_choice"] = "auto"
        declare(tools, policy, in: &json)
        json["latest_user_text"] = .string(userText)
        return json
    }

    func toolResult(id: String, name: String, output: String, isError: Bool) -> JSONValue {
        var json = message("tool_result", id: id)
        json["tool_name"] = .string(name)
        guard !isError else {
            json["result"] = ["error": .string(output)]
            json["is_error"] = true
            return json
        }
        json["result"] = (try? JSONParser.parse(Array(output.utf8).span)) ?? .string(output)
        return json
    }

    func think(_ text: String, id: String) -> JSONValue {
        var json = message("llm_request", id: id)
        json["text"] = .string(text)
        return json
    }

    func speak(_ text: String, id: String) -> JSONValue {
        var json = message("tts_request", id: id)
        json["text"] = .string(text)
        return json
    }

    /// The caller talks over the answer: Whisper recognisers shall listen again.
    func bargeIn(id: String) -> JSONValue { message("barge_in", id: id) }

    private func message(_ type: String, id: String? = nil) -> JSONValue {
        var json: JSONValue = ["type": .string(type), "call_id": .string(call)]
        json["request_id"] = id.map { .string($0) }
        return json
    }

    /// The format that a message names; G.711 at 8 kHz when it names none.
    static func format(_ message: JSONValue) -> VendorCodec.Format? {
        let rate = message["sample_rate_hz"]?.int
        switch message["encoding"]?.string?.lowercased() {
        case nil, "mulaw", "ulaw", "g711_ulaw", "mu-law": return .init(encoding: .mulaw, rate: rate ?? 8000)
        case "alaw", "g711_alaw", "a-law": return .init(encoding: .alaw, rate: rate ?? 8000)
        case "linear16", "pcm16", "slin16", "slin", "pcm_s16le", "s16le":
            return .init(encoding: .pcm16, rate: rate ?? 16000)
        default: return nil
        }
    }
}
