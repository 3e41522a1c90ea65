import AudioKit
import Core
import ProviderKit

/// What the session asks.
extension HumeEVIProvider {
    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return close(out) }
        guard phase == .ready else { return }
        switch request {
        case .userText(let text): out.send(Self.link, HumeEVIMessage.user(text))
        case .toolResult(let id, let output, let isError):
            guard calls.remove(id) != nil else { return }
            out.send(Self.link, HumeEVIMessage.toolResult(id: id, output: output, isError: isError))
        case .interrupt(_, _, let cancelled): if !cancelled { cut(out) }
        case .speak(let text): out.send(Self.link, HumeEVIMessage.assistant(text))
        case .respond(let words):
            out.send(Self.link, HumeEVIMessage.user("[\(words ?? "Answer the user now.")]"))
        case .updateInstructions(let text): out.send(Self.link, HumeEVIMessage.prompt(text))
        case .playedOut(let item): if sounding == item { sounding = nil }
        case .userTurnStarted, .userTurnEnded, .close: break
        }
    }

    /// The vendor has no message that cancels one answer: what still comes of it is dropped.
    private func cut(_ out: ProviderOutput) {
        sounding = nil
        guard speech == .active else { return }
        dropItems()
        finish(.cancelled, out)
        speech = .cut
    }
}
