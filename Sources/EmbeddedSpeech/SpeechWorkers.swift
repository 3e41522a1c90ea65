import Core

/// Opens links to the embedded recogniser and synthesiser (`Endpoint.worker(name: "speech", …)`).
///
/// ```
/// engine thread                       recogniser thread(s)              synthesiser thread
/// send(binary) ─▶ SpeechSession
/// send(end)    ─────────────────────▶ grammar, keyphrase, dictation
/// linkReceived ◀─ loop.post ───────── final
/// send(synthesize) ─────────────────────────────────────────────────▶ sentence by sentence
/// linkReceived ◀─ loop.post ───────────────────────────────────────── 100 ms of PCM …
/// ```
/// One object serves all sessions of a process: the models (about 100 MB) are loaded once for each recogniser thread, on
/// that thread, when the first link asks for recognition.
@EngineActor
public final class SpeechWorkers: LinkOpener {
    /// Name of the worker in `Endpoint.worker`.
    public nonisolated static let name = "speech"

    let loop: any EngineLoop
    nonisolated let model: SpeechModel
    nonisolated let recognizers: WorkerPool<RecognizerSlot>
    nonisolated let synthesizer: WorkerPool<Synthesizer>

    /// Workers that answer through `loop`. No thread starts and nothing is loaded before the first link.
    /// `recognizers`: threads that recognise, each with its own model in memory.
    public init(loop: any EngineLoop, model: SpeechModel = .standard, recognizers: Int = 1) {
        self.loop = loop
        self.model = model
        self.recognizers = WorkerPool(name: "speech-hear", threads: recognizers) { RecognizerSlot() }
        synthesizer = WorkerPool(name: "speech-say", threads: 1, bound: 1024) { Synthesizer() }
    }

    public func open(_ id: LinkID, _ endpoint: Endpoint, delegate: any LinkDelegate) -> any Link {
        let link = SpeechLink(id, workers: self, delegate: delegate)
        guard case .worker(Self.name, let configuration) = endpoint else {
            link.end(LinkClosure(.refused, reason: "there is no such worker; the one here is named \"\(Self.name)\""))
            return link
        }
        link.start(configuration)
        return link
    }

    /// Ends the threads; waits for the work under way (at most a few seconds of decoding). No link may be used afterwards.
    public nonisolated func stop() {
        recognizers.stop()
        synthesizer.stop()
    }
}

/// The decoder of one recogniser thread, loaded when it is first wanted.
struct RecognizerSlot {
    private var recognizer: Recognizer?

    /// The decoder, set to `task`. `loaded` hears the load time in ms when it had to be loaded now.
    mutating func ready(
        _ model: SpeechModel, _ task: SpeechTask, loaded: (Double) -> Void
    ) throws(SpeechFailure) -> Recognizer {
        if let recognizer {
            try recognizer.use(task)
            return recognizer
        }
        let new = try Recognizer(model)
        try new.use(task)
        recognizer = new
        loaded(new.loadMs)
        return new
    }
}
