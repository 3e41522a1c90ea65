import AudioKit
import Core
import ProviderKit

/// One message of ElevenLabs' sockets, or one line of its answers with timestamps.
struct ElevenLabsMessage {
    /// Utterance; nil on a socket with one.
    var context: String?
    var isFinal = false
    var alignment: JSONValue?
    /// An error, in the vendor's words.
    var error: String?

    /// Reads a message; the audio's bytes are appended.
    init(_ payload: Span<UInt8>, into bytes: inout [UInt8]) throws(SpeechFault) {
        guard let json = try? JSONParser.parse(payload), json.members != nil else {
            throw .broken("not a JSON object")
        }
        context = json["contextId"]?.string ?? json["context_id"]?.string
        isFinal = json["isFinal"]?.bool ?? json["is_final"]?.bool ?? false
        alignment = json["alignment"].flatMap { $0.members == nil ? nil : $0 }
        let text = json["audio"]?.string ?? json["audio_base64"]?.string
        if text == nil, json["error"] != nil || json["message"] != nil || json["detail"] != nil {
            error = VendorFailure.message(json.bytes) ?? json.text
        }
        guard let text, !text.isEmpty else { return }
        do throws(Base64Error) {
            try Base64.decode(Array(text.utf8).span, into: &bytes, options: .unpadded)
        } catch {
            throw .broken("the audio is not base64: \(error)")
        }
    }
}

extension VendorFailure {
    /// What an error of ElevenLabs' sockets means: keys and quotas are known by their words.
    func elevenLabs(_ text: String) -> ProviderFailure {
        let words = text.lowercased()
        if words.contains("quota") || words.contains("credits") { return quota(text) }
        if words.contains("api_key") || words.contains("api key") || words.contains("unauthorized") {
            return auth(text)
        }
        if words.contains("voice") && words.contains("not") && words.contains("exist")
            || words.contains("voice_not_found")
        {
            return make("refused", text, fix: "check the voice's id", .fatal)
        }
        return make("vendor", text, .reconnect(after: nil))
    }
}
