import AudioKit
import Core
import ProviderKit

/// ElevenLabs Agents: one conversation WebSocket, for private agents at an address that is signed first (wire reference 4).
///
/// ```
///  start ─▶ GET signed url ─▶ connect ─▶ initiation data ─▶ metadata (formats) ─▶ ready
///              ▲                              │ an override that the agent forbids is left out
///              ╰──────────────────────────────╯
/// ```
/// Files beside this one: what the vendor says (`+Events`), what the session asks (`+Requests`), audio (`+Audio`).
final class ElevenLabsAgentProvider: Provider {
    /// Where the connection stands.
    enum Phase { case idle, signing, connecting, configuring, ready, closing, ended }

    /// Odd things that came and were ignored.
    struct Oddities: Equatable {
        var notJSON = 0
        var unknownTypes = 0
        var badAudio = 0
        var lateAudio = 0
    }

    static let link = LinkID(0)
    static let inputRate = 16000
    static let outputRate = 24000
    static let handshakeTimer = ProviderTimer(1)
    static let answerTimer = ProviderTimer(2)
    static let muteTimer = ProviderTimer(3)
    static let tickTimer = ProviderTimer(4)
    static let tick = Duration.seconds(2)
    /// Silence after which an answer counts as delivered: the vendor does not tell the end.
    static let idle = Duration.milliseconds(800)
    /// The vendor's words come before its voice.
    static let wordsOnly = Duration.seconds(6)
    private static let largestSigning = 1 << 16

    let options: ElevenLabsAgentOptions
    let capabilities: ProviderCapabilities
    let failures: VendorFailure

    var phase = Phase.idle
    var hasLink = false
    var context = ProviderContext()
    var initiation: ElevenLabsInitiation
    private var signed: [UInt8] = []
    var encoder: VendorCodec?
    var decoder: VendorCodec?
    /// Bytes on their way from base64 or to it.
    var scratch: [UInt8] = []

    var answers = UnnumberedAnswers()
    var user = UnnumberedUser()
    var calls = OpenCalls()
    var mute = GreetingMute()
    var mutedAnswers = 0
    /// Audio of events up to this one is not heard any more.
    var gate = 0
    /// The newest event of the agent's audio.
    var lastEvent = 0
    /// The answer was cut here and not by the vendor, which goes on with it.
    var isCutHere = false
    var isAnswerTimed = false
    /// A question that waits until the agent's own greeting is over.
    var question: String?
    /// Texts of ours that the vendor may repeat as the user's.
    var echoes: [String] = []
    var oddities = Oddities()
    var hasNoticedUnknown = false
    var hasNoticedGarbage = false
    private var minutes: MinuteBill

    /// A provider with these options.
    init(_ options: ElevenLabsAgentOptions) {
        self.options = options
        capabilities = ElevenLabsAgent.capabilities(longest: options.longest)
        failures = VendorFailure(
            provider: options.name, url: options.signing ?? options.conversation, key: options.key,
            keyVariable: "ELEVENLABS_API_KEY")
        initiation = ElevenLabsInitiation(options, ProviderContext())
        minutes = MinuteBill(price: options.minutePrice)
    }

