import AudioKit
import Core
import ProviderKit

/// Scribe realtime: audio as base64 in JSON; a commit (ours, or the vendor's detector's) gives the final text of a segment.
final class ScribeRealtimeRecognizer: StreamingRecognizer {
    private let options: ElevenLabsScribeOptions
    private let head = Array(#"{"message_type":"input_audio_chunk","audio_base_64":""#.utf8)
    private let tail: [UInt8]
    private var uncommitted = 0

    init(_ options: ElevenLabsScribeOptions) {
        self.options = options
        tail = Array(#"","commit":false,"sample_rate":\#(options.rate)}"#.utf8)
        super.init(
            options.common,
            capabilities: ElevenLabsScribe.realtimeCapabilities(rate: options.rate, byVAD: options.commitsByVAD),
            pace: StreamPace(pieceSamples: options.rate / 10))
    }

    override func endpoint(_ context: PartContext) -> Endpoint {
        .webSocket(WebSocketEndpoint(url: options.address(context), headers: common.authorization("xi-api-key")))
    }

    override func greet(_ opening: LinkOpening, _ out: Output) {}

    override func write(_ pcm: Span<Int16>, _ out: Output) {
        uncommitted += pcm.count
        out.message(Self.link, .text) { bytes in
            bytes.append(contentsOf: head)
            Base64.encode(pcm: pcm, into: &bytes)
            bytes.append(contentsOf: tail)
        }
    }

    override func askFinal(_ out: Output) {
        guard !options.commitsByVAD else {
            if isSettled { answered(out) }
            return
        }
        guard uncommitted > 0 else { return answered(out) }
        uncommitted = 0
        send(
            [
                "message_type": "input_audio_chunk", "audio_base_64": "", "commit": true,
                "sample_rate": .int(Int64(options.rate)),
            ], out)
    }

    override func message(_ json: JSONValue, _ out: Output) {
        switch json["message_type"]?.string {
        case "session_started": becomeReady(out)
        case "partial_transcript":
            let text = json["text"]?.string ?? ""
            if options.commitsByVAD, !text.isEmpty { speechBegan(out) }
            partial(text, out)
        case "committed_transcript": committed(json["text"]?.string ?? "", out)
        case "commit_throttled":
            // There was nothing, or too little, to write down.
            answered(out)
        case let type?: failed(type, json, out)
        case nil: break
        }
    }

    private func committed(_ text: String, _ out: Output) {
        segment(text, out)
        if isAskedForFinal { answered(out) } else if options.commitsByVAD { vendorEndedTurn(nil, out) }
    }

    private func failed(_ type: String, _ json: JSONValue, _ out: Output) {
        let cause = "\(type): \((json["error"] ?? json["message"])?.string ?? "no reason given")"
        switch type {
        case "auth_error": fail(failures.auth(cause), out)
        case "quota_exceeded": fail(failures.quota(cause), out)
        case "unaccepted_terms", "unaccepted_terms_error":
            fail(failures.make("refused", cause, fix: "accept the vendor's terms in its console", .fatal), out)
        case "rate_limited":
            fail(failures.make("rate-limit", cause, .reconnect(after: VendorFailure.shortestWait)), out)
        case "transcriber_error", "queue_overflow", "resource_exhausted", "session_time_limit_exceeded", "error":
            fail(failures.make("vendor", cause, .reconnect(after: nil)), out)
        case "input_error", "chunk_size_exceeded":
            phase == .greeting
                ? fail(failures.make("refused", cause, fix: "check the options", .fatal), out)
                : fail(failures.make("vendor", cause, .goesOn), out)
        case "insufficient_audio_activity": notice(type, cause, out)
        default: break
        }
    }
}
