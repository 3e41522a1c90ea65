import Core
import ProviderKit
import Tools

/// Connections: opening, readiness, loss with backoff, failover, and what a provider tells.
extension SessionMachine {
    /// Opens a connection for `provider` in the active place. The context is what was said so far.
    mutating func connect(_ provider: String, _ facts: some SessionFacts) {
        abandonRotation()
        active = newConnection(provider)
        history.beginConnection()
        if open?.userTextKnown == true { active.knowsTurn = turn }
        attempt += 1
        act(.hold)
        var start = context(for: provider)
        start.resumption = active.resumption
        act(.open(active.slot, provider: provider, context: start))
        emit(
            .providerChanged(
                ProviderChange(provider: provider, state: attempt > 1 ? .reconnecting : .connecting, attempt: attempt)))
        enter(attempt > 1 ? .reconnecting : .connecting)
    }

    mutating func newConnection(_ provider: String) -> Connection {
        nextSlot += 1
        var connection = Connection(slot: SlotID(number: nextSlot), provider: provider, requested: now)
        connection.instructed = operatorHand.given
        // A handle of before a switch to somebody else does not know what was said there.
        if provider == active.provider { connection.resumption = active.resumption }
        return connection
    }

    /// What a new connection is started with: never greets twice.
    func context(for provider: String) -> ProviderContext {
        ProviderContext(
            instructions: instructions, greeting: greeted ? nil : settings.greeting,
            tools: tools.filter { audiences[$0.name]?.admits(agent: settings.agent, provider: provider) ?? true },
            history: history.items, language: settings.language,
            answerPending: isAnswerPending && open?.userTextKnown == true,
            vendorMayInterrupt: settings.bargeIn != .off && settings.bargeIn != .local)
    }

    /// Whether the user waits for an answer that has not begun.
    var isAnswerPending: Bool { open?.userDone == true && open?.answered == false }

    /// Gives a connection that has just become ready the user's audio: what was held, and the whole open turn when its
    /// words are not in the context.
    mutating func resumeUserTurn(on slot: SlotID, _ facts: some SessionFacts) {
        let pending = isAnswerPending
        let replay = userSpeaking || (pending && open?.userTextKnown == false)
        let isLocal = facts.capabilities(of: slot)?.endpointing == .local
        if replay, isLocal { act(.perform(slot, .userTurnStarted)) }
        act(.route(slot, replayTurn: replay))
        if replay, isLocal {
            act(.openUserTurn(slot))
            if !userSpeaking {
                act(.closeUserTurn(slot))
                act(.perform(slot, .userTurnEnded))
            }
        }
        if pending { armStall() }
    }

    mutating func providerEvent(_ slot: SlotID, _ event: ProviderEvent, _ facts: some SessionFacts) {
        if slot == standby?.slot { return standbyEvent(event, facts) }
        guard slot == active.slot else { return }
        switch event {
        case .ready: ready(facts)
        case .userSpeechStarted(let item): vendorSpeechStarted(item, facts)
        case .userSpeechStopped: vendorSpeechStopped(facts)
        case .userTranscript(let item, let text, let isFinal): userTranscript(item, text, isFinal, facts)
        case .responseStarted(let id): responseStarted(id, facts)
        case .responseEnded(let id, let status): responseEnded(id, status, facts)
        case .agentAudio(let item, _): agentAudio(item, facts)
        case .agentAudioEnded: break
        case .agentText(let item, let delta): agentText(item, delta, whole: false, facts)
        case .agentTextEnded(let item, let text): agentText(item, text, whole: true, facts)
        case .toolCall(let call): toolCalled(call, facts)
        case .toolCallCancelled(let id): toolWithdrawn(id)
        case .usage(let usage): emit(.usage(usage))
        case .failure(let failure): failed(failure, facts)
        case .expires(let after): expires(after: after)
        case .stage(let name, let owner, let ms): stage(TurnReport.Part(name: name, ms: ms, owner: owner))
        case .notice(let text): emit(.note(Note(text)))
        case .resumable(let handle):
            active.resumption = Resumption(handle: handle, knownItems: history.items.count)
        case .audioFormat: break
        case .hangUpRequested(let reason): agentHangsUp(reason, facts)
        }
    }

    private mutating func stage(_ part: TurnReport.Part) { open?.clock.add(part) }

