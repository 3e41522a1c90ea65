import Core
import ProviderKit

/// Deepgram Flux (wire reference 6.2): `TurnInfo` events; the transcript is that of the whole turn so far, so a turn is one segment.
/// There is no keep-alive and no finalize: a turn is ended by `ForceEndTurn`, and must not run out of audio.
final class DeepgramFluxRecognizer: StreamingRecognizer {
    private let options: DeepgramFluxOptions
    private var isTurnRunning = false
    /// Half a second of silence: the turn hangs when audio stops in its middle.
    private let silence: [Int16]

    init(_ options: DeepgramFluxOptions) {
        self.options = options
        silence = [Int16](repeating: 0, count: options.rate / 2)
        super.init(
            options.common, capabilities: DeepgramFlux.capabilities(rate: options.rate, encoding: options.encoding),
            // 80 ms a message, as the vendor advises.
            pace: StreamPace(
                pieceSamples: options.rate * 80 / 1000, encoding: options.encoding, keepAlive: .milliseconds(500)))
    }

    override func endpoint(_ context: PartContext) -> Endpoint {
        .webSocket(
            WebSocketEndpoint(url: options.address(context), headers: common.authorization(scheme: "Token")))
    }

    override func message(_ json: JSONValue, _ out: Output) {
        switch json["type"]?.string {
        case "Connected":
            becomeReady(out)
            if let language = options.mismatch(context) {
                notice("language", "\(options.model) hears English only, the agent speaks \(language)", out)
            }
        case "TurnInfo": turn(json, out)
        case "Warning":
            notice("warning", "the vendor warns: \(json["description"]?.string ?? json["code"]?.string ?? "?")", out)
        case "Error":
            let cause = json["description"]?.string ?? json["code"]?.string ?? "no reason given"
            fail(failures.make("vendor", "the vendor failed: \(cause)", .reconnect(after: nil)), out)
        default: break
        }
    }

    private func turn(_ json: JSONValue, _ out: Output) {
        let text = json["transcript"]?.string ?? ""
        let confidence = json["end_of_turn_confidence"]?.double.flatMap { (0...1).contains($0) ? $0 : nil }
        switch json["event"]?.string {
        case "StartOfTurn":
            isTurnRunning = true
            speechBegan(out)
            partial(text, out)
        case "Update": partial(text, out)
        case "EagerEndOfTurn":
            partial(text, out)
            out.event(.turnEndLikely(confidence: confidence))
        case "TurnResumed":
            out.event(.turnResumed)
            partial(text, out)
        case "EndOfTurn": ended(text, confidence, isForced: json["trigger"]?.string == "manual", out)
        default: break
        }
    }

    private func ended(_ text: String, _ confidence: Double?, isForced: Bool, _ out: Output) {
        isTurnRunning = false
        segment(text, out)
        if isAskedForFinal { answered(out) } else if !isForced { vendorEndedTurn(confidence, out) }
    }

    override func askFinal(_ out: Output) {
        guard isTurnRunning else {
            // The vendor ended the turn before us: there is nothing to wait for.
            if isSettled { answered(out) }
            return
        }
        sendText(#"{"type":"ForceEndTurn"}"#, out)
    }

    override func keepAlive(_ out: Output) {
        guard isTurnRunning else { return }
        let silence = silence
        transmit(silence.span, out)
    }

    override func sayGoodbye(_ out: Output) { sendText(#"{"type":"CloseStream"}"#, out) }
}
