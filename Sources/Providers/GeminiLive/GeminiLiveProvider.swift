import AudioKit
import Core
import ProviderKit

/// Gemini Live over one WebSocket, on Google's developer API or on Vertex AI (`GeminiDialect`).
///
/// ```
///  start ─▶ connect ─▶ setup ─▶ setupComplete ─▶ history ─▶ ready ─▶ greeting
///              ▲                  │ closed: a refused field, or the handle, is left out, once each
///              ╰──────────────────╯
/// ```
/// The files beside this one hold the parts: what the vendor says (`+Events`), turns (`+Turns`), what the session asks (`+Requests`),
/// audio (`+Audio`).
final class GeminiLiveProvider: Provider {
    /// Where the connection stands.
    enum Phase { case idle, connecting, configuring, ready, closing, ended }

    /// Odd things that came and were ignored.
    struct Oddities: Equatable {
        var notJSON = 0
        var unknown = 0
        var badAudio = 0
        var lateAudio = 0
    }

    static let link = LinkID(0)
    static let inputRate = 16000
    static let outputRate = 24000
    /// A connection lasts about ten minutes; `goAway` names the end (wire reference 2.6).
    static let longest = Duration.seconds(600)

    static let handshakeTimer = ProviderTimer(1)
    static let silenceTimer = ProviderTimer(2)

    let options: GeminiLiveOptions
    let capabilities: ProviderCapabilities
    let failures: GeminiLiveFailure

    var phase = Phase.idle
    /// Whether there is a link that has not ended.
    var hasLink = false
    var context = ProviderContext()
    /// The handle this connection resumes; nil when it begins anew.
    var handle: String?
    var refusedFields: [String] = []
    var setup: GeminiLiveSetup
    /// Whether a handle that comes now covers all of the history.
    var handleCoversAll = false
    var lastHandle: String?

    var turns: GeminiTurns
    /// Names of open calls, with the id the vendor gave (nil when it gave none).
    var calls: [String: (name: String, vendorID: String?)] = [:]
    var seenCalls: Set<String> = []
    var handles: (id: String, item: ItemHandle)?
    var resampler: Resampler?
    var resampled: [Int16] = []
    var outputFormat = 0
    var preRoll = PreRoll(samples: GeminiLiveProvider.inputRate / 2)
    var oddities = Oddities()

    var isUserSpeaking = false
    /// The next response answers something other than speech.
    var answersText = false
    /// We sent something that makes the vendor interrupt itself.
    var expectsInterrupted = false
    /// The item whose audio may still be playing.
    var sounding: String?
    /// When a response was cut or generated to its end, or audio of it came after that.
    var lastDropped = MonotonicTime(nanoseconds: 0)
    var hasNoticedUnknown = false
    var hasNoticedGarbage = false

    /// A provider with these options. `prefix` makes the ids of its items unique in a conversation.
    init(_ options: GeminiLiveOptions, prefix: String = "gemini-\(SessionID.random().text)") {
        self.options = options
        failures = GeminiLiveFailure(options)
        turns = GeminiTurns(prefix: prefix)
        setup = GeminiLiveSetup(options, ProviderContext(), handle: nil, seeds: false)
        capabilities = Self.capabilities(
            manual: options.isManual, interrupts: options.interruptsByItself,
            updates: options.updatesInstructions, userTranscripts: options.inputTranscription != nil,
            agentTranscripts: options.outputTranscription != nil)
    }

    /// What the options make of the vendor's abilities.
    static func capabilities(
        manual: Bool = false, interrupts: Bool = true, updates: Bool = true, userTranscripts: Bool = true,
        agentTranscripts: Bool = true
    ) -> ProviderCapabilities {
        ProviderCapabilities(
            inputRate: inputRate, outputRate: outputRate, endpointing: manual ? .local : .provider,
            nativeBargeIn: interrupts, canSpeakText: true, updatesInstructions: updates,
            userTranscripts: userTranscripts, agentTranscripts: agentTranscripts, sessionLimit: longest,
            costTier: .medium, chunk: .milliseconds(20))
    }

