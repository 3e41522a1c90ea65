import Core
import ProviderKit

/// Deepgram's speaking socket: Speak, Flush, Clear and Close as JSON, audio as binary messages (wire reference agents 7).
///
/// One sentence at a time: audio carries no name, `Flushed` ends it; after `Clear` all is old until `Cleared`.
struct DeepgramSpeakDialect: SpeechDialect {
    let endpoint: WebSocketEndpoint
    let mostAtOnce = 1
    let hasContexts = false
    let encoding: SpeechPCM.Encoding
    let rate: Int
    let failures: VendorFailure

    func audio() -> SpeechPCM { SpeechPCM(encoding, rate: rate, outputRate: rate) }

    func speak(_ key: Int, _ text: String) -> [JSONValue] {
        [["type": "Speak", "text": .string(text)], ["type": "Flush"]]
    }

    func cancel(_ key: Int) -> [JSONValue] { [["type": "Clear"]] }

    func goodbye(isSpeaking: Bool) -> [JSONValue] { (isSpeaking ? [["type": "Clear"]] : []) + [["type": "Close"]] }

    func read(
        _ kind: LinkMessageKind, _ payload: Span<UInt8>, into bytes: inout [UInt8]
    ) throws(SpeechFault) -> SpeechNews? {
        guard kind == .text else {
            payload.withUnsafeBufferPointer { bytes += $0 }
            return SpeechNews()
        }
        guard let json = try? JSONParser.parse(payload), let type = json["type"]?.string else {
            throw .broken("not a message with a type")
        }
        let words = json["description"]?.string ?? json["err_msg"]?.string ?? json["message"]?.string ?? ""
        switch type {
        case "Flushed": return SpeechNews(isDone: true)
        case "Cleared": return SpeechNews(isCleared: true)
        case "Warning": return SpeechNews(notice: "warning of the vendor: \(words)")
        case "Error":
            return SpeechNews(failure: failures.make("vendor", words, .reconnect(after: nil)), endsSocket: true)
        default: return nil
        }
    }

    /// 1008 DATA-0001: too many characters for the limits of the account (1011 is a trouble or an age limit: reconnect).
    func closed(_ closure: LinkClosure) -> ProviderFailure {
        guard closure.cause == .remote, closure.code == 1008 else { return failures.closed(closure) }
        return failures.make(
            "rate-limit", closure.reason, fix: "wait, or raise the limits", .reconnect(after: .seconds(5)))
    }
}
