import Core
import ProviderKit

/// What the session asks.
extension AVALocalProvider {
    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return close(out) }
        guard phase == .ready else { return }
        switch request {
        case .userText(let text): ask(text, out)
        case .toolResult(let callID, let output, let isError):
            guard let name = calls.settle(callID) else { return }
            answers.nextMayCome()
            out.send(Self.link, wire.toolResult(id: callID, name: name, output: output, isError: isError))
        case .interrupt: interrupt(out)
        case .speak(let text): speak(text, out)
        case .respond(let instructions):
            ask("[An instruction from the system, not said by the user] \(instructions ?? "Go on.")", out)
        case .updateInstructions(let text): sendPrompt(text, out)
        case .playedOut(let item): answers.playedOut(item)
        case .userTurnStarted, .userTurnEnded, .close: break
        }
    }

    func nextID(_ kind: String) -> String {
        requests += 1
        return "\(kind)-\(requests)"
    }

    /// Asks the model; its answer comes as words, which are then spoken.
    func ask(_ text: String, _ out: ProviderOutput) {
        let id = nextID("ask")
        asked.insert(id)
        lastUserText = text
        out.send(Self.link, wire.think(text, id: id))
    }

    /// Has a text spoken as it is.
    func speak(_ text: String, _ out: ProviderOutput) {
        let id = nextID("say")
        spoken.insert(id)
        answers.nextMayCome()
        answers.say(text, out)
        timeAnswer(out)
        out.send(Self.link, wire.speak(text, id: id))
    }

    /// The server goes on; it only learns that it shall listen. An answer that was delivered may still be playing.
    private func interrupt(_ out: ProviderOutput) {
        guard answers.phase == .running || answers.isUnheard else { return }
        cutUtterance = utterance
        spoken.removeAll()
        answers.cut(out)
        out.send(Self.link, wire.bargeIn(id: nextID("barge-in")))
    }
}