    // MARK: Life of the link

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        handle = options.resumes ? context.resumption?.handle : nil
        connect(out)
    }

    private func connect(_ out: ProviderOutput) {
        setup = GeminiLiveSetup(options, context, handle: handle, seeds: !seeds.isEmpty)
        setup.remove(refusedFields)
        phase = .connecting
        hasLink = true
        out.connect(
            Self.link,
            .webSocket(
                WebSocketEndpoint(url: options.endpoint, headers: options.dialect.headers(key: options.key))))
    }

    /// What the vendor does not know of the history; the last question, when it waits for an answer, goes apart.
    var seeds: [ContextItem] {
        let known = handle == nil ? 0 : context.resumption?.knownItems ?? 0
        let items = Array(context.history.dropFirst(known))
        return pendingQuestion == nil ? items : items.dropLast()
    }

    /// What the user said last and was not answered, when the vendor does not know it.
    var pendingQuestion: String? {
        let known = handle == nil ? 0 : context.resumption?.knownItems ?? 0
        guard context.answerPending, context.history.count > known, case .user(let text)? = context.history.last else {
            return nil
        }
        return text
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == Self.link, phase == .connecting else { return }
        phase = .configuring
        out.timer(Self.handshakeTimer, after: .seconds(10))
        out.send(Self.link, ["setup": setup.json])
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        hasLink = false
        if phase == .closing { phase = .ended }
        guard phase != .ended else { return }
        if phase == .configuring, adapts(closure, out) { return connect(out) }
        // A vendor that closes in order does so where it would answer: what it understood is the whole question.
        if phase == .ready, case .remote = closure.cause, turns.user?.text.isEmpty == false { commitUser(out) }
        end(failures.closed(closure, configured: phase == .ready), out)
    }

    /// Whether the setup can be tried once more: without the field that the vendor names, or without the handle.
    private func adapts(_ closure: LinkClosure, _ out: ProviderOutput) -> Bool {
        guard case .remote = closure.cause, closure.code == 1007 || closure.code == 1008 else { return false }
        let reason = failures.clean(closure.reason)
        if refusedFields.count < 8, let field = setup.remove(namedIn: closure.reason) {
            refusedFields.append(field)
            out.event(.notice("the vendor refused \(failures.clean(field)) (\(reason)); configured without it"))
        } else if handle != nil {
            handle = nil
            out.event(.notice("the vendor does not resume the session (\(reason)); the conversation is told anew"))
        } else {
            return false
        }
        out.add(.cancelTimer(Self.handshakeTimer))
        return true
    }

    /// Ends this provider with its one terminal failure; the session makes a new one when it wants to go on.
    func end(_ failure: ProviderFailure, _ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        cancelTimers(out)
        out.event(.failure(failure))
        if hasLink { out.add(.close(Self.link, code: 1000, reason: "")) }
        phase = .ended
    }

    /// Ends in order at the session's wish.
    func close(_ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        cancelTimers(out)
        guard phase != .idle else {
            phase = .ended
            return
        }
        out.add(.close(Self.link, code: 1000, reason: ""))
        phase = .closing
    }

    private func cancelTimers(_ out: ProviderOutput) {
        for timer in [Self.handshakeTimer, Self.silenceTimer] { out.add(.cancelTimer(timer)) }
    }

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        switch id {
        case Self.handshakeTimer where phase == .configuring:
            end(failures.silent("no setupComplete within 10 s"), out)
        case Self.silenceTimer where phase == .ready: userPaused(out)
        default: break
        }
    }

    // MARK: Configuration

    /// `setupComplete`: restore what was said, then be ready, then greet or answer.
    func setupComplete(_ out: ProviderOutput) {
        guard phase == .configuring else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        phase = .ready
        seed(out)
        out.event(.audioFormat(VendorAudioFormat(.user, encoding: "pcm16", rate: Self.inputRate)))
        out.event(.ready)
        if let question = pendingQuestion {
            sendText(question, out)
        } else if context.answerPending {
            askForAnswer(out)
        } else if !context.isContinuation, let greeting = context.greeting, !greeting.isEmpty {
            say(greeting, out)
        }
    }

    private func seed(_ out: ProviderOutput) {
        let items = seeds
        handleCoversAll = items.isEmpty
        guard !items.isEmpty else { return }
        var history = GeminiLiveMessage.history(items)
        // Older models want a history that ends with the user (wire reference 2.8 no. 5), and go on waiting after it.
        if !options.isThird, history.last?["role"]?.string == "model" {
            history.append(GeminiLiveMessage.turn("user", "."))
        }
        out.send(Self.link, GeminiLiveMessage.content(history, complete: options.isThird))
    }
}
