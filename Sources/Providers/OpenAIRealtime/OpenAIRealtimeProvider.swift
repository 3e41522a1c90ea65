import AudioKit
import Core
import ProviderKit

/// The Realtime protocol over one WebSocket, in the dialect of its options.
///
/// ```
///  start ─▶ connect ─▶ session.created ─▶ session.update ─▶ session.updated ─▶ history ─▶ ready ─▶ greeting
///                                              ▲   │ a refused field is left out, once each
///                                              ╰───╯
/// ```
/// The files beside this one hold the parts: what the vendor says (`+Events`), responses and tools (`+Responses`), what
/// the session asks (`+Requests`), errors (`+Errors`), audio (`+Audio`).
final class OpenAIRealtimeProvider: Provider {
    /// Where the connection stands.
    enum Phase { case idle, connecting, configuring, ready, closing, ended }

    /// Odd things that came and were ignored.
    struct Oddities: Equatable {
        var notJSON = 0
        var unknownTypes = 0
        var badAudio = 0
        var lateAudio = 0
        var harmlessErrors = 0
    }

    static let link = LinkID(0)

    static let handshakeTimer = ProviderTimer(1)
    static let responseTimer = ProviderTimer(2)
    static let retryTimer = ProviderTimer(3)
    static let minuteTimer = ProviderTimer(4)
    private static let timers = [handshakeTimer, responseTimer, retryTimer, minuteTimer]

    let options: OpenAIRealtimeOptions
    let capabilities: ProviderCapabilities
    let failures: OpenAIRealtimeFailure
    let wallClock: () -> WallTime

    var phase = Phase.idle
    /// Whether there is a link that has not ended.
    var hasLink = false
    var context = ProviderContext()
    var instructions = ""
    var session: OpenAIRealtimeSession
    var isUpdateSent = false

    var gate = ResponseGate()
    var tools = ToolLedger()
    var items: AgentItems
    var transcripts = UserTranscripts()
    var preRoll: PreRoll
    var oddities = Oddities()

    /// Between the vendor's (or, without its detector, the session's) start and end of the user's speech.
    var isUserSpeaking = false
    /// Samples sent since the last commit.
    var appendedSamples = 0
    /// What ran and what was known when the vendor heard the user begin.
    var responseAtSpeechStart: String?
    var itemsAtSpeechStart = 0
    /// A response that is asked for but not announced is to be cancelled and dropped when it comes.
    var dropsNextResponse = false
    /// The response for which `response.cancel` was sent.
    var cancelledResponse: String?
    var rateLimitTries = 0
    var resetSeconds: Double?
    var corrections = 0
    /// Until when the connection's time is reported as used; nil where tokens are billed.
    var billedUntil: MonotonicTime?
    var codec: OpenAIRealtimeCodec
    var hasNoticedUnknown = false
    var hasNoticedGarbage = false
    var hasNoticedTextOnly = false

    /// A provider with these options. `wallClock` only reads the deadline of the session.
    init(_ options: OpenAIRealtimeOptions, wallClock: @escaping () -> WallTime = WallTime.now) {
        self.options = options
        self.wallClock = wallClock
        capabilities = Self.capabilities(options)
        failures = OpenAIRealtimeFailure(
            provider: options.name, address: options.endpoint.redacted, model: options.model, key: options.key,
            account: options.dialect.account)
        codec = OpenAIRealtimeCodec(options.encoding)
        items = AgentItems(rate: options.rate)
        preRoll = PreRoll(samples: options.rate / 2)
        session = OpenAIRealtimeSession(options, ProviderContext())
    }

    /// What the options make of the vendor's abilities.
    static func capabilities(_ options: OpenAIRealtimeOptions) -> ProviderCapabilities {
        ProviderCapabilities(
            inputRate: options.rate, outputRate: options.rate,
            endpointing: options.turnDetection == .none ? .local : .provider,
            nativeBargeIn: options.interruptsByItself, canSpeakText: true,
            userTranscripts: options.transcription != nil, sessionLimit: options.dialect.longest,
            costTier: options.model.contains("mini") || options.perMinute != nil ? .medium : .high,
            encodings: [options.encoding.rawValue], modalities: [.audio, .text])
    }