    // MARK: Life of the link

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        initiation = ElevenLabsInitiation(options, context)
        answers.start(out)
        user.start(out)
        begin(out)
    }

    /// Signs, or connects where nothing is to be signed.
    private func begin(_ out: ProviderOutput) {
        guard let signing = options.signing, let key = options.key else { return connect(options.conversation, out) }
        phase = .signing
        hasLink = true
        signed = []
        out.connect(
            Self.link,
            .http(
                HTTPEndpoint(
                    method: "GET", url: signing, headers: [HeaderField("xi-api-key", key.reveal(), secret: true)])))
    }

    private func connect(_ url: URLParts, _ out: ProviderOutput) {
        phase = .connecting
        hasLink = true
        out.connect(Self.link, .webSocket(WebSocketEndpoint(url: url)))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == Self.link, phase == .connecting else { return }
        phase = .configuring
        out.send(Self.link, initiation.json)
        out.timer(Self.handshakeTimer, after: .seconds(10))
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        hasLink = false
        switch phase {
        case .closing: phase = .ended
        case .ended, .idle: break
        case .signing: signingEnded(closure, out)
        default: conversationEnded(closure, out)
        }
    }

    private func signingEnded(_ closure: LinkClosure, _ out: ProviderOutput) {
        guard closure.cause == .remote else { return end(failures.closed(closure), out) }
        let answer = try? JSONParser.parse(signed)
        guard let text = answer?["signed_url"]?.string, let url = try? URLParts(parsing: text),
            url.scheme == "wss" || (url.scheme == "ws" && options.signing?.isSecure == false)
        else {
            return end(failures.make("protocol", "the answer holds no signed_url", .reconnect(after: nil)), out)
        }
        connect(url, out)
    }

    /// A piece of the answer that holds the signed address.
    func signedPiece(_ payload: Span<UInt8>) {
        guard signed.count + payload.count <= Self.largestSigning else { return }
        payload.withUnsafeBufferPointer { signed.append(contentsOf: $0) }
    }

    /// Close codes of wire reference 4.3.
    private func conversationEnded(_ closure: LinkClosure, _ out: ProviderOutput) {
        guard closure.cause == .remote, let code = closure.code else { return end(failures.closed(closure), out) }
        switch code {
        case 1000 where phase == .ready && !closure.reason.lowercased().contains("duration"):
            hangUp(closure.reason, out)
        case 1008: contractBroken(closure, out)
        default: end(failures.closed(closure), out)
        }
    }

    /// The agent ended the conversation in order.
    private func hangUp(_ reason: String, _ out: ProviderOutput) {
        answers.end(.completed, out)
        minutes.tell(options.name, out)
        cancelTimers(out)
        phase = .ended
        let words = failures.clean(reason)
        out.event(.hangUpRequested(reason: words.isEmpty ? "the agent ended the conversation" : words))
    }

    private func contractBroken(_ closure: LinkClosure, _ out: ProviderOutput) {
        let words = closure.reason.lowercased()
        let cause = "closed with code 1008: \(closure.reason)"
        if words.contains("override"), let name = initiation.forbid(namedIn: closure.reason) {
            out.event(
                .notice(
                    "the agent does not allow \(name) to be replaced (\(failures.clean(closure.reason))); going on without"
                ))
            out.add(.cancelTimer(Self.handshakeTimer))
            return begin(out)
        }
        if words.contains("variable") {
            return end(
                failures.make("refused", cause, fix: "give the agent's variables in dynamic_variables", .fatal), out)
        }
        if words.contains("quota") || words.contains("credits") { return end(failures.quota(cause), out) }
        if words.contains("auth") || words.contains("key") || words.contains("signature") {
            return end(failures.auth(cause), out)
        }
        end(failures.make("refused", cause, fix: "check agent_id, overrides and dynamic_variables", .fatal), out)
    }

    /// Ends this provider with its one terminal failure.
    func end(_ failure: ProviderFailure, _ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        cancelTimers(out)
        minutes.tell(options.name, out)
        out.event(.failure(failure))
        if hasLink { out.add(.close(Self.link, code: 1000, reason: "")) }
        phase = .ended
    }

    /// Ends in order at the session's wish.
    func close(_ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        cancelTimers(out)
        guard hasLink else {
            phase = .ended
            return
        }
        out.add(.close(Self.link, code: 1000, reason: ""))
        phase = .closing
    }

    private func cancelTimers(_ out: ProviderOutput) {
        for timer in [Self.handshakeTimer, Self.answerTimer, Self.muteTimer, Self.tickTimer] {
            out.add(.cancelTimer(timer))
        }
    }

    // MARK: Ready

    /// `conversation_initiation_metadata`: the formats are known, so audio may flow.
    func metadata(_ event: JSONValue, _ out: ProviderOutput) {
        guard phase == .configuring else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        guard takeFormats(event, out) else { return }
        phase = .ready
        minutes.start(out)
        out.timer(Self.tickTimer, after: Self.tick)
        if let longest = options.longest { out.event(.expires(after: longest)) }
        let orders = [
            initiation.hasPrompt || context.instructions.isEmpty ? nil : "Your instructions: \(context.instructions)",
            context.isContinuation ? SpokenHistory.order(context.history) : nil,
        ].compactMap { $0 }
        if !orders.isEmpty {
            out.send(Self.link, ElevenLabsMessage.contextualUpdate(orders.joined(separator: "\n\n")))
        }
        out.event(.ready)
        guard context.isContinuation else { return }
        mute.start(out.now)
        out.timer(Self.muteTimer, after: GreetingMute.grace)
        if context.answerPending, case .user(let text)? = context.history.last { question = text }
    }

    private func takeFormats(_ event: JSONValue, _ out: ProviderOutput) -> Bool {
        let names = ["user_input_audio_format", "agent_output_audio_format"].map { event[$0]?.string ?? "pcm_16000" }
        guard let input = ElevenLabsMessage.format(names[0]), let output = ElevenLabsMessage.format(names[1]) else {
            end(
                failures.make(
                    "refused",
                    "the agent's audio formats are \(names[0]) in and \(names[1]) out, which are not spoken here",
                    fix: "set both to pcm_… or ulaw_8000 in the agent's settings", .fatal), out)
            return false
        }
        do throws(AudioKitError) {
            encoder = try .encoder(input, from: Self.inputRate)
            decoder = try .decoder(output, to: Self.outputRate)
        } catch {
            end(failures.make("refused", "\(error)", .fatal), out)
            return false
        }
        out.event(.audioFormat(VendorAudioFormat(.user, encoding: input.encoding.rawValue, rate: input.rate)))
        out.event(.audioFormat(VendorAudioFormat(.agent, encoding: output.encoding.rawValue, rate: output.rate)))
        return true
    }

    // MARK: Time

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        switch id {
        case Self.handshakeTimer where phase == .configuring:
            end(failures.make("protocol", "no initiation metadata within 10 s", .reconnect(after: nil)), out)
        case Self.answerTimer where phase == .ready: answerTimer(out)
        case Self.muteTimer where phase == .ready:
            if mute.isOver(out.now, idle: Self.idle) {
                unmuted(out)
            } else if mute.isOn {
                out.timer(Self.muteTimer, after: .milliseconds(300))
            }
        case Self.tickTimer where phase == .ready:
            out.timer(Self.tickTimer, after: Self.tick)
            guard user.quiet(out.now) >= .seconds(8) else { return }
            out.event(.notice("the vendor heard the user and wrote nothing down for 8 s of silence"))
            user.stop(out)
        default: break
        }
    }

    /// The answer is over when nothing more of it came for a while.
    private func answerTimer(_ out: ProviderOutput) {
        isAnswerTimed = false
        guard answers.phase == .running else { return }
        let patience = answers.samples > 0 ? Self.idle : Self.wordsOnly
        guard out.now - answers.lastSign >= patience else { return timeAnswer(out) }
        answers.end(.completed, out)
        minutes.tell(options.name, out)
    }

    /// Looks at the answer again when it may be over; one timer, however many pieces come.
    func timeAnswer(_ out: ProviderOutput) {
        guard !isAnswerTimed, answers.phase == .running else { return }
        isAnswerTimed = true
        let patience = answers.samples > 0 ? Self.idle : Self.wordsOnly
        out.timer(
            Self.answerTimer, after: max(.milliseconds(1), min(Self.idle, patience - (out.now - answers.lastSign))))
    }

    /// The agent's own greeting is over, or the user was first.
    func unmuted(_ out: ProviderOutput) {
        mute.end()
        out.add(.cancelTimer(Self.muteTimer))
        gate = max(gate, lastEvent)
        guard let text = question else { return }
        question = nil
        put(text, out)
    }
}
