import AudioKit
import Core
import ProviderKit

/// A transcription session of the Realtime API (wire reference 9): `session.update`, then appended audio; a commit (ours, or the
/// vendor's detector's) makes an item, whose transcript comes as deltas and `completed`.
final class OpenAIRealtimeTranscriptionRecognizer: StreamingRecognizer {
    private static let head = Array(#"{"type":"input_audio_buffer.append","audio":""#.utf8)
    private static let tail = Array(#""}"#.utf8)
    /// The vendor refuses to commit less than 100 ms.
    private static let leastCommit = OpenAIRealtimeTranscription.rate / 10

    private let options: OpenAIRealtimeTranscriptionOptions
    /// Items committed whose transcript has not come, with what came of each.
    private var open: [(id: String, text: String)] = []
    private var uncommitted = 0
    private var isUpdated = false

    init(_ options: OpenAIRealtimeTranscriptionOptions) {
        self.options = options
        super.init(
            options.common,
            capabilities: OpenAIRealtimeTranscription.capabilities(detectsTurns: options.detection != .null),
            pace: StreamPace())
    }

    override func endpoint(_ context: PartContext) -> Endpoint {
        .webSocket(WebSocketEndpoint(url: common.url, headers: common.authorization(scheme: "Bearer")))
    }

    override func greet(_ opening: LinkOpening, _ out: Output) {}

    override func write(_ pcm: Span<Int16>, _ out: Output) {
        uncommitted += pcm.count
        out.message(Self.link, .text) { bytes in
            bytes.append(contentsOf: Self.head)
            Base64.encode(pcm: pcm, into: &bytes)
            bytes.append(contentsOf: Self.tail)
        }
    }

    override func askFinal(_ out: Output) {
        guard options.detection == .null else {
            // The vendor commits by itself; a turn that it has written down already is answered at once.
            if open.isEmpty, isSettled { answered(out) }
            return
        }
        guard uncommitted >= Self.leastCommit else { return answered(out) }
        uncommitted = 0
        sendText(#"{"type":"input_audio_buffer.commit"}"#, out)
    }

    override func message(_ json: JSONValue, _ out: Output) {
        switch json["type"]?.string {
        case "session.created":
            guard !isUpdated else { return }
            isUpdated = true
            send(["type": "session.update", "session": options.session(context)], out)
        case "session.updated": becomeReady(out)
        case "input_audio_buffer.speech_started": speechBegan(out)
        case "input_audio_buffer.committed":
            if let id = json["item_id"]?.string, open.count < 100 { open.append((id, "")) }
        case "error": refused(json["error"] ?? .null, out)
        default: transcription(json, out)
        }
    }

    private func transcription(_ json: JSONValue, _ out: Output) {
        guard let id = json["item_id"]?.string else { return }
        switch json["type"]?.string {
        case "conversation.item.input_audio_transcription.delta":
            let index = index(id)
            open[index].text += json["delta"]?.string ?? ""
            if index == 0 { partial(open[0].text, out) }
        case "conversation.item.input_audio_transcription.completed":
            finish(id, json["transcript"]?.string, out)
        case "conversation.item.input_audio_transcription.failed":
            let cause = json["error"]?["message"]?.string ?? "no reason given"
            fail(failures.make("vendor", "a turn was not transcribed: \(cause)", .goesOn), out)
            finish(id, nil, out)
        default: break
        }
    }

    private func index(_ id: String) -> Int {
        if let found = open.firstIndex(where: { $0.id == id }) { return found }
        open.append((id, ""))
        return open.count - 1
    }

    private func finish(_ id: String, _ transcript: String?, _ out: Output) {
        let item = open.remove(at: index(id))
        segment(transcript ?? item.text, out)
        if isAskedForFinal { answered(out) } else if options.detection != .null { vendorEndedTurn(nil, out) }
    }

    private func refused(_ error: JSONValue, _ out: Output) {
        let code = error["code"]?.string ?? error["type"]?.string ?? ""
        let cause = error["message"]?.string ?? "no reason given"
        switch code {
        case "input_audio_buffer_commit_empty": answered(out)
        case "invalid_api_key", "account_deactivated": fail(failures.auth(cause), out)
        case "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached":
            fail(failures.quota(cause), out)
        case "session_expired": fail(failures.make("lost", cause, .reconnect(after: nil)), out)
        default:
            guard phase == .greeting else { return fail(failures.make("vendor", cause, .goesOn), out) }
            fail(failures.make("refused", cause, fix: "check model and options", .fatal), out)
        }
    }
}