    // MARK: Life of the link

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        instructions = context.instructions
        session = OpenAIRealtimeSession(options, context)
        phase = .connecting
        hasLink = true
        out.connect(
            Self.link,
            .webSocket(
                WebSocketEndpoint(
                    url: options.endpoint, headers: options.headers, answerHeaders: options.dialect.answerHeaders)))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == Self.link, phase == .connecting else { return }
        phase = .configuring
        out.timer(Self.handshakeTimer, after: .seconds(10))
        guard options.perMinute != nil else { return }
        billedUntil = out.now
        out.timer(Self.minuteTimer, after: Self.billedEvery)
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        hasLink = false
        if phase == .closing { phase = .ended }
        if phase != .ended { end(failures.closed(closure), out) }
    }

    /// Ends this provider with its one terminal failure; the session makes a new one when it wants to go on.
    func end(_ failure: ProviderFailure, _ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        for timer in Self.timers { out.add(.cancelTimer(timer)) }
        out.event(.failure(failure))
        if hasLink { out.add(.close(Self.link, code: 1000, reason: "")) }
        phase = .ended
    }

    /// Ends in order at the session's wish.
    func close(_ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        for timer in Self.timers { out.add(.cancelTimer(timer)) }
        guard phase != .idle else {
            phase = .ended
            return
        }
        out.add(.close(Self.link, code: 1000, reason: ""))
        phase = .closing
    }

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        switch id {
        case Self.handshakeTimer where phase == .configuring:
            let missing = isUpdateSent ? "session.updated" : "session.created"
            end(failures.silent("no \(missing) within 10 s"), out)
        case Self.responseTimer where phase == .ready:
            responseIsLate(out)
        case Self.retryTimer where phase == .ready:
            gate.want(.answer)
            pump(out)
        case Self.minuteTimer where phase == .configuring || phase == .ready:
            billTime(Usage(provider: options.name), out)
            out.timer(Self.minuteTimer, after: Self.billedEvery)
        default: break
        }
    }

    private func responseIsLate(_ out: ProviderOutput) {
        let wasAsked = gate.phase != .expected
        guard gate.giveUpWaiting() else { return }
        dropsNextResponse = false
        if wasAsked {
            out.event(.notice("the vendor did not begin a response that was asked for; going on without it"))
        }
        pump(out)
    }

    // MARK: Configuration

    /// `session.created`: configure.
    func sessionCreated(_ message: JSONValue, _ out: ProviderOutput) {
        guard phase == .configuring, !isUpdateSent else { return }
        noteDeadline(message, out)
        sendUpdate(out)
    }

    private func sendUpdate(_ out: ProviderOutput) {
        isUpdateSent = true
        out.send(Self.link, OpenAIRealtimeMessage.update(session.json))
    }

    private func noteDeadline(_ message: JSONValue, _ out: ProviderOutput) {
        guard let expiry = message["session"]?["expires_at"]?.int else {
            return out.event(.expires(after: options.dialect.longest))
        }
        let left = max(0, Int64(clamping: expiry)) - wallClock().nanoseconds / 1_000_000_000
        // A clock that is wrong here must not end a session at once: then the documented limit holds.
        let longest = options.dialect.longest
        out.event(.expires(after: left > 0 && .seconds(left) < longest ? .seconds(left) : longest))
    }

    /// `session.updated`: restore what was said, then be ready, then greet or answer.
    func sessionUpdated(_ message: JSONValue, _ out: ProviderOutput) {
        guard phase == .configuring, isUpdateSent else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        phase = .ready
        tellFormats(message["session"] ?? .null, out)
        let history = OpenAIRealtimeMessage.history(
            context.history, agentTextKind: options.dialect.agentTextKind)
        for item in history { out.send(Self.link, item) }
        out.event(.ready)
        if context.isContinuation {
            if context.answerPending { gate.want(.answer) }
        } else if let greeting = context.greeting, !greeting.isEmpty {
            gate.want(.say(greeting))
        }
        pump(out)
    }

    /// The vendor refused the configuration: leave out the field that it names and try again, once each.
    func configurationRefused(_ error: JSONValue, _ out: ProviderOutput) {
        guard let field = OpenAIRealtimeSession.refusedField(error), session.refused.count < 8, session.remove(field)
        else {
            return end(failures.refused(error), out)
        }
        let reason = failures.clean(error["message"]?.string ?? "no reason given")
        out.event(.notice("the vendor refused \(failures.clean(field)) (\(reason)); configured without it"))
        out.timer(Self.handshakeTimer, after: .seconds(10))
        sendUpdate(out)
    }
}
