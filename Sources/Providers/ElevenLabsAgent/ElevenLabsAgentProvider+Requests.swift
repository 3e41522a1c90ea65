import Core
import ProviderKit

/// What the session asks.
extension ElevenLabsAgentProvider {
    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return close(out) }
        guard phase == .ready else { return }
        switch request {
        case .userText(let text):
            question = nil
            if mute.isOn { unmuted(out) }
            put(text, out)
        case .toolResult(let callID, let output, let isError):
            guard calls.settle(callID) != nil else { return }
            out.send(Self.link, ElevenLabsMessage.toolResult(id: callID, result: output, isError: isError))
        case .interrupt(_, _, let cancelled): interrupt(cancelledByProvider: cancelled, out)
        case .respond(let instructions):
            put("[An instruction from the system, not said by the user] \(instructions ?? "Go on.")", out)
        case .updateInstructions(let text):
            out.send(
                Self.link, ElevenLabsMessage.contextualUpdate("Your instructions have changed. From now on: \(text)"))
        case .playedOut(let item): answers.playedOut(item)
        case .userTurnStarted, .userTurnEnded, .speak, .close: break
        }
    }

    /// Puts a user's text in.
    func put(_ text: String, _ out: ProviderOutput) {
        if echoes.count >= 8 { echoes.removeFirst() }
        echoes.append(text)
        out.send(Self.link, ElevenLabsMessage.userMessage(text))
    }

    /// There is no message for it (wire reference 4.5 no. 9): what still comes is dropped, and the vendor learns that
    /// somebody is there.
    private func interrupt(cancelledByProvider: Bool, _ out: ProviderOutput) {
        guard answers.phase == .running else { return }
        isCutHere = !cancelledByProvider
        answers.cut(out)
        if isCutHere { out.send(Self.link, ElevenLabsMessage.userActivity) }
    }
}
