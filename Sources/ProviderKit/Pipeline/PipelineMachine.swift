import Core

/// What happens to a pipeline. User audio does not pass here.
enum PipelineInput: Equatable {
    case start(ProviderContext)
    case recognizer(RecognizerEvent)
    /// What the model tells, with the run that it belongs to.
    case model(run: Int, ModelEvent)
    case synthesizer(SynthesizerEvent)
    case request(ProviderRequest)
    case timer(PipelineTimer)
}

/// The pipeline's own timers; each exists at most once.
enum PipelineTimer: Int, CaseIterable {
    /// Nothing was said yet: a filler phrase.
    case filler = 1
    /// The recogniser owes its last words.
    case final
    /// The recogniser began a turn and says no more.
    case lostTurn
}

/// What the shell has to do.
enum PipelineAction: Equatable {
    case event(ProviderEvent)
    case agentText(item: Int, String)
    case agentTextEnded(item: Int, String)
    case agentAudio(item: Int, Range<Int>)
    case agentAudioEnded(item: Int)
    case startParts(PartContext)
    /// The user began or ended, as the recogniser must know.
    case turnStarted
    case turnEnded
    case generate(ModelRequest, run: Int)
    case cancelModel
    case speak(Int, String, ends: Bool)
    case flush
    case cancelSpeech
    case timer(PipelineTimer, after: Duration)
    case cancelTimer(PipelineTimer)
    case closeParts
}

/// All decisions of a pipeline: whose turn it is, when the model is asked, what is said, what of it was heard.
///
/// A struct `(state, input, now) -> actions`, tested by tables. Extensions hold the parts: `+Hearing` (the user's turn),
/// `+Answer` (the model), `+Speech` (pieces, items, the cut), `+Requests` (what the session wants).
///
/// ```
/// listening ── turn over ─▶ final words ── commit ─▶ thinking ── first piece ─▶ speaking ── played out ─▶ listening
///     ▲                         │ user goes on           │ user goes on            │ interrupt
///     ╰─────────────────────────┴────────────────────────┴─────────────────────────╯
/// ```
struct PipelineMachine {
    enum Phase { case idle, starting, ready, over }

    let name: String
    let settings: PipelineSettings
    /// Samples per second of the synthesiser.
    let rate: Int
    let endpointing: PipelineSettings.Endpointing

    var phase = Phase.idle
    var isRecognizerReady = false
    var isSynthesizerReady = false
    var context = ProviderContext()
    /// In front of the names of items and responses.
    var idPrefix = ""
    var history = PipelineHistory()
    var hearing = PipelineHearing()

    // The model
    var answer: PipelineAnswer?
    var run = 0
    var requests = 0
    /// Requests of this turn that called tools.
    var rounds = 0
    /// What the session asked for while the model was busy.
    var respondNext: String?
    /// Texts to be said when the running answer has been said.
    var sayNext: [String] = []

    // Speech
    var items: [SpokenItem] = []
    var itemCount = 0
    var pieceCount = 0
    var responseCount = 0
    var fillerCount = 0
    var mayFill = false

    /// Where the last stage of the latency ended.
    var mark = MonotonicTime(nanoseconds: 0)
    var now = MonotonicTime(nanoseconds: 0)
    var actions: [PipelineAction] = []

    init(
        name: String, settings: PipelineSettings, rate: Int, endpointing: PipelineSettings.Endpointing
    ) {
        self.name = name
        self.settings = settings
        self.rate = rate
        self.endpointing = endpointing
        actions.reserveCapacity(32)
    }

    /// Takes one input; what is to be done is appended to `actions`.
    mutating func handle(_ input: PipelineInput, now: MonotonicTime) {
        guard phase != .over else { return }
        self.now = now
        switch input {
        case .start(let context): start(context)
        case .recognizer(let event): recognizerSays(event)
        case .model(let run, let event): if run == self.run { modelSays(event) }
        case .synthesizer(let event): synthesizerSays(event)
        case .request(let request): asked(request)
        case .timer(let timer): if phase == .ready { ranOut(timer) }
        }
    }

    private mutating func ranOut(_ timer: PipelineTimer) {
        switch timer {
        case .filler: fill()
        case .final: finalIsOverdue()
        case .lostTurn: turnIsLost()
        }
    }

    // MARK: Life

    private mutating func start(_ context: ProviderContext) {
        guard phase == .idle else { return }
        phase = .starting
        self.context = context
        idPrefix = context.idPrefix(now)
        hearing.idPrefix = idPrefix
        history = PipelineHistory(context.history)
        act(.startParts(PartContext(language: context.language, keywords: settings.keywords)))
    }

    mutating func becomeReadyWhenAllAre() {
        guard phase == .starting, isRecognizerReady, isSynthesizerReady else { return }
        phase = .ready
        event(.ready)
        mark = now
        if context.answerPending, history.needsAnswer {
            generate()
        } else if let greeting = context.greeting, !greeting.isEmpty, !context.isContinuation {
            sayGiven(greeting)
        }
    }

    /// A part failed: told with the part's name, terminal at most once.
    mutating func failed(_ part: String, _ failure: ProviderFailure) {
        var named = failure
        named.text = "pipeline \"\(name)\", \(part): \(failure.text)"
        if failure.consequence != .goesOn {
            for item in items where !item.isTold { tellEnd(of: item, .failed(named.text)) }
            items = []
            answer = nil
            for timer in PipelineTimer.allCases { act(.cancelTimer(timer)) }
            phase = .over
        }
        event(.failure(named))
    }

    mutating func notice(_ part: String, _ text: String) { event(.notice("\(part): \(text)")) }

    mutating func close() {
        phase = .over
        for timer in PipelineTimer.allCases { act(.cancelTimer(timer)) }
        act(.closeParts)
    }

    // MARK: Small helpers

    mutating func act(_ action: PipelineAction) { actions.append(action) }

    mutating func event(_ event: ProviderEvent) { actions.append(.event(event)) }

    /// A stage of the latency is over: it lasted since the last one.
    mutating func stage(_ name: String, _ owner: TurnReport.Part.Owner = .service) {
        event(.stage(name: name, owner: owner, ms: max(0, (now - mark).milliseconds)))
        mark = now
    }

    mutating func nextResponse() -> String {
        responseCount += 1
        return "\(idPrefix)response_\(responseCount)"
    }
}
