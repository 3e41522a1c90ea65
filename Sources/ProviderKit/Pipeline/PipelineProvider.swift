import Core

/// Recogniser, language model and synthesiser joined to one voice agent: a `Provider` like any other.
///
/// ```
/// user audio ─▶ Recognizer ─ transcript ─▶ PipelineMachine ─ messages ─▶ LanguageModel ─ text ─▶ SentenceCutter
///                                               ▲    ╰────────────── pieces ──────────────────────────╯
///                                 tool results ─╯    ╰─ pieces ─▶ Synthesizer ─ PCM ─▶ session
/// ```
/// Decisions are the machine's; this class routes links and timers to the part that they belong to. Engine thread.
public final class PipelineProvider: Provider {
    public let capabilities: ProviderCapabilities
    private let recognizer: any Recognizer
    private let model: any LanguageModel
    private let synthesizer: any Synthesizer

    private var machine: PipelineMachine
    private var outputs: Outputs?
    /// What the parts told and the session asked, in order, until the machine takes it.
    private var inbox: [PipelineInput] = []
    /// The machine's actions while they are performed; swapped with its own, so that no frame allocates.
    private var performing: [PipelineAction] = []
    private var handles: [ItemHandle] = []
    private var isWorking = false
    private var areClosed = false
    private var modelRun = 0

    /// Which part a link or timer belongs to: its number in thousands.
    private enum Place: Int {
        case own, recognizer, model, synthesizer

        init?(number: Int) { self.init(rawValue: number / PartOutput<RecognizerEvent>.numbers) }
        var offset: Int { rawValue * PartOutput<RecognizerEvent>.numbers }
    }

    /// One output for each part over the provider's.
    private struct Outputs {
        let base: ProviderOutput
        let recognizer: PartOutput<RecognizerEvent>
        let model: PartOutput<ModelEvent>
        let synthesizer: PartOutput<SynthesizerEvent>

        init(_ base: ProviderOutput) {
            self.base = base
            recognizer = PartOutput(base, offset: Place.recognizer.offset)
            model = PartOutput(base, offset: Place.model.offset)
            synthesizer = PartOutput(base, offset: Place.synthesizer.offset)
        }
    }

    /// A pipeline of these parts, none of them started. `name` is the user's name for it, for messages.
    public init(
        name: String, settings: PipelineSettings, recognizer: any Recognizer, model: any LanguageModel,
        synthesizer: any Synthesizer
    ) {
        self.recognizer = recognizer
        self.model = model
        self.synthesizer = synthesizer
        capabilities = ProviderCapabilities.pipeline(
            settings, recognizer.capabilities, model.capabilities, synthesizer.capabilities)
        machine = PipelineMachine(
            name: name, settings: settings, rate: synthesizer.capabilities.outputRate,
            endpointing: settings.endpointing(with: recognizer.capabilities))
        inbox.reserveCapacity(16)
        performing.reserveCapacity(32)
    }

    // MARK: From the session

    public func start(_ context: ProviderContext, _ out: ProviderOutput) { take(.start(context), outputs(out)) }

