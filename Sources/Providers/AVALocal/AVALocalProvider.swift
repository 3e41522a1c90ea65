import AudioKit
import Core
import ProviderKit

/// AVA's local AI server, protocol v2, in full mode: recogniser, language model and synthesiser behind one WebSocket
/// (reference systems.md a.1.6).
///
/// ```
///  start ─▶ connect ─▶ [auth] ─▶ set_mode ─▶ mode_ready ─▶ prompt, tools ─▶ ready
///  binary PCM ─▶ stt_result … llm_response … [tts_audio] binary
/// ```
/// Files beside this one: what the server says (`+Messages`), what the session asks (`+Requests`).
final class AVALocalProvider: Provider {
    /// Where the connection stands.
    enum Phase { case idle, connecting, authenticating, configuring, ready, closing, ended }

    /// Odd things that came and were ignored.
    struct Oddities: Equatable {
        var notJSON = 0
        var unknownTypes = 0
        var badAudio = 0
    }

    static let link = LinkID(0)
    static let inputRate = 16000
    static let outputRate = 16000
    static let handshakeTimer = ProviderTimer(1)
    static let answerTimer = ProviderTimer(2)
    /// Silence on the wire that ends an answer of which the server does not tell the end.
    static let idle = Duration.milliseconds(800)
    /// The server speaks only when it has thought and synthesised.
    static let wordsOnly = Duration.seconds(30)
    /// Most samples in one message: half a second.
    private static let largestChunk = 8000

    let options: AVALocalOptions
    let capabilities = AVALocal.capabilities
    let failures: VendorFailure

    var phase = Phase.idle
    private var hasLink = false
    var context = ProviderContext()
    var wire = AVALocalMessage(call: "")
    var answers = UnnumberedAnswers()
    var user = UnnumberedUser()
    var calls = OpenCalls()
    var decoder: VendorCodec?
    /// What the last `tts_audio` said of the binary message that follows it.
    var announced: (utterance: String?, isFinal: Bool?, isDropped: Bool)?
    var utterance: String?
    var cutUtterance: String?
    var requests = 0
    /// Our own questions, whose answers the server does not speak by itself.
    var asked: Set<String> = []
    /// Texts to be spoken, by the id of their request.
    var spoken: Set<String> = []
    var lastUserText = ""
    private var isAnswerTimed = false
    var oddities = Oddities()
    var hasNoticedUnknown = false
    var hasNoticedGarbage = false

    /// A provider with these options.
    init(_ options: AVALocalOptions) {
        self.options = options
        failures = VendorFailure(
            provider: options.name, url: options.endpoint, key: options.token, keyVariable: "LOCAL_WS_AUTH_TOKEN")
    }

    // MARK: Life of the link

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        answers.start(out)
        user.start(out)
        wire = AVALocalMessage(call: "sidetone-" + String(UInt64(clamping: out.now.nanoseconds), radix: 36))
        phase = .connecting
        hasLink = true
        out.connect(Self.link, .webSocket(WebSocketEndpoint(url: options.endpoint)))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == Self.link, phase == .connecting else { return }
        out.timer(Self.handshakeTimer, after: .seconds(10))
        guard let token = options.token else { return setMode(out) }
        phase = .authenticating
        out.send(Self.link, wire.auth(token))
    }

    func setMode(_ out: ProviderOutput) {
        phase = .configuring
        out.send(Self.link, wire.mode(options))
    }

    /// `mode_ready`: prompt and tools, then ready, then the greeting or the question that waits.
    func modeReady(_ out: ProviderOutput) {
        guard phase == .configuring else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        phase = .ready
        sendPrompt(options.sendsPrompt ? context.instructions : "", out)
        if !context.tools.isEmpty, options.toolPolicy != "off" {
            out.send(Self.link, wire.tools(context.tools, policy: options.toolPolicy))
        }
        out.event(.audioFormat(VendorAudioFormat(.user, encoding: "pcm16", rate: Self.inputRate)))
        out.event(.ready)
        if context.isContinuation {
            if context.answerPending, case .user(let text)? = context.history.last { ask(text, out) }
        } else if let greeting = context.greeting, !greeting.isEmpty {
            speak(greeting, out)
        }
    }

    /// The server takes no list of messages: what was said so far stands in the prompt.
    func sendPrompt(_ instructions: String, _ out: ProviderOutput) {
        let parts = [
            instructions, context.isContinuation ? SpokenHistory.order(context.history) : "",
        ].filter { !$0.isEmpty }
        if !parts.isEmpty { out.send(Self.link, wire.prompt(parts.joined(separator: "\n\n"))) }
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        hasLink = false
        if phase == .closing { phase = .ended }
        if phase != .ended { end(failures.closed(closure), out) }
    }

    /// Ends this provider with its one terminal failure.
    func end(_ failure: ProviderFailure, _ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        for timer in [Self.handshakeTimer, Self.answerTimer] { out.add(.cancelTimer(timer)) }
        out.event(.failure(failure))
        if hasLink { out.add(.close(Self.link, code: 1000, reason: "")) }
        phase = .ended
    }

    /// Ends in order at the session's wish.
    func close(_ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        for timer in [Self.handshakeTimer, Self.answerTimer] { out.add(.cancelTimer(timer)) }
        guard hasLink else {
            phase = .ended
            return
        }
        out.add(.close(Self.link, code: 1000, reason: ""))
        phase = .closing
    }

    // MARK: Time

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        switch id {
        case Self.handshakeTimer where phase == .authenticating || phase == .configuring:
            let missing = phase == .authenticating ? "auth_response" : "mode_ready"
            end(failures.make("protocol", "no \(missing) within 10 s", .reconnect(after: nil)), out)
        case Self.answerTimer where phase == .ready:
            isAnswerTimed = false
            guard answers.phase == .running else { return }
            guard out.now - answers.lastSign >= patience else { return timeAnswer(out) }
            answers.end(answers.samples > 0 ? .completed : .failed("the server gave words but no audio for 30 s"), out)
        default: break
        }
    }

    private var patience: Duration { answers.samples > 0 ? Self.idle : Self.wordsOnly }

    /// Looks at the answer again when it may be over; one timer, however many pieces come.
    func timeAnswer(_ out: ProviderOutput) {
        guard !isAnswerTimed, answers.phase == .running else { return }
        isAnswerTimed = true
        out.timer(
            Self.answerTimer, after: max(.milliseconds(1), min(Self.idle, patience - (out.now - answers.lastSign))))
    }

    // MARK: Audio of the caller

    /// Raw PCM16 in binary messages.
    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, pcm.count > 0 else { return }
        var at = 0
        while at < pcm.count {
            let end = min(pcm.count, at + Self.largestChunk)
            let start = out.bytes.count
            pcm.extracting(at..<end).withUnsafeBytes { out.bytes.append(contentsOf: $0) }
            out.add(.send(Self.link, .binary, range: start..<out.bytes.count))
            out.trace(WireMessage(source: "", direction: .sent, type: "audio", bytes: (end - at) * 2))
            at = end
        }
    }
}
