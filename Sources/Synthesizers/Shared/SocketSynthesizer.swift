import Core
import ProviderKit

/// A synthesiser over one standing WebSocket, opened before the first sentence.
///
/// ```
/// start ─▶ opening ─▶ open ─▶ (cancel, vendor without contexts) clearing ─▶ open
///                       └─ the vendor ends it: idle ─▶ opened again with the next sentence
///                                              speaking ─▶ what was not told yet is asked for again, once
/// ```
final class SocketSynthesizer<Dialect: SpeechDialect>: Synthesizer {
    private enum Phase { case closed, opening, open, clearing, over }

    private static var links: Int { 900 }
    private static var retryTimer: ProviderTimer { ProviderTimer(950) }
    private static var watchTimer: ProviderTimer { ProviderTimer(951) }
    private static var clearTimer: ProviderTimer { ProviderTimer(952) }
    /// Longest wait for the confirmation of a cancel.
    private static var clearPatience: Duration { .seconds(3) }

    let capabilities: SynthesizerCapabilities
    private var dialect: Dialect
    private var desk: SpeechDesk
    private var phase = Phase.closed
    private var link = LinkID(0)
    private var nextLink = 0
    private var nextKey = 1
    private var decoders: [Int: SpeechPCM] = [:]
    private var sink = SpeechSink()
    private var bytes: [UInt8] = []
    private var isReady = false
    private var isWatching = false
    private var lastAudio = MonotonicTime(nanoseconds: 0)

    /// A synthesiser that speaks this dialect.
    init(_ capabilities: SynthesizerCapabilities, _ settings: SpeechSettings, _ dialect: Dialect) {
        self.capabilities = capabilities
        self.dialect = dialect
        var settings = settings
        settings.parallel = min(settings.parallel, dialect.mostAtOnce)
        desk = SpeechDesk(settings)
    }

    // MARK: - The pipeline's side

    func start(_ context: PartContext, _ out: PartOutput<SynthesizerEvent>) { connect(out) }

    func speak(_ number: Int, _ text: String, ends: Bool, _ out: PartOutput<SynthesizerEvent>) {
        guard phase != .over else { return }
        desk.queue.add(number, SpeechText.pieces(text, bytes: desk.settings.textBytes), out)
        ask(out)
    }

    func flush(_ out: PartOutput<SynthesizerEvent>) {}

    func cancel(_ out: PartOutput<SynthesizerEvent>) {
        let keys = desk.queue.removeAll()
        drop(keys, out)
    }

    func close(_ out: PartOutput<SynthesizerEvent>) {
        let isSpeaking = !desk.queue.removeAll().isEmpty || phase == .clearing
        if phase == .open || phase == .clearing {
            for message in dialect.goodbye(isSpeaking: isSpeaking) { out.send(link, message) }
        }
        end(out)
    }

    private func end(_ out: PartOutput<SynthesizerEvent>) {
        if phase == .opening || phase == .open || phase == .clearing { out.close(link) }
        phase = .over
        desk.end()
        decoders = [:]
        for timer in [Self.retryTimer, Self.watchTimer, Self.clearTimer] { out.cancelTimer(timer) }
    }

    // MARK: - Asking

    private func connect(_ out: PartOutput<SynthesizerEvent>) {
        link = LinkID(nextLink)
        nextLink = (nextLink + 1) % Self.links
        phase = .opening
        out.connect(link, .webSocket(dialect.endpoint))
    }

    private func ask(_ out: PartOutput<SynthesizerEvent>) {
        if phase == .closed, desk.queue.nextWaiting != nil, desk.wait(out.now) == nil { connect(out) }
        while phase == .open, let index = desk.next(out.now) {
            let key = nextKey
            nextKey += 1
            desk.queue.start(index, key: key, now: out.now)
            decoders[key] = dialect.audio()
            for message in dialect.speak(key, desk.queue[index].text) { out.send(link, message) }
            watch(out)
        }
    }

    private func watch(_ out: PartOutput<SynthesizerEvent>) {
        guard !isWatching else { return }
        isWatching = true
        out.timer(Self.watchTimer, after: .milliseconds(250))
    }

    /// Utterances that nobody wants any more.
    private func drop(_ keys: [Int], _ out: PartOutput<SynthesizerEvent>) {
        for key in keys {
            decoders[key] = nil
            guard phase == .open else { continue }
            for message in dialect.cancel(key) { out.send(link, message) }
            guard !dialect.hasContexts else { continue }
            phase = .clearing
            out.timer(Self.clearTimer, after: Self.clearPatience)
        }
    }