    public func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        let outputs = outputs(out)
        // After a failure the machine is over, but what the parts still hold must go.
        if request == .close, machine.phase == .over { return closeParts(outputs) }
        take(.request(request), outputs)
    }

    /// The hot path of the user's audio: past the machine, nothing is allocated.
    public func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard machine.phase == .ready else { return }
        let outputs = outputs(out)
        recognizer.audio(pcm, outputs.recognizer)
        collect(outputs)
    }

    // MARK: From links and timers

    public func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        let outputs = outputs(out)
        switch Place(number: link.number) {
        case .recognizer: recognizer.opened(own(link, .recognizer), opening, outputs.recognizer)
        case .model: model.opened(own(link, .model), opening, outputs.model)
        case .synthesizer: synthesizer.opened(own(link, .synthesizer), opening, outputs.synthesizer)
        case .own, nil: return
        }
        collect(outputs)
    }

    public func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        let outputs = outputs(out)
        switch Place(number: link.number) {
        case .recognizer: recognizer.received(own(link, .recognizer), kind, payload, outputs.recognizer)
        case .model: model.received(own(link, .model), kind, payload, outputs.model)
        case .synthesizer: synthesizer.received(own(link, .synthesizer), kind, payload, outputs.synthesizer)
        case .own, nil: return
        }
        collect(outputs)
    }

    public func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        let outputs = outputs(out)
        switch Place(number: link.number) {
        case .recognizer: recognizer.closed(own(link, .recognizer), closure, outputs.recognizer)
        case .model: model.closed(own(link, .model), closure, outputs.model)
        case .synthesizer: synthesizer.closed(own(link, .synthesizer), closure, outputs.synthesizer)
        case .own, nil: return
        }
        collect(outputs)
    }

    public func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        let outputs = outputs(out)
        switch Place(number: id.number) {
        case .own: if let timer = PipelineTimer(rawValue: id.number) { take(.timer(timer), outputs) }
        case .recognizer: recognizer.timer(own(id, .recognizer), outputs.recognizer)
        case .model: model.timer(own(id, .model), outputs.model)
        case .synthesizer: synthesizer.timer(own(id, .synthesizer), outputs.synthesizer)
        case nil: return
        }
        collect(outputs)
    }

    private func own(_ link: LinkID, _ place: Place) -> LinkID { LinkID(link.number - place.offset) }
    private func own(_ id: ProviderTimer, _ place: Place) -> ProviderTimer { ProviderTimer(id.number - place.offset) }

    private func outputs(_ out: ProviderOutput) -> Outputs {
        if let outputs, outputs.base === out { return outputs }
        let made = Outputs(out)
        outputs = made
        return made
    }

    // MARK: The machine

    private func take(_ input: PipelineInput, _ outputs: Outputs) {
        inbox.append(input)
        work(outputs)
    }

    /// Moves what the parts told into the inbox, and works it off.
    private func collect(_ outputs: Outputs) {
        gather(outputs)
        work(outputs)
    }

    private func gather(_ outputs: Outputs) {
        for event in outputs.recognizer.events { inbox.append(.recognizer(event)) }
        for event in outputs.model.events { inbox.append(.model(run: modelRun, event)) }
        for event in outputs.synthesizer.events { inbox.append(.synthesizer(event)) }
        if !outputs.recognizer.events.isEmpty { outputs.recognizer.clear() }
        if !outputs.model.events.isEmpty { outputs.model.clear() }
        if !outputs.synthesizer.events.isEmpty { outputs.synthesizer.clear() }
    }

    /// Gives the machine one input after the other; what performing brings up is taken next, in order.
    private func work(_ outputs: Outputs) {
        guard !isWorking, !inbox.isEmpty else { return }
        isWorking = true
        var next = 0
        while next < inbox.count {
            machine.handle(inbox[next], now: outputs.base.now)
            next += 1
            swap(&machine.actions, &performing)
            for action in performing {
                perform(action, outputs)
                gather(outputs)
            }
            performing.removeAll(keepingCapacity: true)
        }
        inbox.removeAll(keepingCapacity: true)
        isWorking = false
    }

    private func perform(_ action: PipelineAction, _ outputs: Outputs) {
        let out = outputs.base
        switch action {
        case .event(let event): out.event(event)
        case .agentText(let item, let text): out.event(.agentText(item: handle(item, out), delta: text))
        case .agentTextEnded(let item, let text): out.event(.agentTextEnded(item: handle(item, out), text: text))
        case .agentAudio(let item, let range): out.event(.agentAudio(item: handle(item, out), range: range))
        case .agentAudioEnded(let item): out.event(.agentAudioEnded(item: handle(item, out)))
        case .timer(let timer, let after): out.timer(ProviderTimer(timer.rawValue), after: after)
        case .cancelTimer(let timer): out.add(.cancelTimer(ProviderTimer(timer.rawValue)))
        case .startParts(let context):
            recognizer.start(context, outputs.recognizer)
            synthesizer.start(context, outputs.synthesizer)
        case .turnStarted: recognizer.turnStarted(outputs.recognizer)
        case .turnEnded: recognizer.turnEnded(outputs.recognizer)
        case .generate(let request, let run):
            modelRun = run
            model.generate(request, outputs.model)
        case .cancelModel: model.cancel(outputs.model)
        case .speak(let number, let text, let ends): synthesizer.speak(number, text, ends: ends, outputs.synthesizer)
        case .flush: synthesizer.flush(outputs.synthesizer)
        case .cancelSpeech: synthesizer.cancel(outputs.synthesizer)
        case .closeParts: closeParts(outputs)
        }
    }

    private func closeParts(_ outputs: Outputs) {
        guard !areClosed else { return }
        areClosed = true
        recognizer.close(outputs.recognizer)
        model.close(outputs.model)
        synthesizer.close(outputs.synthesizer)
    }

    /// The handle of an item: handles come in the order of the items, also when one is first heard of late.
    private func handle(_ item: Int, _ out: ProviderOutput) -> ItemHandle {
        while handles.count < item { handles.append(out.item(machine.name(of: handles.count + 1))) }
        return handles[max(0, item - 1)]
    }
}
