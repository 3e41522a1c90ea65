import AudioKit
import Core
import ProviderKit

/// Deepgram Voice Agent v1 over one WebSocket: JSON in text frames, audio in binary ones (wire reference 3).
///
/// ```
///  start ─▶ connect ─▶ Welcome ─▶ Settings ─▶ SettingsApplied ─▶ ready
///              ▲                     │ a refused field is left out, on a fresh connection
///              ╰─────────────────────╯
/// ```
/// The vendor numbers neither turns nor items: `UnnumberedAnswers` and `UnnumberedUser` do. Files beside this one: what the
/// vendor says (`+Messages`), what the session asks (`+Requests`).
final class DeepgramAgentProvider: Provider {
    /// Where the connection stands.
    enum Phase { case idle, connecting, welcoming, configuring, ready, closing, ended }

    /// Odd things that came and were ignored.
    struct Oddities: Equatable {
        var notJSON = 0
        var unknownTypes = 0
    }

    /// A call that the vendor made and nobody answered.
    struct OpenCall { let id, name: String }

    /// Longest session (wire reference 3.4).
    static let longest = Duration.seconds(7200)
    static let handshakeTimer = ProviderTimer(1)
    static let tickTimer = ProviderTimer(2)
    static let injectTimer = ProviderTimer(3)
    static let tick = Duration.seconds(2)
    /// The vendor wants a sign of life every 8 s while no audio is sent.
    static let keepAliveAfter = Duration.seconds(5)
    /// Most samples in one message: half a second.
    private static let largestChunk = 8000

    let options: DeepgramAgentOptions
    let capabilities: ProviderCapabilities
    let failures: VendorFailure
    private let encoder: VendorCodec
    let decoder: VendorCodec

    var phase = Phase.idle
    /// The connection in use; another one is made when settings were refused.
    var link = LinkID(0)
    private var hasLink = false
    var context = ProviderContext()
    var settings: DeepgramAgentSettings
    var answers = UnnumberedAnswers()
    var user = UnnumberedUser()
    /// The answer was cut here and not by the vendor, which goes on with it.
    var isCutHere = false
    var calls: [OpenCall] = []
    var seenCalls: Set<String> = []
    /// Texts of ours that the vendor repeats as the user's.
    var echoes: [String] = []
    /// What the agent was asked to say word for word.
    var spoken: String?
    /// The last text that was put in, in case the vendor does not take it now.
    var injection: JSONValue?
    var injectionTries = 0
    var oddities = Oddities()
    var hasNoticedUnknown = false
    var hasNoticedGarbage = false
    private var lastSent = MonotonicTime(nanoseconds: 0)
    private var billedUntil = MonotonicTime(nanoseconds: 0)

    /// A provider with these options.
    init(_ options: DeepgramAgentOptions) throws(ConfigurationError) {
        self.options = options
        capabilities = DeepgramAgent.capabilities(encoding: options.encoding)
        failures = VendorFailure(
            provider: options.name, url: options.endpoint, key: options.key, keyVariable: "DEEPGRAM_API_KEY")
        settings = DeepgramAgentSettings(options, ProviderContext())
        do throws(AudioKitError) {
            encoder = try .encoder(options.inputFormat, from: capabilities.inputRate)
            decoder = try .decoder(options.outputFormat, to: capabilities.outputRate)
        } catch {
            throw ConfigurationError(
                place: "provider \"\(options.name)\"", cause: "\(error)", fix: "leave the option encoding out")
        }
    }

