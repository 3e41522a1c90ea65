import Core
import ProviderKit

/// Turns: who speaks, transcripts, responses, the waterfall.
extension SessionMachine {
    /// Opens a turn; the one before, if still open, ends first.
    mutating func beginTurn(_ trigger: TurnStart.Trigger) {
        if open != nil { endTurn(.aborted) }
        turn += 1
        open = OpenTurn(number: turn, trigger: trigger)
        emit(.turnStarted(TurnStart(turn: turn, trigger: trigger)))
    }

    mutating func endTurn(_ outcome: TurnReport.Outcome) {
        guard let done = open else { return }
        open = nil
        emit(
            .turnEnded(
                judged(
                    TurnReport(
                        turn: done.number, outcome: outcome,
                        e2eMs: done.trigger == .greeting ? nil : done.clock.e2eMs,
                        parts: done.trigger == .greeting ? [] : done.clock.parts, provider: active.provider))))
        tellBudgets()
    }

    /// User speech continues the open turn as long as no answer has begun.
    mutating func userBegan(_ detector: Detector, _ probability: Double?, _ at: Int64?) {
        guard !userSpeaking else { return }
        userSpeaking = true
        disarmStall()
        act(.cancelTimer(.noInput))
        noInputPrompts = 0
        if open == nil || open?.answered == true || open?.trigger == .greeting { beginTurn(.speech) }
        open?.userDone = false
        open?.userTextKnown = false
        open?.clock.reopen()
        emit(.userSpeechStarted(SpeechMark(detector: detector, probability: probability, at: at, turn: turn)))
    }

    mutating func userEnded(_ detector: Detector, lastSpeech: MonotonicTime?, at: Int64?) {
        guard userSpeaking else { return }
        userSpeaking = false
        open?.userDone = true
        open?.clock.speechEnd = lastSpeech
        open?.clock.committed = now
        open?.clock.committedLocally = detector == .local
        emit(.userSpeechStopped(SpeechMark(detector: detector, at: at, turn: turn)))
        armStall()
    }

    // MARK: The local detector

    func endpointsLocally(_ facts: some SessionFacts) -> Bool {
        facts.capabilities(of: active.slot)?.endpointing == .local
    }

    mutating func localSpeechStarted(_ p: Double, _ at: Int64, _ onset: MonotonicTime, _ facts: some SessionFacts) {
        lastOnset = onset
        if isTakenOver { return callerSpeaksToOperator(p, at) }
        // While the agent speaks, speech must last before it counts; `speechSustained` follows.
        if isSpeaking(facts) { return overhear(p, onset, facts) }
        guard endpointsLocally(facts) || !active.isReady else { return }
        openLocalTurn(p, at, facts)
    }

    mutating func openLocalTurn(_ p: Double, _ at: Int64?, _ facts: some SessionFacts) {
        guard !userSpeaking else { return }
        userBegan(.local, p, at)
        if active.isReady, endpointsLocally(facts) {
            act(.perform(active.slot, .userTurnStarted))
            act(.openUserTurn(active.slot))
        }
        settle(facts)
    }

    mutating func localSpeechStopped(_ at: Int64, _ last: MonotonicTime, _ facts: some SessionFacts) {
        if isTakenOver { return callerSpokeToOperator(at) }
        _ = overheardStopped(last, facts)
        guard userSpeaking, endpointsLocally(facts) || !active.isReady else { return }
        userEnded(.local, lastSpeech: last, at: at)
        if active.isReady {
            act(.closeUserTurn(active.slot))
            act(.perform(active.slot, .userTurnEnded))
        }
        settle(facts)
    }

    // MARK: The vendor's detector

    mutating func vendorSpeechStarted(_ item: String?, _ facts: some SessionFacts) {
        if let item { history.openUser(item) }
        // The vendor's detector hears silence now: this is of before.
        guard !isTakenOver else { return }
        let mayCut = settings.bargeIn != .off && settings.bargeIn != .local
        if isSpeaking(facts) || response != nil {
            let native = facts.capabilities(of: active.slot)?.nativeBargeIn ?? false
            if mayCut { cutByProvider(native, facts) }
        }
        userBegan(.provider, nil, nil)
        settle(facts)
    }

    /// The vendor's detector interrupts: said with what the local detector knows of it.
    private mutating func cutByProvider(_ native: Bool, _ facts: some SessionFacts) {
        var heard = facts.localSpeech
        heard?.echo = facts.echo()
        cut(.provider, "\(active.provider) heard the user\(agentPlace(facts))", heard, native, facts)
    }

    mutating func vendorSpeechStopped(_ facts: some SessionFacts) {
        userEnded(.provider, lastSpeech: facts.lastSpeech, at: nil)
        settle(facts)
    }

    mutating func userTranscript(_ item: String, _ text: String, _ isFinal: Bool, _ facts: some SessionFacts) {
        history.setUser(item, text)
        overheardWords(text, facts)
        if isFinal, !text.isEmpty { open?.userTextKnown = true }
        emit(.userTranscript(UserTranscript(item: item, turn: max(turn, 1), text: text, isFinal: isFinal)))
    }

    // MARK: The agent

    mutating func responseStarted(_ id: String, _ facts: some SessionFacts) {
        guard !isTakenOver else { return }
        response = id
        if open == nil { beginTurn(.agent) }
        if open?.clock.responseStarted == nil { open?.clock.responseStarted = now }
        open?.answered = true
        disarmStall()
        act(.cancelTimer(.noInput))
        settle(facts)
    }