    private mutating func ready(_ facts: some SessionFacts) {
        active.isReady = true
        attempt = 0
        emit(
            .providerChanged(
                ProviderChange(
                    provider: active.provider, state: .ready, connectMs: (now - active.requested).milliseconds,
                    contextTurns: history.userTurns)))
        clearLost()
        resumeUserTurn(on: active.slot, facts)
        catchUpInstructions(facts)
        if settings.greeting != nil, !greeted, open == nil, !isTakenOver { beginTurn(.greeting) }
        // Typed while the connection was being made: it is not in the context that it began with.
        if isAnswerPending, active.knowsTurn != turn, let typed = open?.typed {
            act(.perform(active.slot, .userText(typed)))
        }
        tellLateResults()
        greeted = true
        settle(facts)
        armNoInput()
    }

    /// The trouble of a lost connection is over.
    mutating func clearLost() {
        guard isLostTold else { return }
        isLostTold = false
        emit(.troubleCleared(TroubleCleared(code: "provider.lost")))
    }

    /// A failure that a provider reported.
    private mutating func failed(_ failure: ProviderFailure, _ facts: some SessionFacts) {
        if case .goesOn = failure.consequence {
            tellOfAnswer(Trouble(code: "provider.error", severity: .warning, text: failure.text, fix: failure.fix))
            return
        }
        lost(active.slot, failure, facts)
    }

    /// The active connection is gone: go to a fallback, wait and try again, or say why neither helps.
    mutating func lost(_ slot: SlotID, _ failure: ProviderFailure, _ facts: some SessionFacts) {
        if slot == standby?.slot { return standbyFailed(failure) }
        guard slot == active.slot else { return }
        awaitAnswerAnew(facts)
        active.isReady = false
        response = nil
        if let next = standby, next.isRotation, next.isReady, !misses(next) {
            return promote(facts, mayRefresh: false)
        }
        act(.hold)
        act(.drop(slot))
        act(.cancelTimer(.stall))
        act(.cancelTimer(.stallReconnect))
        act(.cancelTimer(.expiry))
        suppressedThrough = -1
        open?.failed = true
        if case .fatal = failure.consequence { return fatal(failure, facts) }
        let backoff = settings.backoff[min(max(attempt, 1), settings.backoff.count) - 1]
        var asked: Duration?
        if case .reconnect(let after?) = failure.consequence, after > backoff { asked = after }
        retry(after: jitter.spread(backoff, atLeast: asked), failure)
    }

    private mutating func retry(after wait: Duration, _ failure: ProviderFailure) {
        attempt = max(attempt, 1)
        isLostTold = true
        emit(.trouble(Trouble(code: "provider.lost", severity: .error, text: failure.text, fix: failure.fix)))
        emit(
            .providerChanged(
                ProviderChange(
                    provider: active.provider, state: .reconnecting, reason: failure.text, attempt: attempt,
                    retryInMs: wait.milliseconds)))
        enter(.reconnecting, failure.text)
        act(.timer(.reconnect, after: wait))
    }

    private mutating func fatal(_ failure: ProviderFailure, _ facts: some SessionFacts) {
        let code = "provider.\(failure.code)"
        fatalTrouble = code
        emit(.trouble(Trouble(code: code, severity: .error, text: failure.text, fix: failure.fix)))
        emit(.providerChanged(ProviderChange(provider: active.provider, state: .failed, reason: failure.text)))
        guard !fallbacksLeft.isEmpty else { return enter(.stalled, failure.text) }
        let next = fallbacksLeft.removeFirst()
        enter(.failedOver, "\(active.provider) → \(next): \(failure.text)")
        attempt = 0
        connect(next, facts)
    }

    // MARK: An answer that does not come

    mutating func armStall() {
        guard !isTakenOver else { return }
        act(.timer(.stall, after: settings.stallAfter))
        act(.timer(.stallReconnect, after: settings.stallReconnectAfter))
    }

    mutating func disarmStall() {
        act(.cancelTimer(.stall))
        act(.cancelTimer(.stallReconnect))
    }

    mutating func stalled() {
        guard active.isReady, open?.userDone == true, open?.answered == false, toolCalls.isEmpty else { return }
        let seconds = settings.stallAfter.wholeNanoseconds / 1_000_000_000
        enter(.stalled, "no answer from \(active.provider) for \(seconds) s")
    }

    mutating func reconnectStalled(_ facts: some SessionFacts) {
        guard active.isReady, state == .stalled else { return }
        let seconds = settings.stallReconnectAfter.wholeNanoseconds / 1_000_000_000
        lost(
            active.slot,
            ProviderFailure(
                code: "stalled", text: "\(active.provider) has not answered for \(seconds) s: connecting anew",
                consequence: .reconnect(after: nil)), facts)
    }
}
