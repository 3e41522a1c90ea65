import AudioKit
import Core
import ProviderKit

/// What the local detector knows of a sound that may interrupt the agent.
struct HeardSpeech: Equatable {
    var probability: Double
    var onset: MonotonicTime?
    /// How like the agent's own audio it is.
    var echo: EchoLikeness.Finding?

    var isEchoSuspected: Bool? { echo.map { $0.likeness >= EchoLikeness.suspicion } }
}

/// Barge-in: one decision, one discard, the provider told what was heard, late audio suppressed.
extension SessionMachine {
    /// The local detector heard speech long enough to interrupt.
    mutating func localSpeechSustained(_ p: Double, _ onset: MonotonicTime, _ facts: some SessionFacts) {
        guard !isTakenOver else { return }
        let speaking = isSpeaking(facts)
        guard mayCutLocally(facts) || !speaking else { return }
        if speaking {
            var heard = HeardSpeech(probability: p, onset: onset)
            guard !waits(&heard, facts) else { return }
            cutBySpeech(heard, facts)
        }
        if endpointsLocally(facts) { openLocalTurn(p, nil, facts) }
    }

    /// Whether the local detector may interrupt the agent.
    func mayCutLocally(_ facts: some SessionFacts) -> Bool {
        let capabilities = facts.capabilities(of: active.slot)
        return switch settings.bargeIn {
        case .auto: !(capabilities?.nativeBargeIn ?? false) || capabilities?.endpointing == .local || !active.isReady
        case .local, .either: true
        case .provider, .off: false
        }
    }

    /// The local detector interrupts: "user speech p 0.83 for 240 ms while agent at 2.3 s".
    mutating func cutBySpeech(_ heard: HeardSpeech, _ facts: some SessionFacts) {
        let long = heard.onset.map { " for \(Int((now - $0).milliseconds.rounded())) ms" } ?? ""
        cut(.local, "user speech p \(hundredths(heard.probability))\(long)\(agentPlace(facts))", heard, false, facts)
    }

    /// Where the agent is in its answer, in words.
    func agentPlace(_ facts: some SessionFacts) -> String {
        facts.playing.map { " while agent at \(tenths(facts.heard($0).heardMs / 1000)) s" } ?? ""
    }

    mutating func cutByOperator(_ reason: String, _ facts: some SessionFacts) {
        guard isSpeaking(facts) || response != nil else {
            emit(.commandRefused(CommandRefusal(command: "cutAgent", reason: "the agent is not speaking")))
            return
        }
        emit(.operatorAction(OperatorAction("cut the agent")))
        cut(.local, reason, nil, false, facts)
        settle(facts)
    }

    /// Cuts the agent: playout emptied, provider told, everything of this answer that still comes is ignored.
    mutating func cut(
        _ detector: Detector, _ reason: String, _ speech: HeardSpeech?,
        _ cancelledByProvider: Bool?, _ facts: some SessionFacts
    ) {
        let item = facts.playing ?? sounding.min { $0.handle.index < $1.handle.index }
        let (heard, generated) = item.map { facts.heard($0) } ?? (0, 0)
        act(.discardPlayout)
        playoutCut = true
        forgetOverheard()
        if let item { reportCut(item, heard, generated, detector, reason, speech, facts) }
        let last = sounding.map(\.handle.index).max() ?? -1
        for other in sounding where other != item { history.cutAgent(facts.name(of: other), heard: 0) }
        sounding = []
        suppressedThrough = max(suppressedThrough, last, item?.handle.index ?? -1)
        if let native = cancelledByProvider, active.isReady {
            act(
                .perform(
                    active.slot,
                    .interrupt(
                        item: item.map { facts.name(of: $0) }, heardMs: Int(heard), cancelledByProvider: native)))
        } else if active.isReady, detector == .local {
            act(
                .perform(
                    active.slot,
                    .interrupt(item: item.map { facts.name(of: $0) }, heardMs: Int(heard), cancelledByProvider: false)))
        }
        response = nil
        if open != nil { endTurn(.interrupted) }
    }

    private mutating func reportCut(
        _ item: AgentItem, _ heard: Double, _ generated: Double, _ detector: Detector, _ reason: String,
        _ speech: HeardSpeech?, _ facts: some SessionFacts
    ) {
        let name = facts.name(of: item)
        history.cutAgent(name, heard: generated > 0 ? heard / generated : 0)
        var cut = BargeIn(
            item: name, turn: max(turn, 1), detector: detector, heardMs: heard, generatedMs: generated,
            detectMs: speech?.onset.map { (now - $0).milliseconds }, probability: speech?.probability,
            reason: reason + echoWords(speech), echoLikeness: speech?.echo?.likeness,
            isEchoSuspected: speech?.isEchoSuspected)
        cut.yieldMs = yieldTime(detector, speech?.onset)
        emit(.bargeIn(cut))
        if let ms = cut.yieldMs { judge(yield: ms) }
        emit(
            .agentSpeechStopped(
                AgentSpeech(item: name, turn: max(turn, 1), heardMs: heard, generatedMs: generated, wasCut: true)))
    }

    /// From the user's onset to the cut, which empties the playout: nothing is heard after it. The provider tells no onset; our
    /// own detector's counts when it is fresh. A cut by hand has none.
    private func yieldTime(_ detector: Detector, _ onset: MonotonicTime?) -> Double? {
        let heard = detector == .provider ? lastOnset.flatMap { now - $0 < .seconds(3) ? $0 : nil } : nil
        return (onset ?? heard).map { max(0, (now - $0).milliseconds) }
    }

    /// What is said of an echo when there may be one.
    func echoWords(_ speech: HeardSpeech?) -> String {
        guard let speech, speech.isEchoSuspected == true, let echo = speech.echo else { return "" }
        return ", echo suspected (\(hundredths(echo.likeness)) like the agent \(Int(echo.delayMs)) ms before)"
    }

    private func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    func hundredths(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
