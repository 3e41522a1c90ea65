import Core
import ProviderKit

/// What the session asks.
extension DeepgramAgentProvider {
    /// How often a text that the vendor does not take at the moment is given again, a second apart.
    private static let mostInjectionTries = 5

    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return close(out) }
        guard phase == .ready else { return }
        switch request {
        case .userText(let text): inject(text, out)
        case .toolResult(let callID, let output, let isError): toolResult(callID, output, isError: isError, out)
        case .interrupt(_, _, let cancelled): interrupt(cancelledByProvider: cancelled, out)
        case .speak(let text): speak(text, out)
        case .respond(let instructions):
            let order = instructions ?? "Go on."
            inject("[An instruction from the system, not said by the user] \(order)", out)
        case .updateInstructions(let text): out.send(link, DeepgramAgentMessage.prompt(text))
        case .playedOut(let item): answers.playedOut(item)
        case .userTurnStarted, .userTurnEnded, .close: break
        }
    }

    /// Puts a user's text in; the vendor answers, and repeats the text as the user's.
    func inject(_ text: String, _ out: ProviderOutput) {
        if echoes.count >= 8 { echoes.removeFirst() }
        echoes.append(text)
        put(DeepgramAgentMessage.userMessage(text), out)
    }

    private func speak(_ text: String, _ out: ProviderOutput) {
        spoken = text
        put(DeepgramAgentMessage.agentMessage(text), out)
    }

    private func put(_ message: JSONValue, _ out: ProviderOutput) {
        injection = message
        injectionTries = 0
        out.add(.cancelTimer(Self.injectTimer))
        out.send(link, message)
    }

    /// `InjectionRefused`: somebody speaks. Tried again, and never lost in silence.
    func injectionRefused(_ message: JSONValue, _ out: ProviderOutput) {
        guard let waiting = injection else { return }
        injectionTries += 1
        guard injectionTries >= Self.mostInjectionTries else { return out.timer(Self.injectTimer, after: .seconds(1)) }
        injection = nil
        if let text = waiting["content"]?.string { echoes.removeAll { $0 == text } }
        let reason = message["message"]?.string ?? "no reason given"
        out.event(
            .failure(
                failures.make(
                    "vendor", "a text was not taken: \(reason)", fix: "type it again when nobody speaks", .goesOn)))
    }

    private func toolResult(_ callID: String, _ output: String, isError: Bool, _ out: ProviderOutput) {
        guard let index = calls.firstIndex(where: { $0.id == callID }) else { return }
        let call = calls.remove(at: index)
        let text = isError ? (["error": .string(output)] as JSONValue).text : output
        out.send(link, DeepgramAgentMessage.toolResult(id: call.id, name: call.name, content: text))
    }

    /// There is no message for it (wire reference 3.6 no. 1): what still comes of the answer is dropped here.
    private func interrupt(cancelledByProvider: Bool, _ out: ProviderOutput) {
        guard answers.phase == .running else { return }
        isCutHere = !cancelledByProvider
        answers.cut(out)
    }
}
