import Core
import ProviderKit
import Tools

/// The operator: whispers to the agent, and a call that is taken over and given back.
///
/// ```
///              takeOver                            giveBack
/// agent serves ────────▶ takenOver: agent silent ───────────▶ agent serves, and is told of it
///                         │ audio, text, tools, hang-up of the agent: withheld
///                         │ caller's speech: recorded, not given to the provider
/// ```
extension SessionMachine {
    /// What the operator has done and does.
    struct OperatorHand: Equatable {
        /// Instructions kept; the oldest go first.
        static let bound = 32

        /// Since when the operator has the call.
        var since: MonotonicTime?
        /// Since when the caller speaks to the operator.
        var callerSince: MonotonicTime?
        var callerSpoke = Duration.zero
        /// For the agent alone, oldest first.
        private(set) var asides: [String] = []
        /// How many there ever were.
        private(set) var given = 0

        mutating func add(_ aside: String) {
            if asides.count == Self.bound { asides.removeFirst() }
            asides.append(aside)
            given += 1
        }
    }

    /// Whether the operator has the call.
    var isTakenOver: Bool { operatorHand.since != nil }

    /// The prompt with what the operator added.
    var instructions: String {
        guard !operatorHand.asides.isEmpty else { return settings.instructions }
        let lines = operatorHand.asides.map { "- \($0)" }.joined(separator: "\n")
        return settings.instructions + """


            From the supervisor of this conversation, for you alone. Follow it and never mention it to the user:
            \(lines)
            """
    }

    mutating func refuse(_ command: String, _ reason: String) {
        emit(.commandRefused(CommandRefusal(command: command, reason: reason)))
    }

    // MARK: Whisper

    mutating func whisper(_ text: String, _ facts: some SessionFacts) {
        operatorHand.add(text)
        emit(.operatorAction(OperatorAction("whisper to the agent: \(text)", kind: .whisper, text: text)))
        catchUpInstructions(facts)
    }

    /// Gives the active connection the operator's instructions that it does not know yet. One that is not ready begins with
    /// them or gets them then.
    mutating func catchUpInstructions(_ facts: some SessionFacts) {
        guard active.isReady, active.instructed != operatorHand.given else { return }
        active.instructed = operatorHand.given
        guard facts.capabilities(of: active.slot)?.updatesInstructions == true else {
            return emit(
                .note(
                    Note("\(active.provider) takes no instructions during a conversation: the next provider gets them"))
            )
        }
        act(.perform(active.slot, .updateInstructions(instructions)))
    }

    // MARK: Taking over

    mutating func takeOver(_ facts: some SessionFacts) {
        guard !isTakenOver else { return refuse("takeOver", "the call is taken over already") }
        if let end = farewell {
            guard end.by == .agent, state == .ending else {
                return refuse("takeOver", "the call is ending: \(end.reason)")
            }
            farewell = nil
            act(.cancelTimer(.farewell))
            emit(.note(Note("the agent's hang-up is called off: \(end.reason)")))
        }
        disarmStall()
        act(.cancelTimer(.noInput))
        let spoke = userSpeaking
        if spoke { breakOffUserTurn(facts) }
        if isSpeaking(facts) || response != nil || isAnswerPending {
            cut(.local, "the operator took over", nil, false, facts)
        }
        endTurn(.aborted)
        operatorHand.since = now
        operatorHand.callerSpoke = .zero
        operatorHand.callerSince = spoke ? now : nil
        act(.operatorVoice(true))
        emit(.operatorAction(OperatorAction("took the call over", kind: .takeOver)))
        settle(facts)
    }

    /// The provider gets the end of the turn that is open; what it answers to it is withheld.
    private mutating func breakOffUserTurn(_ facts: some SessionFacts) {
        userSpeaking = false
        open?.userDone = true
        emit(.userSpeechStopped(SpeechMark(detector: .local, turn: turn)))
        guard active.isReady, facts.capabilities(of: active.slot)?.endpointing == .local else { return }
        act(.closeUserTurn(active.slot))
        act(.perform(active.slot, .userTurnEnded))
    }

    mutating func giveBack(operatorSpoke: Duration, _ facts: some SessionFacts) {
        guard let since = operatorHand.since else { return refuse("giveBack", "the call is not taken over") }
        if operatorHand.callerSince != nil { callerSpokeToOperator(nil) }
        operatorHand.since = nil
        let account =
            "a human operator had the call for \(seconds(now - since)) s: the operator spoke for "
            + "\(seconds(operatorSpoke)) s, the user for \(seconds(operatorHand.callerSpoke)) s"
        history.addAgent("operator-\(operatorHand.given)", "[\(account)]", whole: true)
        operatorHand.add(
            account + ". You did not hear it. The operator has given the call back to you: go on, do not greet again.")
        act(.operatorVoice(false))
        emit(.operatorAction(OperatorAction("gave the call back: \(account)", kind: .giveBack, text: account)))
        catchUpInstructions(facts)
        settle(facts)
        armNoInput()
    }

    private func seconds(_ duration: Duration) -> String {
        let tenths = (duration.wholeNanoseconds + 50_000_000) / 100_000_000
        return "\(tenths / 10).\(tenths % 10)"
    }

    // MARK: While it is taken over

    mutating func callerSpeaksToOperator(_ p: Double, _ at: Int64) {
        guard operatorHand.callerSince == nil else { return }
        operatorHand.callerSince = now
        emit(.userSpeechStarted(SpeechMark(detector: .local, probability: p, at: at, turn: max(turn, 1))))
    }

    mutating func callerSpokeToOperator(_ at: Int64?) {
        guard let since = operatorHand.callerSince else { return }
        operatorHand.callerSince = nil
        operatorHand.callerSpoke += now - since
        emit(.userSpeechStopped(SpeechMark(detector: .local, at: at, turn: max(turn, 1))))
    }

    /// What the agent says now is not heard, and it knows that.
    mutating func withhold(_ handle: ItemHandle, _ facts: some SessionFacts) {
        guard !isSuppressed(handle) else { return }
        suppressedThrough = handle.index
        let name = facts.name(of: AgentItem(slot: active.slot, handle: handle))
        act(.perform(active.slot, .interrupt(item: name, heardMs: 0, cancelledByProvider: false)))
    }

    /// A tool that the agent asks for now is answered at once, and not run.
    mutating func refuseTool(_ call: ToolCall) {
        let output = #"{"error":"a human operator has taken the call over"}"#
        let number = max(turn, 1)
        emit(
            .toolCallStarted(
                ToolCallStart(id: call.id, turn: number, name: call.name, arguments: redaction.apply(call.arguments))))
        emit(
            .toolCallEnded(
                ToolCallEnd(id: call.id, turn: number, name: call.name, outcome: .error, output: output, ms: 0)))
        act(.perform(active.slot, .toolResult(callID: call.id, output: output, isError: true)))
    }

    /// The agent wants to end the call: not while the operator has it.
    mutating func agentHangsUp(_ reason: String, _ facts: some SessionFacts) {
        guard !isTakenOver else {
            return emit(.note(Note("the agent would have hung up (\(reason)): the operator has the call")))
        }
        hangUp(SessionEnd(by: .agent, reason: reason), now: false, facts)
    }
}
