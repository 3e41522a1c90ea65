import Core

/// The client messages of an ElevenLabs conversation (wire reference 4.2).
enum ElevenLabsMessage {
    /// What stands around the base64 of the user's audio: the only message without a type.
    static let chunkHead = Array(#"{"user_audio_chunk":""#.utf8)
    static let chunkTail = Array(#""}"#.utf8)

    static let userActivity: JSONValue = ["type": "user_activity"]

    static func pong(_ event: Int) -> JSONValue { ["type": "pong", "event_id": .int(Int64(event))] }

    static func userMessage(_ text: String) -> JSONValue { ["type": "user_message", "text": .string(text)] }

    static func contextualUpdate(_ text: String) -> JSONValue { ["type": "contextual_update", "text": .string(text)] }

    static func toolResult(id: String, result: String, isError: Bool) -> JSONValue {
        [
            "type": "client_tool_result", "tool_call_id": .string(id), "result": .string(result),
            "is_error": .bool(isError),
        ]
    }

    static func approval(id: String, isApproved: Bool) -> JSONValue {
        ["type": "mcp_tool_approval_result", "tool_call_id": .string(id), "is_approved": .bool(isApproved)]
    }

    /// `pcm_16000`, `ulaw_8000`; nil for what is not known.
    static func format(_ name: String) -> VendorCodec.Format? {
        let parts = name.split(separator: "_")
        guard parts.count == 2, let rate = Int(parts[1]) else { return nil }
        switch parts[0] {
        case "pcm" where [8000, 16000, 22050, 24000, 44100, 48000].contains(rate):
            return .init(encoding: .pcm16, rate: rate)
        case "ulaw" where rate == 8000, "mulaw" where rate == 8000: return .init(encoding: .mulaw, rate: rate)
        case "alaw" where rate == 8000: return .init(encoding: .alaw, rate: rate)
        default: return nil
        }
    }
}
