import AudioKit
import Core
import ProviderKit
import Tools

/// Performing what the machine decided.
extension Session: ProviderSlotOwner {
    func perform(_ action: SessionAction) {
        switch action {
        case .perform, .route, .open, .drop, .openUserTurn, .closeUserTurn:
            // A provider is never called from inside itself: what goes to providers waits for the one that is busy.
            if slots.values.contains(where: { $0.isBusy }) || !deferred.isEmpty {
                deferred.append(action)
            } else {
                performOnProvider(action)
            }
        case .emit(.sessionEnded(let end)): lastEvent = end
        case .emit(.turnEnded(let report)): emit(.turnEnded(withHeard(report)))
        case .emit(.bargeIn(let cut)):
            emit(.bargeIn(cut))
            if cut.heardMs > 0 { pendingYield = PendingYield(cut: cut, decided: loop.now) }
        case .emit(let event):
            if case .turnStarted(let turn) = event, turn.trigger != .speech { heardLatency.reset() }
            emit(event)
        case .hold: uplink.route = .held
        case .discardPlayout:
            leg.discardUnheard()
            downlink.discard()
        case .startTool(let call): startTool(call)
        case .cancelTool(let id): runner.cancel(id)
        case .timer(let timer, let after): arm(timer, after)
        case .cancelTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
        case .operatorVoice(let on): setOperatorVoice(on)
        case .hangUpLeg(let end): leg.hangUp(end.reason)
        case .end: conclude()
        }
    }

    /// With the wait for the answer as the recording shows it.
    private func withHeard(_ report: TurnReport) -> TurnReport {
        var report = report
        report.heardE2eMs = heardLatency.takeAnswer()?.ms
        return report
    }

    private func performOnProvider(_ action: SessionAction) {
        switch action {
        case .perform(let slot, let request): slots[slot]?.perform(request)
        case .open(let slot, let provider, let context): open(slot, provider, context)
        case .route(let slot, let replay): route(slot, replayTurn: replay)
        case .drop(let slot): drop(slot)
        case .openUserTurn:
            uplink.openTurn()
            sendHeld()
        case .closeUserTurn:
            sendHeld(whole: true)
            uplink.closeTurn()
        default: break
        }
    }

    private func arm(_ timer: SessionTimer, _ after: Duration) {
        timers[timer]?.cancel()
        timers[timer] = loop.schedule(after: after) { [weak self] in
            self?.timers[timer] = nil
            self?.input(.timer(timer))
        }
    }

    private func open(_ id: SlotID, _ name: String, _ context: ProviderContext) {
        do throws(ConfigurationError) {
            let provider = try environment.makeProvider(name)
            let slot = ProviderSlot(
                id: id, name: name, provider: provider, owner: self, loop: loop, opener: environment.opener)
            slot.tracing = isTracing
            slots[id] = slot
            slot.start(context)
        } catch {
            let failure = ProviderFailure(
                code: "configuration", text: "\(error.place): \(error.cause)", fix: error.fix, consequence: .fatal)
            // Told later, so that the machine is not entered from its own actions.
            loop.post { [weak self] in self?.input(.slotLost(id, failure)) }
        }
    }

    private func drop(_ id: SlotID) {
        guard let slot = slots.removeValue(forKey: id) else { return }
        if active === slot {
            active = nil
            downlink.finishAll()
        }
        slot.drop()
    }

    private func route(_ id: SlotID, replayTurn: Bool) {
        guard let slot = slots[id] else { return }
        active = slot
        let capabilities = slot.provider.capabilities
        downlink.setSource(rate: capabilities.outputRate)
        uplink.setTarget(
            rate: capabilities.inputRate, gated: capabilities.endpointing == .local && !capabilities.takesSilence,
            replayTurn: replayTurn)
        for verdict in alignment.provider(capabilities) { tell(verdict) }
        for format in slot.formats { alignment.vendor(format).forEach(tell) }
        toldFormat = ""
        tellFormat()
        sendHeld()
    }