    // MARK: Life of the link

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        settings = DeepgramAgentSettings(options, context)
        answers.start(out)
        user.start(out)
        connect(out)
    }

    private func connect(_ out: ProviderOutput) {
        phase = .connecting
        hasLink = true
        var headers: [HeaderField] = []
        if let key = options.key {
            headers.append(HeaderField("Authorization", "Token \(key.reveal())", secret: true))
        }
        out.connect(link, .webSocket(WebSocketEndpoint(url: options.endpoint, headers: headers)))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == self.link, phase == .connecting else { return }
        phase = .welcoming
        out.timer(Self.handshakeTimer, after: .seconds(10))
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == self.link else { return }
        hasLink = false
        if phase == .closing { phase = .ended }
        if phase != .ended { end(failures.closed(closure), out) }
    }

    /// Ends this provider with its one terminal failure.
    func end(_ failure: ProviderFailure, _ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        cancelTimers(out)
        bill(out)
        out.event(.failure(failure))
        if hasLink { out.add(.close(link, code: 1000, reason: "")) }
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
        out.add(.close(link, code: 1000, reason: ""))
        phase = .closing
    }

    private func cancelTimers(_ out: ProviderOutput) {
        for timer in [Self.handshakeTimer, Self.tickTimer, Self.injectTimer] { out.add(.cancelTimer(timer)) }
    }

    // MARK: Configuration

    /// `Welcome`: nothing may be sent before `Settings`, and nothing but it.
    func welcomed(_ out: ProviderOutput) {
        guard phase == .welcoming else { return }
        phase = .configuring
        out.send(link, settings.json)
    }

    /// `SettingsApplied`.
    func settingsApplied(_ out: ProviderOutput) {
        guard phase == .configuring else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        phase = .ready
        lastSent = out.now
        billedUntil = out.now
        tell(options.inputFormat, .user, out)
        tell(options.outputFormat, .agent, out)
        out.event(.expires(after: Self.longest))
        out.timer(Self.tickTimer, after: Self.tick)
        if options.agentID != nil, context.isContinuation {
            out.send(link, DeepgramAgentMessage.prompt(SpokenHistory.order(context.history)))
        }
        out.event(.ready)
        if let question = DeepgramAgentSettings.asked(context) { inject(question, out) }
    }

    private func tell(_ format: VendorCodec.Format, _ direction: VendorAudioFormat.Direction, _ out: ProviderOutput) {
        out.event(
            .audioFormat(VendorAudioFormat(direction, encoding: format.encoding.rawValue, rate: format.rate)))
    }

    /// The settings were refused: leave out what the vendor names and come again, since `Settings` may be sent only once.
    func settingsRefused(_ failure: ProviderFailure, words: String, _ out: ProviderOutput) {
        guard settings.refused.count < 6, let name = settings.remove(namedIn: words) else { return end(failure, out) }
        out.event(.notice("the vendor refused \(name) (\(failures.clean(words))); configured without it"))
        out.add(.cancelTimer(Self.handshakeTimer))
        if hasLink { out.add(.close(link, code: 1000, reason: "")) }
        link = LinkID(link.number + 1)
        connect(out)
    }

    // MARK: Time

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        switch id {
        case Self.handshakeTimer where phase == .welcoming || phase == .configuring:
            let missing = phase == .welcoming ? "Welcome" : "SettingsApplied"
            end(failures.make("protocol", "no \(missing) within 10 s", .reconnect(after: nil)), out)
        case Self.injectTimer where phase == .ready:
            if let injection { out.send(link, injection) }
        case Self.tickTimer where phase == .ready:
            out.timer(Self.tickTimer, after: Self.tick)
            if out.now - lastSent >= Self.keepAliveAfter { keepAlive(out) }
            watch(out)
        default: break
        }
    }

    private func keepAlive(_ out: ProviderOutput) {
        lastSent = out.now
        out.send(link, DeepgramAgentMessage.keepAlive)
    }

    /// What the vendor never says (wire reference 3.6 no. 8): an answer that does not go on, a user who is not understood.
    private func watch(_ out: ProviderOutput) {
        if answers.phase == .running, out.now - answers.lastSign >= .seconds(10) {
            answers.end(.failed("the answer stopped and did not go on for 10 s"), out)
        }
        if user.quiet(out.now) >= .seconds(8) {
            out.event(.notice("the vendor heard the user begin and wrote nothing down for 8 s of silence"))
            user.stop(out)
        }
    }

    // MARK: Audio

    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, pcm.count > 0 else { return }
        user.listen(pcm, out.now)
        lastSent = out.now
        var at = 0
        while at < pcm.count {
            let end = min(pcm.count, at + Self.largestChunk)
            send(pcm.extracting(at..<end), out)
            at = end
        }
    }

    private func send(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        let start = out.bytes.count
        encoder.encode(pcm, into: &out.bytes)
        let end = out.bytes.count
        guard end > start else { return }
        out.add(.send(link, .binary, range: start..<end))
        out.trace(WireMessage(source: "", direction: .sent, type: "audio", bytes: end - start))
    }

    /// A binary frame: a piece of the agent's audio.
    func agentAudio(_ payload: Span<UInt8>, _ out: ProviderOutput) {
        out.trace(WireMessage(source: "", direction: .received, type: "audio", bytes: payload.count))
        guard payload.count > 0, answers.admits(out) else { return }
        if answers.samples == 0 { decoder.reset() }
        let start = out.pcm.count
        payload.withUnsafeBufferPointer { decoder.decode($0, into: &out.pcm) }
        answers.took(from: start, out)
    }

    /// What the connection cost since the last time, where a price is known.
    func bill(_ out: ProviderOutput) {
        guard let price = options.minutePrice, billedUntil.nanoseconds > 0, out.now > billedUntil else { return }
        let minutes = (out.now - billedUntil).milliseconds / 60_000
        billedUntil = out.now
        out.event(.usage(Usage(provider: options.name, dollars: minutes * price)))
    }
}
