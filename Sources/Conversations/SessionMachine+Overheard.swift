import AudioKit
import Core
import ProviderKit

/// Speech over the agent that does not interrupt it: too short, a sign of listening, or the agent's own echo.
extension SessionMachine {
    /// Somebody spoke while the agent did, and whether that interrupts it is not decided yet.
    struct Overheard: Equatable {
        var heard: HeardSpeech
        /// Long enough to interrupt, but it may still be a sign of listening.
        var isWaiting = false
        /// Taken for an echo and told.
        var isEcho = false
        /// What was said so far.
        var words = ""
    }

    /// The local detector heard a voice over the agent's.
    mutating func overhear(_ p: Double, _ onset: MonotonicTime, _ facts: some SessionFacts) {
        guard mayCutLocally(facts) else { return }
        overheard = Overheard(heard: HeardSpeech(probability: p, onset: onset))
    }

    /// Long enough to interrupt: looks for an echo, and leaves the decision open while it may be a sign of listening.
    /// - Returns: whether the agent goes on for now.
    mutating func waits(_ heard: inout HeardSpeech, _ facts: some SessionFacts) -> Bool {
        heard.echo = facts.echo()
        overheard = Overheard(heard: heard, words: overheard?.words ?? "")
        if heard.isEchoSuspected == true, settings.ignoresEcho {
            overheard?.isEcho = true
            ignore(.echo, overheard?.heard ?? heard, "echo\(echoWords(heard))", facts)
            return true
        }
        guard settings.backchannelMs > settings.bargeInMs, let onset = heard.onset else { return false }
        let left = onset + .milliseconds(settings.backchannelMs) - now
        guard left > .zero, !saysMore(overheard?.words ?? "") else { return false }
        overheard?.isWaiting = true
        act(.timer(.backchannel, after: left))
        return true
    }

    /// It went on for too long to be a sign of listening.
    mutating func waitedForWords(_ facts: some SessionFacts) {
        guard let over = overheard, over.isWaiting else { return }
        interruptAfterWaiting(over, facts)
    }

    /// Words of what is being decided on: one that is more than a sign of listening interrupts.
    mutating func overheardWords(_ text: String, _ facts: some SessionFacts) {
        guard let over = overheard else { return }
        overheard?.words = text
        if over.isWaiting, saysMore(text) { interruptAfterWaiting(over, facts) }
    }

    private mutating func interruptAfterWaiting(_ over: Overheard, _ facts: some SessionFacts) {
        forgetOverheard()
        if isSpeaking(facts) { cutBySpeech(over.heard, facts) }
        if endsTurnsHere(facts) { openLocalTurn(over.heard.probability, nil, facts) }
    }

    /// It stopped before it interrupted.
    /// - Returns: whether it is a turn after all, because the agent was done meanwhile.
    mutating func overheardStopped(_ last: MonotonicTime, _ facts: some SessionFacts) -> Bool {
        guard let over = overheard else { return false }
        forgetOverheard()
        guard !over.isEcho else { return false }
        guard isSpeaking(facts) else {
            guard over.isWaiting, endsTurnsHere(facts) else { return false }
            openLocalTurn(over.heard.probability, nil, facts)
            return true
        }
        let ms = Int(over.heard.onset.map { (last - $0).milliseconds.rounded() } ?? 0)
        let said = over.words.isEmpty ? "" : " \"\(over.words)\""
        if over.isWaiting {
            ignore(.backchannel, over.heard, "backchannel ignored:\(said) \(ms) ms of speech", facts, last)
        } else {
            ignore(.short, over.heard, "\(ms) ms of speech ignored: less than \(settings.bargeInMs) ms", facts, last)
        }
        return false
    }

    private func endsTurnsHere(_ facts: some SessionFacts) -> Bool {
        facts.capabilities(of: active.slot)?.endpointing == .local
    }

    private mutating func ignore(
        _ kind: SpeechIgnored.Kind, _ heard: HeardSpeech, _ reason: String, _ facts: some SessionFacts,
        _ last: MonotonicTime? = nil
    ) {
        let words = overheard?.words ?? ""
        emit(
            .speechIgnored(
                SpeechIgnored(
                    turn: max(turn, 1), kind: kind,
                    speechMs: heard.onset.map { max(0, ((last ?? now) - $0).milliseconds) } ?? 0,
                    probability: heard.probability, agentMs: facts.playing.map { facts.heard($0).heardMs },
                    words: words.isEmpty ? nil : words, likeness: heard.echo?.likeness,
                    reason: reason + agentPlace(facts))))
    }

    /// Nothing is being decided any more.
    mutating func forgetOverheard() {
        if overheard?.isWaiting == true { act(.cancelTimer(.backchannel)) }
        overheard = nil
    }

    /// Whether a text has a word that is no sign of listening.
    func saysMore(_ text: String) -> Bool {
        let plain = String(text.lowercased().map { $0.isLetter || $0.isNumber || $0 == "'" || $0 == "-" ? $0 : " " })
        let words = plain.split(separator: " ").map(String.init)
        guard !settings.backchannelWords.contains(words.joined(separator: " ")) else { return false }
        return words.contains { !settings.backchannelWords.contains($0) }
    }
}
