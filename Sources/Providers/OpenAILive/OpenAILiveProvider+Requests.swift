import Core
import ProviderKit

/// What the session asks.
extension OpenAILiveProvider {
    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return close(out) }
        guard phase == .ready else { return }
        switch request {
        case .userText(let text):
            out.send(Self.link, OpenAILiveMessage.userText(text))
            wantsResponse = true
            continueWork(out)
        case .toolResult(let callID, let output, let isError): toolResult(callID, output, isError: isError, out)
        case .interrupt: cut(out)
        case .speak(let text): append("commentary", "Say this now, word for word: \(text)", out)
        case .respond(let instructions):
            append("commentary", instructions ?? "Answer what the user said last.", out)
        case .updateInstructions(let text):
            append("instructions", "From now on, and instead of what was said before where it differs: \(text)", out)
        case .userTurnStarted, .userTurnEnded, .playedOut, .close: break
        }
    }

    private func append(_ kind: String, _ text: String, _ out: ProviderOutput) {
        for message in OpenAILiveMessage.append(kind, text) { out.send(Self.link, message) }
    }

    /// There is no message for a cut: what the agent still says is dropped until it pauses.
    private func cut(_ out: ProviderOutput) {
        guard agent.isOpen, !isCut else { return }
        isCut = true
        out.event(.responseEnded(id: agent.item, status: .cancelled))
    }
}