    mutating func responseEnded(_ id: String, _ status: ResponseStatus, _ facts: some SessionFacts) {
        if response == id || response == nil { response = nil }
        if case .failed(let why) = status {
            open?.failed = true
            tellOfAnswer(Trouble(code: "response.failed", severity: .warning, text: why))
        } else if status == .completed {
            for code in answerTroubles { emit(.troubleCleared(TroubleCleared(code: code))) }
            answerTroubles = []
        }
        concludeIfQuiet(facts)
        settle(facts)
    }

    /// Trouble of one answer stands until an answer comes whole.
    mutating func tellOfAnswer(_ trouble: Trouble) {
        if !answerTroubles.contains(trouble.code) { answerTroubles.append(trouble.code) }
        emit(.trouble(trouble))
    }

    /// First or further audio of an item; only the first one matters to decisions.
    mutating func agentAudio(_ handle: ItemHandle, _ facts: some SessionFacts) {
        if isTakenOver { return withhold(handle, facts) }
        let item = AgentItem(slot: active.slot, handle: handle)
        guard !isSuppressed(handle), sounding.insert(item).inserted else { return }
        if open == nil { beginTurn(.agent) }
        open?.answered = true
        if open?.clock.firstAudio == nil { open?.clock.firstAudio = now }
        disarmStall()
        act(.cancelTimer(.noInput))
        settle(facts)
    }

    mutating func agentText(_ handle: ItemHandle, _ text: String, whole: Bool, _ facts: some SessionFacts) {
        if isTakenOver { return withhold(handle, facts) }
        guard !isSuppressed(handle) else { return }
        let name = facts.name(of: AgentItem(slot: active.slot, handle: handle))
        history.addAgent(name, text, whole: whole)
        emit(.agentText(AgentText(item: name, turn: max(turn, 1), text: text, isFinal: whole)))
    }

    mutating func itemStarted(_ item: AgentItem, _ heardAt: MonotonicTime, _ facts: some SessionFacts) {
        if open?.clock.firstHeard == nil { open?.clock.firstHeard = heardAt }
        open?.heardSomething = true
        let (heard, generated) = facts.heard(item)
        emit(
            .agentSpeechStarted(
                AgentSpeech(item: facts.name(of: item), turn: max(turn, 1), heardMs: heard, generatedMs: generated)))
        settle(facts)
    }

    mutating func itemPlayedOut(_ item: AgentItem, _ heard: Double, _ generated: Double, _ facts: some SessionFacts) {
        sounding.remove(item)
        emit(
            .agentSpeechStopped(
                AgentSpeech(item: facts.name(of: item), turn: max(turn, 1), heardMs: heard, generatedMs: generated)))
        if item.slot == active.slot { act(.perform(item.slot, .playedOut(item: facts.name(of: item)))) }
        concludeIfQuiet(facts)
        settle(facts)
    }

    /// The turn is over when its answer was generated and heard and no tool is under way.
    mutating func concludeIfQuiet(_ facts: some SessionFacts) {
        guard response == nil, !isSpeaking(facts), toolCalls.isEmpty else { return }
        if let turn = open, turn.answered, !userSpeaking {
            let outcome: TurnReport.Outcome =
                turn.heardSomething ? .completed : (turn.failed ? .modelError : .noOutput)
            endTurn(outcome)
        }
        if farewell != nil, !isAnswerPending { return farewellDone() }
        armNoInput()
    }

    // MARK: Typed text

    mutating func submit(_ text: String, _ facts: some SessionFacts) {
        guard !isTakenOver else { return refuse("sendText", "the call is taken over: give it back first, or whisper") }
        if isSpeaking(facts) || response != nil {
            cut(.local, "typed text", nil, false, facts)
        }
        beginTurn(.text)
        userItems += 1
        history.setUser("typed-\(userItems)", text)
        open?.userDone = true
        open?.userTextKnown = true
        open?.typed = text
        open?.clock.speechEnd = now
        open?.clock.committed = now
        emit(.textSubmitted(TextSubmitted(turn: turn, text: text)))
        if active.isReady {
            act(.perform(active.slot, .userText(text)))
            armStall()
        }
        settle(facts)
    }

    // MARK: Nobody speaks

    mutating func armNoInput() {
        guard let after = settings.noInputAfter, farewell == nil, !isTakenOver else { return }
        act(.timer(.noInput, after: after))
    }

    mutating func promptSilentUser(_ facts: some SessionFacts) {
        guard active.isReady, !isTakenOver, !userSpeaking, response == nil, !isSpeaking(facts),
            let after = settings.noInputAfter
        else { return }
        noInputPrompts += 1
        let seconds = after.wholeNanoseconds / 1_000_000_000
        if settings.noInputPrompts > 0, noInputPrompts > settings.noInputPrompts {
            return hangUp(
                SessionEnd(by: .system, reason: "no input for \(seconds) s, \(noInputPrompts - 1) prompts"), now: false,
                facts)
        }
        emit(.note(Note("no input for \(seconds) s: the agent asks")))
        act(
            .perform(
                active.slot,
                .respond(
                    instructions: "The user has been silent. Ask in one short sentence whether they are still there.")))
    }
}
