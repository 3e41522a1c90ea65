import Core

/// One client of the speech workers. Engine thread; the work goes to the pools, answers come back by `loop.post`.
@EngineActor
final class SpeechLink: Link {
    private let id: LinkID
    private let workers: SpeechWorkers
    private weak var delegate: (any LinkDelegate)?
    private let session = SpeechSession()
    private var task = SpeechTask()
    private var isOver = false

    init(_ id: LinkID, workers: SpeechWorkers, delegate: any LinkDelegate) {
        self.id = id
        self.workers = workers
        self.delegate = delegate
    }

    /// Tells the delegate that the link is open and warms the recogniser up, if the client wants one.
    func start(_ configuration: JSONValue) {
        task.grammar = configuration["grammar"]?.string
        for member in configuration["pronunciations"]?.members ?? [] {
            if let phones = member.value.string { task.pronunciations[member.key] = phones }
        }
        workers.loop.post { [self] in
            if !isOver { delegate?.linkOpened(id, LinkOpening(status: 0)) }
        }
        if configuration["recognize"]?.bool ?? true { warmUp() }
    }

    private func warmUp() {
        let (task, model) = (task, workers.model)
        workers.recognizers.submit { [self, reply = reply] slot in
            do throws(SpeechFailure) { _ = try slot.ready(model, task) { ms in reply(.loaded(ms: ms)) } } catch {
                if !session.isClosed { reply(.unavailable(error)) }
            }
        }
    }

    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool {
        guard !isOver else { return true }
        if kind == .binary {
            session.collect(payload)
            return true
        }
        do throws(SpeechFailure) { try perform(SpeechControl(payload)) } catch { reply(.error(error)) }
        return true
    }

    private func perform(_ control: SpeechControl) throws(SpeechFailure) {
        switch control {
        case .begin: session.begin()
        case .discard: session.discard()
        case .end(let id): try recognize(id)
        case .synthesize(let id, let text, let voice): try synthesize(id, text, .init(named: voice))
        case .cancel(let id): session.cancel(id)
        }
    }

    private func recognize(_ id: Int) throws(SpeechFailure) {
        guard let (pcm, dropped) = session.takeUtterance() else { throw SpeechFailure("no utterance has begun") }
        if dropped > 0 {
            reply(.error(SpeechFailure("the utterance is longer than a minute; \(dropped / 16) ms were left out")))
        }
        let (task, model) = (task, workers.model)
        let accepted = workers.recognizers.submit { [session, reply = reply] slot in
            guard !session.isClosed else { return }
            do throws(SpeechFailure) {
                let recognizer = try slot.ready(model, task) { ms in reply(.loaded(ms: ms)) }
                reply(.final(id: id, recognizer.recognize(pcm)))
            } catch {
                reply(.unavailable(error))
                reply(.final(id: id, Hypothesis(text: "", source: .none, audioMs: Double(pcm.count) / 16)))
            }
        }
        guard accepted else { throw SpeechFailure("the recogniser has too much to do; the utterance was dropped") }
    }

    private func synthesize(_ id: Int, _ text: String, _ voice: Synthesizer.Voice) throws(SpeechFailure) {
        session.opened(id)
        let utterance = SpokenText(id: id, sentences: Sentences.split(text), voice: voice, session: session)
        let (asked, send) = (MonotonicTime.now(), output)
        let accepted = workers.synthesizer.submit { synthesizer in
            utterance.speak(by: synthesizer, asked: asked, send)
        }
        if !accepted {
            session.ended(id)
            throw SpeechFailure("the synthesiser has too much to do; \"\(text.prefix(40))\" was dropped")
        }
    }

    /// Sends a report to the client. Any thread.
    private var reply: @Sendable (SpeechReport) -> Void {
        let send = output
        return { report in send(.text, report.json.bytes) }
    }

    /// Sends a message to the client. Any thread.
    private var output: @Sendable (LinkMessageKind, [UInt8]) -> Void {
        let loop = workers.loop
        return { [self] kind, bytes in
            loop.post { [self] in
                if !isOver { delegate?.linkReceived(id, kind, bytes.span) }
            }
        }
    }

    func finish() {}

    func close(code: Int, reason: String) { end(LinkClosure(.local, code: code, reason: reason)) }

    /// Ends the link; the delegate hears of it once.
    func end(_ closure: LinkClosure) {
        guard !isOver else { return }
        isOver = true
        session.close()
        workers.loop.post { [self] in delegate?.linkClosed(id, closure) }
    }

    var queuedBytes: Int { session.collectedBytes }
}
