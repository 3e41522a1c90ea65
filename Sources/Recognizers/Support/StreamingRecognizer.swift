import Core
import ProviderKit

/// What a streaming vendor needs of the wire.
struct StreamPace: Sendable {
    /// Samples in one message of audio; nil sends them as they come.
    var pieceSamples: Int?
    /// Shortest message of audio: what is shorter is filled with silence when a turn ends.
    var leastSamples = 0
    /// How samples stand on the wire.
    var encoding = WireEncoding.pcm16
    /// Idle time after which `keepAlive` is called.
    var keepAlive: Duration?
}

/// The base of recognisers with one standing link: connecting, audio in pieces, keep-alive, segments, and exactly one
/// `turnFinal` for each `turnEnded`. A vendor overrides the hooks.
///
/// ```
/// connecting ─opened─▶ greeting ─becomeReady─▶ ready ─▶ over        (fail, closed, close from anywhere)
/// turnEnded ─ askFinal ─▶ answered (vendor's mark) │ patience: what was only partial becomes final, with a notice
/// ```
class StreamingRecognizer: Recognizer {
    typealias Output = PartOutput<RecognizerEvent>
    enum Phase { case idle, connecting, greeting, ready, over }

    static let link = LinkID(0)
    private static let keepAliveTimer = ProviderTimer(0)
    private static let finalTimer = ProviderTimer(1)
    private static let readyTimer = ProviderTimer(2)
    /// How long a vendor may take from open to ready.
    private static let greetingPatience = Duration.seconds(10)
    /// How long the vendor's mark is waited for when all that it heard is already final.
    private static let settledPatience = Duration.milliseconds(400)

    let capabilities: RecognizerCapabilities
    let common: VendorOptions
    let failures: VendorFailure
    let pace: StreamPace
    private(set) var context = PartContext()
    private(set) var phase = Phase.idle

    private var finals = FinalRequests()
    /// The running segment as told last.
    private(set) var running = ""
    /// Whether the vendor says that the user speaks.
    private(set) var isSpeaking = false
    /// Segments told since the local detector heard the turn begin.
    private(set) var segments = 0
    /// Whether words came since the vendor last ended a turn.
    private var hasUnendedWords = false
    /// What was made final here because the vendor did not: its own late version is dropped.
    private var promoted: String?

    private var early: PreRoll
    private var piece: [Int16] = []
    private(set) var lastAudio = MonotonicTime(nanoseconds: 0)
    private var lastSent = MonotonicTime(nanoseconds: 0)
    private var unbilledSamples = 0
    private var noticed: Set<String> = []

    init(_ common: VendorOptions, capabilities: RecognizerCapabilities, pace: StreamPace) {
        self.common = common
        self.capabilities = capabilities
        self.pace = pace
        failures = common.failures
        early = PreRoll(samples: 2 * capabilities.inputRate)
        piece.reserveCapacity(pace.pieceSamples ?? 0)
    }

    // MARK: Hooks

    /// Where to connect.
    func endpoint(_ context: PartContext) -> Endpoint { .webSocket(WebSocketEndpoint(url: common.url)) }

    /// The link is open: configure it, or be ready.
    func greet(_ opening: LinkOpening, _ out: Output) { becomeReady(out) }

    /// A JSON message came.
    func message(_ json: JSONValue, _ out: Output) {}

    /// Sends samples; the default is one binary message.
    func write(_ pcm: Span<Int16>, _ out: Output) {
        out.message(Self.link, .binary) { pace.encoding.append(pcm, to: &$0) }
    }

    /// Asks the vendor for the final text; `answered` follows when it came.
    func askFinal(_ out: Output) {}

    /// The link was idle for `pace.keepAlive`.
    func keepAlive(_ out: Output) {}

    /// What the vendor wants to see before the link is closed.
    func sayGoodbye(_ out: Output) {}

    /// What the end of the link means.
    func failure(_ closure: LinkClosure) -> ProviderFailure { failures.closed(closure) }

    // MARK: Recognizer