    /// Sends what the uplink may send now; what is more than a second follows with the next frames, unless `whole`.
    func sendHeld(whole: Bool = false) {
        guard let slot = active, !slot.isBusy else { return }
        let watcher = leg.info.kind == .device ? environment.sentAudio : nil
        uplink.drain(whole: whole) { pcm in
            slot.audio(pcm)
            watcher?(pcm, slot.provider.capabilities.inputRate)
        }
    }

    // MARK: ProviderSlotOwner

    func slotEvent(_ slot: ProviderSlot, _ event: ProviderEvent) {
        switch event {
        case .agentAudio(let item, let range): return agentAudio(slot, item, range)
        case .agentAudioEnded(let item): downlink.finish(AgentItem(slot: slot.id, handle: item))
        case .responseEnded: if slot === active { downlink.finishAll() }
        case .audioFormat(let format): slot.formats.append(format)
        default: break
        }
        if slot === active { align(slot, event) }
        input(.provider(slot.id, event))
    }

    /// What the provider tells of its audio, for the comparison of rates.
    private func align(_ slot: ProviderSlot, _ event: ProviderEvent) {
        switch event {
        case .audioFormat(let format): for verdict in alignment.vendor(format) { tell(verdict) }
        case .agentTextEnded(let item, let text): alignment.agentText(item: item.index, text)
        case .agentAudioEnded(let item): for verdict in alignment.agentEnded(item: item.index) { tell(verdict) }
        default: break
        }
    }

    private func agentAudio(_ slot: ProviderSlot, _ item: ItemHandle, _ range: Range<Int>) {
        guard slot === active, !machine.isSuppressed(item) else { return }
        let agentItem = AgentItem(slot: slot.id, handle: item)
        if !machine.sounding.contains(agentItem) { input(.provider(slot.id, .agentAudio(item: item, range: range))) }
        // The machine may have withheld it just now.
        guard !machine.isSuppressed(item) else { return }
        alignment.agentArrived(item: item.index, range.count, loop.now)
        let wasDry = !downlink.hasFrame
        slot.out.pcm.withUnsafeBufferPointer {
            downlink.append(agentItem, name: slot.out.id(of: item), $0.span.extracting(range))
        }
        if wasDry, downlink.hasFrame { leg.playoutReady() }
    }

    func slotTrace(_ slot: ProviderSlot, _ message: WireMessage) {
        var named = message
        named.source = slot.name
        emit(.wire(named))
    }

    func slotIdle(_ slot: ProviderSlot) {
        guard !isDeferring else { return }
        isDeferring = true
        while !deferred.isEmpty { performOnProvider(deferred.removeFirst()) }
        isDeferring = false
    }

    var isTracing: Bool {
        get { tracingOn }
        set {
            tracingOn = newValue
            for slot in slots.values { slot.tracing = newValue }
        }
    }
}

extension Session: SessionFacts {
    nonisolated func capabilities(of slot: SlotID) -> ProviderCapabilities? {
        EngineActor.assumeIsolated { slots[slot]?.provider.capabilities }
    }
    nonisolated func heard(_ item: AgentItem) -> (heardMs: Double, generatedMs: Double) {
        EngineActor.assumeIsolated { downlink.heard(item, unheard: leg.unheardSamples) }
    }
    nonisolated var playing: AgentItem? { EngineActor.assumeIsolated { downlink.playing() } }
    nonisolated var isPlayoutActive: Bool { EngineActor.assumeIsolated { downlink.isActive } }
    nonisolated func name(of item: AgentItem) -> String {
        EngineActor.assumeIsolated { slots[item.slot]?.out.id(of: item.handle) ?? downlink.name(of: item) }
    }
    nonisolated var lastSpeech: MonotonicTime? { EngineActor.assumeIsolated { uplink.lastSpeech } }
    nonisolated var localSpeech: HeardSpeech? {
        EngineActor.assumeIsolated {
            uplink.detection.map { found in
                HeardSpeech(
                    probability: Double(found.probability),
                    onset: uplink.speechOnset.map { time($0, loop.now) })
            }
        }
    }
    nonisolated func echo() -> EchoLikeness.Finding? { EngineActor.assumeIsolated { likeness.find() } }
}
