import Core
import ProviderKit
import Tools

/// Tool calls: each runs once and ends once; a result never goes to a connection that did not ask for it.
extension SessionMachine {
    mutating func toolCalled(_ call: ToolCall, _ facts: some SessionFacts) {
        guard toolCalls[call.id] == nil else { return }
        if isTakenOver { return refuseTool(call) }
        if open == nil { beginTurn(.agent) }
        open?.answered = true
        disarmStall()
        toolCalls[call.id] = PendingTool(call: call, slot: active.slot, turn: turn)
        history.openTool(call)
        emit(
            .toolCallStarted(
                ToolCallStart(
                    id: call.id, turn: turn, name: call.name, arguments: redaction.apply(call.arguments))))
        act(.startTool(call))
        settle(facts)
    }

    /// The vendor took a call back: it ends as cancelled and nothing is sent.
    mutating func toolWithdrawn(_ id: String) {
        guard toolCalls[id] != nil else { return }
        act(.cancelTool(id: id))
    }

    mutating func toolFinished(
        _ id: String, _ name: String, _ outcome: ToolCallEnd.Outcome, _ output: String, _ hangUpReason: String?,
        _ elapsed: Duration, _ facts: some SessionFacts
    ) {
        guard let pending = toolCalls.removeValue(forKey: id) else { return }
        emit(
            .toolCallEnded(
                ToolCallEnd(
                    id: id, turn: pending.turn, name: name, outcome: outcome, output: redaction.apply(output),
                    ms: elapsed.milliseconds)))
        if pending.turn == open?.number, open?.clock.firstAudio == nil { open?.clock.tools += elapsed }
        if outcome != .cancelled {
            history.setTool(id, output: output)
            deliver(pending, outcome, output)
        }
        if let hangUpReason { agentHangsUp(hangUpReason, facts) }
        concludeIfQuiet(facts)
        settle(facts)
    }

    /// Says something while a tool takes long, where the provider can and is silent.
    mutating func toolSlow(_ id: String, _ text: String, _ facts: some SessionFacts) {
        guard let pending = toolCalls[id], pending.slot == active.slot, active.isReady, farewell == nil, !isTakenOver
        else { return }
        guard facts.capabilities(of: active.slot)?.canSpeakText == true, !isSpeaking(facts), !userSpeaking else {
            return emit(.note(Note("\(pending.call.name) takes long")))
        }
        emit(.note(Note("\(pending.call.name) takes long; the caller hears: \(text)")))
        act(.perform(active.slot, .speak(text)))
    }

    private mutating func deliver(_ pending: PendingTool, _ outcome: ToolCallEnd.Outcome, _ output: String) {
        if active.isReady, pending.slot == active.slot {
            act(
                .perform(
                    active.slot, .toolResult(callID: pending.call.id, output: output, isError: outcome != .result)))
            awaitAnswerToResult()
            armStall()
        } else if active.isReady {
            tellResult(LateResult(tool: pending.call.name, output: output, newest: nextSlot))
        } else {
            lateResults.append(LateResult(tool: pending.call.name, output: output, newest: nextSlot))
            awaitAnswerToResult()
        }
    }

    /// The answer to a result is awaited anew, in the same turn.
    private mutating func awaitAnswerToResult() {
        open?.userDone = true
        open?.userTextKnown = true
        open?.answered = false
    }

    private mutating func tellResult(_ result: LateResult) {
        act(
            .perform(
                active.slot,
                .respond(instructions: "The tool \(result.tool) that was called earlier returned: \(result.output)")))
    }

    /// Tells a connection that has become ready what tools returned while none was: not what its context holds already.
    mutating func tellLateResults() {
        for result in lateResults where result.newest >= active.slot.number { tellResult(result) }
        lateResults = []
    }
}