    func start(_ context: PartContext, _ out: Output) {
        guard phase == .idle else { return }
        phase = .connecting
        self.context = context
        out.connect(Self.link, endpoint(context))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: Output) {
        guard link == Self.link, phase == .connecting else { return }
        phase = .greeting
        out.timer(Self.readyTimer, after: Self.greetingPatience)
        greet(opening, out)
    }

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: Output) {
        guard link == Self.link, phase == .greeting || phase == .ready else { return }
        do throws(JSONError) {
            let json = try JSONParser.parse(payload)
            let bytes = payload.count
            out.trace(WireMessage(source: "", direction: .received, type: Self.type(json), bytes: bytes))
            message(json, out)
        } catch { notice("garbage", "the vendor sent what is \(error); ignored", out) }
    }

    private static func type(_ json: JSONValue) -> String {
        String((json["type"] ?? json["message_type"])?.string?.prefix(60) ?? "?")
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: Output) {
        guard link == Self.link, phase != .over else { return }
        end(failure(closure), out)
    }

    func turnStarted(_ out: Output) { segments = 0 }

    func turnEnded(_ out: Output) {
        guard phase != .over else { return }
        finals.add(out.now)
        if phase == .ready { ask(out) } else { out.timer(Self.finalTimer, after: common.patience) }
    }

    func timer(_ id: ProviderTimer, _ out: Output) {
        guard phase != .over else { return }
        switch id {
        case Self.readyTimer where phase == .greeting:
            fail(failures.make("protocol", "the vendor did not begin the session in time", .reconnect(after: nil)), out)
        case Self.finalTimer: patienceIsOver(out)
        case Self.keepAliveTimer: idle(out)
        default: break
        }
    }

    func close(_ out: Output) {
        guard phase != .over else { return }
        let (was, isReady) = (phase, phase == .ready)
        phase = .over
        cancelTimers(out)
        if isReady { sayGoodbye(out) }
        if was != .idle { out.close(Self.link) }
    }

    // MARK: For vendors

    /// The vendor takes audio: tells so, and sends what was said while connecting.
    func becomeReady(_ out: Output) {
        guard phase == .greeting else { return }
        phase = .ready
        out.cancelTimer(Self.readyTimer)
        out.event(.ready)
        lastSent = out.now
        if let interval = pace.keepAlive { out.timer(Self.keepAliveTimer, after: interval) }
        let waiting = early.take()
        if !waiting.isEmpty { push(waiting.span, out) }
        for _ in 0..<finals.count { ask(out) }
    }

    /// The vendor takes audio from the start: ready without waiting for the link. Called from `start`, after it connected.
    func becomeReadyAtOnce(_ out: Output) {
        guard phase == .connecting else { return }
        phase = .greeting
        becomeReady(out)
    }

    /// The text of the running segment so far.
    func partial(_ text: String, _ out: Output) {
        let text = SegmentText.trimmed(text)
        guard !text.isEmpty, text != running else { return }
        running = text
        hasUnendedWords = true
        out.event(.transcript(text: text, isFinal: false))
    }

    /// The final text of the running segment; an empty one only ends it.
    func segment(_ text: String, _ out: Output) {
        let text = SegmentText.trimmed(text)
        running = ""
        defer { promoted = nil }
        guard !text.isEmpty else { return }
        if let promoted, SegmentText.isSame(text, promoted) {
            return notice("late", "a final text came after its turn had gone on with the same words; dropped", out)
        }
        segments += 1
        hasUnendedWords = true
        out.event(.transcript(text: text, isFinal: true))
    }

    /// The vendor's detector heard the user begin; told once until the user ended.
    func speechBegan(_ out: Output) {
        guard !isSpeaking else { return }
        isSpeaking = true
        out.event(.speechStarted)
    }

    /// The vendor says the turn is over; told once for the words of a turn.
    func vendorEndedTurn(_ confidence: Double? = nil, _ out: Output) {
        isSpeaking = false
        guard hasUnendedWords else { return }
        hasUnendedWords = false
        out.event(.turnEnded(confidence: confidence.flatMap { (0...1).contains($0) ? $0 : nil }))
        bill(out)
    }

    /// The vendor answered one `askFinal`.
    func answered(_ out: Output) {
        guard let ms = finals.answer(out.now) else { return }
        isSpeaking = false
        hasUnendedWords = false
        out.event(.turnFinal(ms: ms))
        bill(out)
        if finals.isWaiting { armFinal(out) } else { out.cancelTimer(Self.finalTimer) }
    }

    /// Whether a `turnEnded` waits for its answer.
    var isAskedForFinal: Bool { finals.isWaiting }

    /// Sends a JSON message.
    func send(_ json: JSONValue, _ out: Output) { out.send(Self.link, json) }

    /// Sends a literal text message.
    func sendText(_ text: StaticString, _ out: Output) {
        out.message(Self.link, .text) { bytes in text.withUTF8Buffer { bytes.append(contentsOf: $0) } }
        out.trace(WireMessage(source: "", direction: .sent, type: "\(text)", bytes: text.utf8CodeUnitCount))
    }

    /// A remark, once for each `kind`.
    func notice(_ kind: String, _ text: @autoclosure () -> String, _ out: Output) {
        guard noticed.insert(kind).inserted else { return }
        out.event(.notice(failures.clean("\(common.name): \(text())")))
    }

    /// Something failed; ends the part unless the conversation goes on.
    func fail(_ failure: ProviderFailure, _ out: Output) {
        guard phase != .over else { return }
        guard failure.consequence != .goesOn else { return out.event(.failure(failure)) }
        end(failure, out)
        out.close(Self.link)
    }

    private func end(_ failure: ProviderFailure, _ out: Output) {
        finishAll(out)
        phase = .over
        cancelTimers(out)
        out.event(.failure(failure))
    }

    private func cancelTimers(_ out: Output) {
        for timer in [Self.keepAliveTimer, Self.finalTimer, Self.readyTimer] { out.cancelTimer(timer) }
    }
}

