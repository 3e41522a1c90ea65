import Core
import ProviderKit

/// The end: a farewell is heard before the line goes, everything else ends at once.
extension SessionMachine {
    /// Ends the call: at once, or when what the agent says (or is about to say) was heard.
    mutating func hangUp(_ end: SessionEnd, now isImmediate: Bool, _ facts: some SessionFacts) {
        if isImmediate { return leave(end) }
        guard farewell == nil else { return }
        farewell = end
        act(.cancelTimer(.noInput))
        let speaking = isSpeaking(facts) || response != nil || isAnswerPending || !toolCalls.isEmpty
        guard speaking || end.by == .agent else { return leave(end) }
        enter(.ending, end.reason)
        // Without a word to come, the wait is short: a model that hangs up may still say goodbye after the tool result.
        act(.timer(.farewell, after: speaking ? settings.farewellLimit : .seconds(4)))
    }

    /// The farewell was heard, or takes too long.
    mutating func farewellDone() {
        guard let end = farewell else { return }
        leave(end)
    }

    private mutating func leave(_ end: SessionEnd) {
        farewell = end
        act(.hangUpLeg(end))
    }

    /// The leg is gone: close everything.
    mutating func finish(_ end: SessionEnd, _ facts: some SessionFacts) {
        if let item = facts.playing {
            let (heard, generated) = facts.heard(item)
            history.cutAgent(facts.name(of: item), heard: generated > 0 ? heard / generated : 0)
            emit(
                .agentSpeechStopped(
                    AgentSpeech(
                        item: facts.name(of: item), turn: max(turn, 1), heardMs: heard, generatedMs: generated,
                        wasCut: heard + 20 < generated)))
        }
        for pending in toolCalls.values {
            emit(
                .toolCallEnded(
                    ToolCallEnd(
                        id: pending.call.id, turn: pending.turn, name: pending.call.name, outcome: .cancelled,
                        output: #"{"error":"the session ended"}"#, ms: 0)))
        }
        toolCalls = [:]
        endTurn(open?.heardSomething == true ? .completed : .aborted)
        if let standby { act(.drop(standby.slot)) }
        act(.drop(active.slot))
        enter(.ended, end.reason)
        emit(.sessionEnded(farewell ?? end))
        ended = true
        act(.end)
    }
}
