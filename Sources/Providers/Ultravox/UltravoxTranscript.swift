import Core
import ProviderKit

/// One utterance of either side, gathered from `transcript` messages by its ordinal.
struct UltravoxTranscript {
    let ordinal: Int
    /// The item it belongs to.
    let id: String
    let isUser: Bool
    var text = ""
    var isFinal = false

    /// Takes a message's text, which is whole, or its delta; gives what is new.
    mutating func take(_ message: JSONValue) -> String {
        if let whole = message["text"]?.string {
            let new = whole.hasPrefix(text) ? String(whole.dropFirst(text.count)) : whole
            if text.utf8.count < 1 << 17 { text = whole }
            return new
        }
        guard let delta = message["delta"]?.string, text.utf8.count < 1 << 17 else { return "" }
        text += delta
        return delta
    }
}