// MARK: Audio

extension StreamingRecognizer {
    func audio(_ pcm: Span<Int16>, _ out: Output) {
        guard pcm.count > 0 else { return }
        switch phase {
        case .ready: push(pcm, out)
        case .connecting, .greeting: early.add(pcm)
        case .idle, .over: break
        }
    }

    private func push(_ pcm: Span<Int16>, _ out: Output) {
        lastAudio = out.now
        guard let size = pace.pieceSamples else { return transmit(pcm, out) }
        for i in pcm.indices {
            piece.append(pcm[i])
            guard piece.count == size else { continue }
            transmit(piece.span, out)
            piece.removeAll(keepingCapacity: true)
        }
    }

    /// Sends samples and counts them.
    func transmit(_ pcm: Span<Int16>, _ out: Output) {
        write(pcm, out)
        out.trace(WireMessage(source: "", direction: .sent, type: "audio", bytes: pcm.count * 2))
        lastSent = out.now
        unbilledSamples += pcm.count
        if unbilledSamples >= 60 * capabilities.inputRate { bill(out) }
    }

    /// Sends the begun piece, filled up to what the vendor takes at least.
    func flushPiece(_ out: Output) {
        guard !piece.isEmpty else { return }
        while piece.count < pace.leastSamples { piece.append(0) }
        transmit(piece.span, out)
        piece.removeAll(keepingCapacity: true)
    }

    private func bill(_ out: Output) {
        guard unbilledSamples > 0 else { return }
        let seconds = Double(unbilledSamples) / Double(capabilities.inputRate)
        unbilledSamples = 0
        if let usage = common.usage(seconds: seconds) { out.event(.usage(usage)) }
    }

    private func idle(_ out: Output) {
        guard phase == .ready, let interval = pace.keepAlive else { return }
        let quiet = out.now - lastSent
        if quiet >= interval {
            keepAlive(out)
            lastSent = out.now
        }
        out.timer(Self.keepAliveTimer, after: quiet >= interval ? interval : interval - quiet)
    }
}

// MARK: The final text

extension StreamingRecognizer {
    private func ask(_ out: Output) {
        flushPiece(out)
        armFinal(out)
        askFinal(out)
    }

    /// All that the vendor heard of this turn is final already.
    var isSettled: Bool { running.isEmpty && segments > 0 && !isSpeaking }

    private func armFinal(_ out: Output) {
        out.timer(Self.finalTimer, after: isSettled ? min(Self.settledPatience, common.patience) : common.patience)
    }

    private func patienceIsOver(_ out: Output) {
        guard finals.isWaiting else { return }
        if !isSettled {
            let rest = running.isEmpty ? "no text" : "the partial text"
            noticeAlways("no final text within \(Int(common.patience.milliseconds)) ms; went on with \(rest)", out)
        }
        finishAll(out)
    }

    private func noticeAlways(_ text: String, _ out: Output) {
        out.event(.notice(failures.clean("\(common.name): \(text)")))
    }

    /// Ends what waits with what has come.
    private func finishAll(_ out: Output) {
        if finals.isWaiting, !running.isEmpty {
            let text = running
            segment(text, out)
            promoted = text
        }
        while finals.isWaiting { answered(out) }
    }
}
