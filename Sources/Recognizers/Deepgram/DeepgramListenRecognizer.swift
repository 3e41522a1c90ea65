import Core
import ProviderKit

/// Deepgram Listen v1 (wire reference 6.1): a segment is a `Results` with `is_final`; a turn is over at `speech_final` or
/// `UtteranceEnd`. `Finalize` is answered by a `Results` with `from_finalize`.
final class DeepgramListenRecognizer: StreamingRecognizer {
    private let options: DeepgramListenOptions

    init(_ options: DeepgramListenOptions) {
        self.options = options
        let detects = options.endpointingMs != nil || options.utteranceEndMs != nil
        super.init(
            options.common,
            capabilities: DeepgramListen.capabilities(
                rate: options.rate, encoding: options.encoding, detectsTurns: detects),
            pace: StreamPace(encoding: options.encoding, keepAlive: .seconds(4)))
    }

    override func endpoint(_ context: PartContext) -> Endpoint {
        .webSocket(
            WebSocketEndpoint(url: options.address(context), headers: common.authorization(scheme: "Token")))
    }

    override func askFinal(_ out: Output) { sendText(#"{"type":"Finalize"}"#, out) }
    override func keepAlive(_ out: Output) { sendText(#"{"type":"KeepAlive"}"#, out) }
    override func sayGoodbye(_ out: Output) { sendText(#"{"type":"CloseStream"}"#, out) }

    override func message(_ json: JSONValue, _ out: Output) {
        switch json["type"]?.string {
        case "Results": results(json, out)
        case "SpeechStarted": speechBegan(out)
        case "UtteranceEnd": if running.isEmpty { vendorEndedTurn(nil, out) }
        case "Error":
            let cause = json["description"]?.string ?? json["message"]?.string ?? "no reason given"
            fail(failures.make("vendor", "the vendor failed: \(cause)", .reconnect(after: nil)), out)
        default: break
        }
    }

    private func results(_ json: JSONValue, _ out: Output) {
        let best = json["channel"]?["alternatives"]?[0]
        let text = best?["transcript"]?.string ?? ""
        guard json["is_final"]?.bool == true else { return partial(text, out) }
        segment(text, out)
        let isAnswer = json["from_finalize"]?.bool == true
        // An answer to our own question is no decision of the vendor's detector.
        if json["speech_final"]?.bool == true, !isAnswer { vendorEndedTurn(best?["confidence"]?.double, out) }
        if isAnswer { answered(out) }
    }
}
