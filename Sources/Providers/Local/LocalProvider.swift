import Core
import ProviderKit

/// The embedded agent as a pure machine over one link to the speech worker.
///
/// ```
/// audio ─▶ link: PCM ─▶ (worker) ─▶ final ─▶ DialogueAgent ─▶ say ──▶ link: synthesize ─▶ (worker) ─▶ PCM ─▶ agentAudio
///                                               ╰─▶ toolCall … toolResult ─▶╯
/// ```
/// The session's detector decides about turns; audio outside of a turn is not sent. The worker's messages are described
/// at `SpeechControl` and `SpeechReport` in EmbeddedSpeech.
final class LocalProvider: Provider {
    /// The one link.
    static let link = LinkID(1)

    static let capabilities = ProviderCapabilities(
        inputRate: 16000, outputRate: 16000, endpointing: .local, nativeBargeIn: false, tools: true, textInput: true,
        canSpeakText: true, updatesInstructions: false, costTier: .free, isOffline: true)

    var capabilities: ProviderCapabilities { Self.capabilities }
    private let voice: String
    private let recognizes: Bool
    /// Where the link stands.
    private enum Phase { case idle, connecting, ready, closing, ended }

    private var phase = Phase.idle
    private var isReady: Bool { phase == .ready }
    private var context = ProviderContext()
    private var agent = DialogueAgent()
    private var hearing = LocalHearing()
    private var speaking = LocalSpeaking()
    private var calls = 0
    private var openCall: String?

    /// An agent with one of the embedded voices.
    init(voice: String, recognizes: Bool = true) {
        self.voice = voice
        self.recognizes = recognizes
    }

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        phase = .connecting
        self.context = context
        agent = DialogueAgent(tools: context.tools, history: context.history)
        hearing.idPrefix = context.idPrefix(out.now)
        speaking.idPrefix = hearing.idPrefix
        out.connect(
            Self.link,
            .worker(
                name: "speech",
                configuration: [
                    "recognize": .bool(recognizes), "grammar": .string(DialogueGrammar.jsgf),
                    "pronunciations": .object(DialogueGrammar.pronunciations.map { .init($0.key, .string($0.value)) }),
                ]))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == Self.link, phase == .connecting else { return }
        phase = .ready
        out.event(.ready)
        if context.answerPending, case .user(let text)? = context.history.last {
            answer(agent.hear(text, .typed), out)
        } else if let greeting = context.greeting, !greeting.isEmpty, !context.isContinuation {
            say(greeting, out)
        }
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == Self.link, phase != .ended else { return }
        defer { phase = .ended }
        guard phase != .closing else { return }
        speaking.closeAll(out)
        let isMissing = closure.cause == .refused
        out.event(
            .failure(
                ProviderFailure(
                    code: isMissing ? "refused" : "lost",
                    text: "the embedded speech worker has ended: \(closure.reason)",
                    consequence: isMissing ? .fatal : .reconnect(after: nil))))
    }

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {}

    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard isReady, hearing.isOpen, pcm.count > 0 else { return }
        out.message(Self.link, .binary) { bytes in
            for i in pcm.indices {
                bytes.append(UInt8(truncatingIfNeeded: pcm[i]))
                bytes.append(UInt8(truncatingIfNeeded: pcm[i] >> 8))
            }
        }
    }

    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if case .close = request { return close(out) }
        guard isReady else { return }
        switch request {
        case .userText(let text): answer(agent.hear(text, .typed), out)
        case .toolResult(let id, let output, let isError): toolResult(id, output, isError, out)
        case .interrupt: interrupt(out)
        case .userTurnStarted: if recognizes { hearing.begin(out) }
        case .userTurnEnded: hearing.end(out)
        case .speak(let text): say(text, out)
        case .respond: answer(agent.prompted(), out)
        case .updateInstructions, .playedOut, .close: break
        }
    }

    private func close(_ out: ProviderOutput) {
        guard phase == .connecting || phase == .ready else { return }
        phase = .closing
        out.add(.close(Self.link, code: 1000, reason: ""))
    }

    private func interrupt(_ out: ProviderOutput) {
        openCall = nil
        agent.interrupted()
        speaking.cancel(out)
    }

    private func toolResult(_ id: String, _ output: String, _ isError: Bool, _ out: ProviderOutput) {
        guard id == openCall else { return }
        openCall = nil
        answer(agent.toolAnswered(output, isError: isError), out)
    }

    // MARK: From the worker

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == Self.link, isReady else { return }
        if kind == .binary { return speaking.audio(payload, out) }
        guard let json = try? JSONParser.parse(payload), let type = json["type"]?.string else {
            return out.event(.notice("the speech worker sent something that is no message"))
        }
        out.trace(WireMessage(source: "", direction: .received, type: type, bytes: payload.count))
        switch type {
        case "final": heard(json, out)
        case "partial": hearing.partial(json["text"]?.string ?? "", out)
        case "begun": speaking.begun(json, out)
        case "ended": speaking.ended(json, out)
        case "loaded": out.event(.notice("speech model loaded in \(Int(json["ms"]?.double ?? 0)) ms"))
        case "unavailable", "error": failed(json, out)
        default: break
        }
    }

    private func failed(_ json: JSONValue, _ out: ProviderOutput) {
        out.event(
            .failure(
                ProviderFailure(
                    code: json["type"]?.string == "error" ? "vendor" : "speech-model",
                    text: json["reason"]?.string ?? "unknown",
                    fix: json["fix"]?.string, consequence: .goesOn)))
    }

    private func heard(_ json: JSONValue, _ out: ProviderOutput) {
        switch hearing.final(json, out) {
        case .waiting: break
        case .nothing: openResponse(out) { _ in }
        case .unclear: answer([.say("Sorry, I did not hear that.")], out)
        case .sentence(let text, let strictness): answer(agent.hear(text, strictness), out)
        }
    }

    // MARK: Answers

    private func answer(_ actions: [DialogueAction], _ out: ProviderOutput) {
        for action in actions {
            switch action {
            case .say(let text): speaking.say(text, voice, out)
            case .call(let name, let arguments): call(name, arguments, out)
            case .hangUp: out.event(.hangUpRequested(reason: "the caller said goodbye"))
            }
        }
    }

    private func say(_ text: String, _ out: ProviderOutput) {
        agent.said(text)
        speaking.say(text, voice, out)
    }

    private func call(_ name: String, _ arguments: JSONValue, _ out: ProviderOutput) {
        calls += 1
        let id = "call_\(calls)"
        openCall = id
        openResponse(out) { $0.event(.toolCall(ToolCall(id: id, name: name, arguments: arguments.text))) }
    }

    /// A response without sound.
    private func openResponse(_ out: ProviderOutput, _ body: (ProviderOutput) -> Void) {
        let id = speaking.nextResponse()
        out.event(.responseStarted(id: id))
        body(out)
        out.event(.responseEnded(id: id, status: .completed))
    }
}
