import AudioKit
import Core
import ProviderKit

/// OpenAI Live over one WebSocket: full duplex, without turns, responses or interruptions on the wire.
///
/// ```
///  start ─▶ connect ─▶ session.start ─▶ session.started ─▶ ready ─▶ greeting
///                           ▲   │ a refused field is left out, once each
///                           ╰───╯
///  output ─▶ LiveSpeech ─▶ items        fragments ─▶ LiveTranscript ─▶ turns of either side
/// ```
/// The files beside this one hold the parts: what the vendor says (`+Events`), audio (`+Audio`), the delegated work and its
/// tools (`+Work`), what the session asks (`+Requests`).
final class OpenAILiveProvider: Provider {
    /// Where the connection stands.
    enum Phase { case idle, connecting, starting, ready, closing, ended }

    static let link = LinkID(0)
    static let startTimer = ProviderTimer(1)
    static let speechTimer = ProviderTimer(2)
    static let userTimer = ProviderTimer(3)
    static let closeTimer = ProviderTimer(4)
    private static let timers = [startTimer, speechTimer, userTimer, closeTimer]

    let options: OpenAILiveOptions
    let capabilities: ProviderCapabilities
    let failures: OpenAIRealtimeFailure
    let wallClock: () -> WallTime

    var phase = Phase.idle
    var context = ProviderContext()
    var session: OpenAIRealtimeSession
    private var hasLink = false

    // Audio and words
    var codec: OpenAIRealtimeCodec
    var carry: UInt8?
    var pace: LivePace
    var speech: LiveSpeech
    var voice: LiveVoice
    var agent = LiveTranscript("agent")
    var user = LiveTranscript("user")
    /// The agent's item under way.
    var item = ItemHandle(0)
    /// The item under way was cut: the rest of it is dropped.
    var isCut = false
    /// Words of the agent that came before their sound.
    var earlyText = ""
    /// The session was told that the user speaks.
    var isUserTold = false

    // Work of the second model
    var tools = ToolLedger()
    /// Delegations whose response is being generated.
    var running: Set<String> = []
    var wantsResponse = false

    var usedSeconds = 0.0
    var unknownTypes = 0
    var hasNoticedUnknown = false
    var hasNoticedGarbage = false

    /// A provider with these options. `wallClock` only reads the deadline of the session.
    init(_ options: OpenAILiveOptions, wallClock: @escaping () -> WallTime = WallTime.now) {
        self.options = options
        self.wallClock = wallClock
        capabilities = Self.capabilities(rate: options.rate, encoding: options.encoding)
        failures = OpenAIRealtimeFailure(
            provider: options.name, address: options.endpoint.redacted, model: options.model, key: options.key,
            account: OpenAILive.account)
        session = OpenAIRealtimeSession(.object([]), keepsRate: true)
        codec = OpenAIRealtimeCodec(options.encoding)
        pace = LivePace(rate: options.rate)
        voice = LiveVoice(rate: options.rate)
        speech = LiveSpeech(
            rate: options.rate, gapSamples: Int(options.turnGap.milliseconds) * options.rate / 1000)
    }

    /// What the options make of the vendor's abilities.
    static func capabilities(rate: Int, encoding: OpenAIRealtimeEncoding) -> ProviderCapabilities {
        ProviderCapabilities(
            inputRate: rate, outputRate: rate, canSpeakText: true, costTier: .medium, encodings: [encoding.rawValue])
    }

    // MARK: Life of the link

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        agent = LiveTranscript("\(context.idPrefix(out.now))agent")
        user = LiveTranscript("\(context.idPrefix(out.now))user")
        session = OpenAIRealtimeSession(OpenAILiveMessage.session(options, context), keepsRate: true)
        phase = .connecting
        hasLink = true
        out.connect(
            Self.link,
            .webSocket(
                WebSocketEndpoint(
                    url: options.endpoint, headers: options.headers,
                    answerHeaders: OpenAIRealtime.dialect.answerHeaders)))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == Self.link, phase == .connecting else { return }
        phase = .starting
        sendStart(out)
    }

    private func sendStart(_ out: ProviderOutput) {
        out.timer(Self.startTimer, after: .seconds(10))
        out.send(Self.link, OpenAILiveMessage.start(session.json))
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        hasLink = false
        out.add(.cancelTimer(Self.closeTimer))
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

    /// Ends in order: the vendor finishes its session and says so, or two seconds pass.
    func close(_ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        for timer in Self.timers { out.add(.cancelTimer(timer)) }
        switch phase {
        case .ready:
            out.send(Self.link, OpenAILiveMessage.close)
            out.timer(Self.closeTimer, after: .seconds(2))
            phase = .closing
        case .idle: phase = .ended
        default:
            out.add(.close(Self.link, code: 1000, reason: ""))
            phase = .closing
        }
    }

    func closeLink(_ out: ProviderOutput) {
        guard hasLink else { return }
        hasLink = false
        out.add(.cancelTimer(Self.closeTimer))
        out.add(.close(Self.link, code: 1000, reason: ""))
    }

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        switch id {
        case Self.startTimer where phase == .starting:
            end(failures.silent("no session.started within 10 s"), out)
        case Self.speechTimer where phase == .ready:
            if speech.end() { itemEnded(out) }
        case Self.userTimer where phase == .ready: userTurnEnded(out)
        case Self.closeTimer where phase == .closing: closeLink(out)
        default: break
        }
    }

    // MARK: Configuration

    /// `session.started`: be ready, then greet or answer.
    func started(_ message: JSONValue, _ out: ProviderOutput) {
        guard phase == .starting else { return }
        out.add(.cancelTimer(Self.startTimer))
        phase = .ready
        if let expiry = message["session"]?["expires_at"]?.int {
            let left = max(0, Int64(clamping: expiry)) - wallClock().nanoseconds / 1_000_000_000
            // A clock that is wrong here must not end a session at once.
            if left > 0, left < 86_400 { out.event(.expires(after: .seconds(left))) }
        }
        for direction in [VendorAudioFormat.Direction.user, .agent] {
            guard let named = OpenAIRealtimeEncoding.named(message["session"]?["audio"]?["format"], rate: nil) else {
                break
            }
            out.event(
                .audioFormat(VendorAudioFormat(direction, encoding: named.encoding.rawValue, rate: named.rate)))
        }
        out.event(.ready)
        if context.isContinuation {
            if context.answerPending { perform(.respond(instructions: nil), out) }
        } else if let greeting = context.greeting, !greeting.isEmpty {
            perform(.speak(greeting), out)
        }
    }

    /// The vendor refused the configuration: leave out the field that it names and try again, once each.
    func startRefused(_ error: JSONValue, _ out: ProviderOutput) {
        guard let field = OpenAIRealtimeSession.refusedField(error), session.refused.count < 8,
            field != "session.model",
            session.remove(field)
        else { return end(failures.refused(error), out) }
        let reason = failures.clean(error["message"]?.string ?? "no reason given")
        out.event(.notice("the vendor refused \(failures.clean(field)) (\(reason)); configured without it"))
        sendStart(out)
    }
}
