import Core
import ProviderKit

/// A synthesiser that opens a link for each sentence: HTTP request, TCP connection, or WebSocket of one utterance.
///
/// ```
/// speak ─▶ SpeechDesk ─▶ connect(link n) ─▶ requests ─▶ SpeechReader ─▶ SentenceQueue ─▶ audio in order
/// ```
final class ExchangeSynthesizer: Synthesizer {
    private static let links = 900
    private static let retryTimer = ProviderTimer(950)

    let capabilities: SynthesizerCapabilities
    private let vendor: SpeechVendor
    private var desk: SpeechDesk
    private var readers: [Int: any SpeechReader] = [:]
    private var sink = SpeechSink()
    private var nextLink = 0

    /// A synthesiser of this vendor.
    init(_ capabilities: SynthesizerCapabilities, _ settings: SpeechSettings, _ vendor: SpeechVendor) {
        self.capabilities = capabilities
        self.vendor = vendor
        desk = SpeechDesk(settings)
    }

    // MARK: - The pipeline's side

    func start(_ context: PartContext, _ out: PartOutput<SynthesizerEvent>) { out.event(.ready) }

    func speak(_ number: Int, _ text: String, ends: Bool, _ out: PartOutput<SynthesizerEvent>) {
        guard !desk.isOver else { return }
        desk.queue.add(number, SpeechText.pieces(text, bytes: desk.settings.textBytes), out)
        ask(out)
    }

    func flush(_ out: PartOutput<SynthesizerEvent>) {}

    func cancel(_ out: PartOutput<SynthesizerEvent>) { stop(desk.queue.removeAll(), out) }

    func close(_ out: PartOutput<SynthesizerEvent>) {
        cancel(out)
        desk.end()
        out.cancelTimer(Self.retryTimer)
    }

    private func ask(_ out: PartOutput<SynthesizerEvent>) {
        while let index = desk.next(out.now) {
            let key = nextLink
            nextLink = (nextLink + 1) % Self.links
            desk.queue.start(index, key: key, now: out.now)
            readers[key] = vendor.reader()
            out.connect(LinkID(key), vendor.endpoint(desk.queue[index].text))
            out.timer(ProviderTimer(key), after: desk.settings.firstAudio)
        }
    }

    private func stop(_ keys: [Int], _ out: PartOutput<SynthesizerEvent>) {
        for key in keys {
            readers[key] = nil
            out.cancelTimer(ProviderTimer(key))
            out.close(LinkID(key))
        }
    }

    // MARK: - The links' side

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<SynthesizerEvent>) {
        let key = link.number
        guard let index = desk.queue.index(of: key) else { return }
        do throws(SpeechFault) {
            try readers[key]?.begin(opening)
        } catch {
            return failed(key, error, out)
        }
        for request in vendor.requests(desk.queue[index].text) {
            out.message(link, request.kind) { $0 += request.bytes }
        }
        desk.proven()
        ask(out)
    }

    func received(
        _ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<SynthesizerEvent>
    ) {
        let key = link.number
        guard desk.queue.index(of: key) != nil else { return }
        sink.clear()
        do throws(SpeechFault) {
            try readers[key]?.read(kind, payload, &sink)
        } catch {
            deliver(key, out)
            return failed(key, error, out)
        }
        guard deliver(key, out) else { return }
        if sink.isOver { whole(key, closing: true, out) }
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<SynthesizerEvent>) {
        let key = link.number
        guard desk.queue.index(of: key) != nil else { return }
        guard closure.cause == .remote else { return failed(key, desk.settings.failures.closed(closure), out) }
        sink.clear()
        do throws(SpeechFault) {
            try readers[key]?.end(&sink)
        } catch {
            return failed(key, error, out)
        }
        if deliver(key, out) { whole(key, closing: false, out) }
    }

    func timer(_ id: ProviderTimer, _ out: PartOutput<SynthesizerEvent>) {
        if id == Self.retryTimer {
            if let wait = desk.wait(out.now) { out.timer(id, after: wait) } else { ask(out) }
            return
        }
        guard let index = desk.queue.index(of: id.number) else { return }
        let left = desk.overdue(index, out.now, since: MonotonicTime(nanoseconds: 0))
        guard left <= .zero else { return out.timer(id, after: left) }
        failed(id.number, desk.settings.failures.make("lost", "no audio came in time", .reconnect(after: nil)), out)
    }

    // MARK: - Outcomes

    @discardableResult
    private func deliver(_ key: Int, _ out: PartOutput<SynthesizerEvent>) -> Bool {
        guard let index = desk.queue.index(of: key) else { return false }
        if desk.queue.take(index, sink, out) { return true }
        failed(key, SpeechFault.format("more audio came for one sentence than can be held"), out)
        return false
    }

    private func whole(_ key: Int, closing: Bool, _ out: PartOutput<SynthesizerEvent>) {
        guard let index = desk.queue.index(of: key) else { return }
        readers[key] = nil
        out.cancelTimer(ProviderTimer(key))
        if closing { out.close(LinkID(key)) }
        desk.finish(index, out)
        ask(out)
    }

    private func failed(_ key: Int, _ fault: SpeechFault, _ out: PartOutput<SynthesizerEvent>) {
        failed(key, fault.failure(desk.settings.failures), out)
    }

    private func failed(_ key: Int, _ failure: ProviderFailure, _ out: PartOutput<SynthesizerEvent>) {
        guard let index = desk.queue.index(of: key) else { return }
        stop([key], out)
        switch desk.failed(index, failure, out) {
        case .again(let wait): out.timer(Self.retryTimer, after: wait)
        case .goOn(let keys):
            stop(keys.filter { $0 != key }, out)
            ask(out)
        case .over: stop(desk.queue.removeAll(), out)
        }
    }
}