    // MARK: - The link's side

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<SynthesizerEvent>) {
        guard link == self.link, phase == .opening else { return }
        phase = .open
        if !isReady {
            isReady = true
            out.event(.ready)
        }
        ask(out)
    }

    func received(
        _ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<SynthesizerEvent>
    ) {
        guard link == self.link, phase == .open || phase == .clearing else { return }
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
        do throws(SpeechFault) {
            guard let news = try dialect.read(kind, payload, into: &bytes) else { return }
            heard(news, out)
        } catch {
            out.event(.notice(desk.settings.failures.clean("a message was not understood: \(error)")))
        }
    }

    private func heard(_ news: SpeechNews, _ out: PartOutput<SynthesizerEvent>) {
        if let notice = news.notice { out.event(.notice(desk.settings.failures.clean(notice))) }
        if news.endsSocket, let failure = news.failure { return lost(failure, out) }
        guard phase != .clearing else {
            guard news.isCleared else { return }
            phase = .open
            out.cancelTimer(Self.clearTimer)
            return ask(out)
        }
        guard let key = news.key ?? (dialect.hasContexts ? nil : desk.queue.keys.first),
            let index = desk.queue.index(of: key)
        else { return }
        do throws(SpeechFault) {
            try take(key, index, news, out)
        } catch {
            return failed(key, error.failure(desk.settings.failures), out)
        }
        if let failure = news.failure { return failed(key, failure, out) }
        if news.isDone { whole(key, out) }
    }

    private func take(
        _ key: Int, _ index: Int, _ news: SpeechNews, _ out: PartOutput<SynthesizerEvent>
    ) throws(SpeechFault) {
        sink.clear()
        sink.words = news.words
        // A local name: the optimiser does not let a span of a class's array live through a call that changes the class.
        var audio: [UInt8] = []
        swap(&audio, &bytes)
        defer { swap(&audio, &bytes) }
        try decoders[key]?.append(audio.span, to: &sink.pcm)
        if news.isDone { try decoders[key]?.end(to: &sink.pcm) }
        if !sink.pcm.isEmpty { lastAudio = out.now }
        guard desk.queue.take(index, sink, out) else {
            throw .format("more audio came for one sentence than can be held")
        }
        if !sink.pcm.isEmpty, !desk.isProven {
            desk.proven()
            ask(out)
        }
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<SynthesizerEvent>) {
        guard link == self.link, phase != .over, phase != .closed else { return }
        let wasOpening = phase == .opening
        let failure = dialect.closed(closure)
        phase = .closed
        out.cancelTimer(Self.clearTimer)
        if wasOpening || failure.consequence == .fatal {
            out.event(.failure(failure))
            _ = desk.queue.removeAll()
            return end(out)
        }
        lost(failure, out)
    }

    /// The socket is of no use any more.
    private func lost(_ failure: ProviderFailure, _ out: PartOutput<SynthesizerEvent>) {
        if phase == .open || phase == .clearing { out.close(link) }
        phase = .closed
        decoders = [:]
        if failure.consequence == .fatal {
            out.event(.failure(failure))
            _ = desk.queue.removeAll()
            return end(out)
        }
        for key in desk.queue.keys {
            failed(key, failure, out)
            if phase == .over { return }
        }
        ask(out)
    }

    func timer(_ id: ProviderTimer, _ out: PartOutput<SynthesizerEvent>) {
        switch id {
        case Self.retryTimer:
            if let wait = desk.wait(out.now) { out.timer(id, after: wait) } else { ask(out) }
        case Self.clearTimer where phase == .clearing:
            lost(desk.settings.failures.make("lost", "a cancel was not confirmed", .reconnect(after: nil)), out)
        case Self.watchTimer: lookForSilence(out)
        default: break
        }
    }

    private func lookForSilence(_ out: PartOutput<SynthesizerEvent>) {
        isWatching = false
        for key in desk.queue.keys {
            guard let index = desk.queue.index(of: key) else { continue }
            let left = desk.overdue(
                index, out.now, since: desk.queue[index].hasAudio ? .init(nanoseconds: 0) : lastAudio)
            guard left <= .zero else { continue }
            drop([key], out)
            failed(
                key, desk.settings.failures.make("lost", "no audio came in time", .reconnect(after: nil)), out)
        }
        if phase != .over, !desk.queue.keys.isEmpty { watch(out) }
    }

    // MARK: - Outcomes

    private func whole(_ key: Int, _ out: PartOutput<SynthesizerEvent>) {
        guard let index = desk.queue.index(of: key) else { return }
        decoders[key] = nil
        if !desk.queue[index].hasAudio {
            return failed(
                key, desk.settings.failures.make("vendor", "the answer holds no audio", .reconnect(after: nil)), out)
        }
        desk.finish(index, out)
        ask(out)
    }

    private func failed(_ key: Int, _ failure: ProviderFailure, _ out: PartOutput<SynthesizerEvent>) {
        guard let index = desk.queue.index(of: key) else { return }
        decoders[key] = nil
        switch desk.failed(index, failure, out) {
        case .again(let wait): out.timer(Self.retryTimer, after: wait)
        case .goOn(let keys):
            drop(keys.filter { $0 != key }, out)
            ask(out)
        case .over:
            _ = desk.queue.removeAll()
            end(out)
        }
    }
}
