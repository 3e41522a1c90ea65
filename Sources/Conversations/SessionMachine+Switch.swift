import Core
import ProviderKit

/// Switching the provider: make before break. The old one serves until the new one is ready; user audio of the open
/// turn goes to the new one too; nothing of the old one is heard after.
extension SessionMachine {
    mutating func requestSwitch(_ provider: String, _ facts: some SessionFacts) {
        if standby != nil { abandonStandby("replaced by a switch to \(provider)") }
        emit(.providerSwitch(ProviderSwitch(phase: .requested, from: active.provider, to: provider)))
        prepareStandby(provider, facts)
    }

    mutating func prepareStandby(
        _ provider: String, _ facts: some SessionFacts, after: Connection? = nil, isRotation: Bool = false
    ) {
        var connection = newConnection(provider)
        connection.isRotation = isRotation
        connection.switchRequested = after?.switchRequested ?? now
        connection.refreshes = after.map { $0.refreshes + 1 } ?? 0
        connection.contextItems = history.items.count
        standby = connection
        emit(
            .providerSwitch(
                ProviderSwitch(
                    phase: .preparing, from: active.provider, to: provider, contextTurns: history.userTurns,
                    contextDigest: history.digest)))
        var start = context(for: provider)
        start.greeting = nil
        start.resumption = connection.resumption
        // A pending answer stays with the old provider until the new one is ready; see promote.
        start.answerPending = start.answerPending && !active.isReady
        act(.open(connection.slot, provider: provider, context: start))
    }

    mutating func standbyEvent(_ event: ProviderEvent, _ facts: some SessionFacts) {
        switch event {
        case .ready:
            standby?.isReady = true
            // A rotation waits for a moment between turns; see `considerRotation`.
            if standby?.isRotation == false { promote(facts, mayRefresh: true) }
        case .failure(let failure):
            if case .goesOn = failure.consequence { return }
            standbyFailed(failure)
        case .notice(let text): emit(.note(Note(text)))
        case .expires(let after): standby?.deadline = now + after
        case .resumable(let handle):
            let known = standby?.contextItems ?? 0
            standby?.resumption = Resumption(handle: handle, knownItems: known)
        default: break
        }
    }

    mutating func standbyFailed(_ failure: ProviderFailure) {
        guard let failed = standby else { return }
        standby = nil
        act(.drop(failed.slot))
        emit(
            .providerSwitch(
                ProviderSwitch(phase: .failed, from: active.provider, to: failed.provider, reason: failure.text)))
        isSwitchTroubleTold = true
        if failed.isRotation { rotationFailed(failure) }
        emit(.trouble(Trouble(code: "switch.failed", severity: .warning, text: failure.text, fix: failure.fix)))
    }

    private mutating func abandonStandby(_ reason: String) {
        guard let old = standby else { return }
        standby = nil
        act(.drop(old.slot))
        emit(.providerSwitch(ProviderSwitch(phase: .failed, from: active.provider, to: old.provider, reason: reason)))
    }

    /// The new provider is ready: cut the old one, route the audio, let the old one go.
    mutating func promote(_ facts: some SessionFacts, mayRefresh: Bool) {
        guard var next = standby else { return }
        if mayRefresh, misses(next), next.isRotation || next.refreshes < Self.mostRefreshes {
            return refreshStandby(facts)
        }
        standby = nil
        let old = active
        awaitAnswerAnew(facts)
        let answerKnownQuestion = isAnswerPending && open?.userTextKnown == true
        if isSpeaking(facts) {
            cut(.provider, next.isRotation ? "the vendor's session limit" : "provider switch", nil, nil, facts)
        }
        next.isReady = true
        next.isRotation = false
        active = next
        history.beginConnection()
        response = nil
        suppressedThrough = -1
        attempt = 0
        resumeUserTurn(on: next.slot, facts)
        act(.drop(old.slot))
        finishSwitch(from: old, to: next)
        tellLateResults()
        catchUpInstructions(facts)
        if answerKnownQuestion { act(.perform(next.slot, question(unknownTo: next))) }
        settle(facts)
    }

    /// Begins the connection that is being prepared again, with the conversation as it stands now.
    mutating func refreshStandby(_ facts: some SessionFacts) {
        guard let old = standby else { return }
        standby = nil
        act(.drop(old.slot))
        prepareStandby(old.provider, facts, after: old, isRotation: old.isRotation)
    }

    /// How often a provider being prepared at somebody's wish is begun again.
    private static let mostRefreshes = 2

    /// Whether turns were finished while a connection was being made: they are missing from what it knows. A question that still waits
    /// for its answer is not, it is asked again.
    func misses(_ connection: Connection) -> Bool {
        var items = history.items.count
        if open?.heardSomething == false, case .user? = history.items.last { items -= 1 }
        return items > connection.contextItems
    }

    /// What makes a new provider answer: the question itself when it came after the connection was given its context.
    private func question(unknownTo connection: Connection) -> ProviderRequest {
        let items = history.items
        guard items.count > connection.contextItems, case .user(let text)? = items.last else {
            return .respond(instructions: nil)
        }
        return .userText(text)
    }

    /// An answer that began but of which nothing was heard yet goes with its connection: the next one answers.
    mutating func awaitAnswerAnew(_ facts: some SessionFacts) {
        guard let turn = open, turn.answered, turn.userDone, !turn.heardSomething, toolCalls.isEmpty else { return }
        if isSpeaking(facts) {
            act(.discardPlayout)
            playoutCut = true
        }
        for item in sounding { history.cutAgent(facts.name(of: item), heard: 0) }
        sounding = []
        open?.answered = false
        open?.clock.responseStarted = nil
        open?.clock.firstAudio = nil
    }

    private mutating func finishSwitch(from old: Connection, to next: Connection) {
        let ms = next.switchRequested.map { (now - $0).milliseconds }
        endRotation()
        if let deadline = next.deadline { expires(after: deadline - now) }
        act(.cancelTimer(.reconnect))
        emit(
            .providerChanged(
                ProviderChange(
                    provider: next.provider, state: .ready, connectMs: (now - next.requested).milliseconds,
                    contextTurns: history.userTurns)))
        if old.provider != next.provider { previousProvider = old.provider }
        emit(
            .providerSwitch(
                ProviderSwitch(
                    phase: .done, from: old.provider, to: next.provider, contextTurns: history.userTurns, ms: ms,
                    contextDigest: history.digest)))
        if isSwitchTroubleTold { emit(.troubleCleared(TroubleCleared(code: "switch.failed"))) }
        isSwitchTroubleTold = false
        if let code = fatalTrouble { emit(.troubleCleared(TroubleCleared(code: code))) }
        fatalTrouble = nil
        clearLost()
    }

    mutating func undoSwitch(_ facts: some SessionFacts) {
        if standby?.isRotation == false { return abandonStandby("called off") }
        guard let back = previousProvider else {
            emit(.commandRefused(CommandRefusal(command: "undoSwitch", reason: "no switch to undo")))
            return
        }
        emit(.providerSwitch(ProviderSwitch(phase: .undone, from: active.provider, to: back)))
        requestSwitch(back, facts)
    }
}
