import AudioKit
import Core

/// Audio inside the base64 of the Realtime protocol.
enum OpenAIRealtimeEncoding: String, Sendable, CaseIterable {
    case pcm16, mulaw, alaw

    /// The companding law; nil for PCM.
    var law: G711? {
        switch self {
        case .pcm16: nil
        case .mulaw: .ulaw
        case .alaw: .alaw
        }
    }

    /// In the nested notation (wire reference 1A.2).
    func nested(rate: Int) -> JSONValue {
        switch self {
        case .pcm16: ["type": "audio/pcm", "rate": .int(Int64(rate))]
        case .mulaw: ["type": "audio/pcmu"]
        case .alaw: ["type": "audio/pcma"]
        }
    }

    /// In the flat notation of the preview dialect (1A.7).
    var flat: String {
        switch self {
        case .pcm16: "pcm16"
        case .mulaw: "g711_ulaw"
        case .alaw: "g711_alaw"
        }
    }

    /// The format that a vendor names in either notation; nil when it is none of these.
    static func named(_ format: JSONValue?, rate: JSONValue?) -> (encoding: Self, rate: Int)? {
        let name = format?["type"]?.string ?? format?.string ?? ""
        switch name {
        case "audio/pcm", "pcm16": return (.pcm16, (format?["rate"] ?? rate)?.int ?? 24000)
        case "pcm16_8000hz", "pcm16-8000hz": return (.pcm16, 8000)
        case "pcm16_16000hz", "pcm16-16000hz": return (.pcm16, 16000)
        case "audio/pcmu", "g711_ulaw": return (.mulaw, 8000)
        case "audio/pcma", "g711_alaw": return (.alaw, 8000)
        default: return nil
        }
    }
}
