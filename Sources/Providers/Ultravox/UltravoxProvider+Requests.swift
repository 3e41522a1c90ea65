import AudioKit
import Core
import ProviderKit

/// What the session asks, and the user's audio.
extension UltravoxProvider {
    /// A request while the call runs.
    func ask(_ request: ProviderRequest, _ out: ProviderOutput) {
        switch request {
        case .userText(let text): sendText(text, out)
        case .toolResult(let id, let output, let isError):
            guard calls.remove(id) != nil else { return }
            if speech == .idle { answersText = true }
            out.send(
                Self.link,
                UltravoxMessage.toolResult(
                    id: id, output: output, isError: isError, reaction: options.agentReaction))
        case .interrupt(_, _, let cancelled): if !cancelled { cut(out) }
        case .speak(let text):
            sendText(
                UltravoxMessage.instruction(
                    "Say exactly the following text to the user, word for word, and nothing else: \(text)"), out)
        case .respond(let words): sendText(UltravoxMessage.instruction(words ?? "Answer the user now."), out)
        case .updateInstructions(let text):
            let words = "Your instructions have changed. From now on: \(text)"
            out.send(Self.link, UltravoxMessage.text(UltravoxMessage.instruction(words), urgency: "later"))
        case .playedOut(let item): if sounding == item { sounding = nil }
        case .userTurnStarted, .userTurnEnded, .close: break
        }
    }

    /// A typed turn; the vendor stops what it is saying.
    func sendText(_ text: String, _ out: ProviderOutput) {
        answersText = true
        if speech != .idle { expectsClear = true }
        out.send(Self.link, UltravoxMessage.text(text, urgency: "immediate"))
    }

    /// There is no message that cancels: what still comes of this answer is dropped.
    private func cut(_ out: ProviderOutput) {
        sounding = nil
        guard speech == .active else { return }
        finish(.cancelled, out)
        speech = .cut
    }

    /// Samples as they are, in one binary message (wire reference 5.2); the hot path.
    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, pcm.count > 0 else { return }
        let largest = options.inputRate / 2
        var at = 0
        while at < pcm.count {
            let end = min(pcm.count, at + largest)
            let start = out.bytes.count
            pcm.extracting(at..<end).withUnsafeBytes { out.bytes.append(contentsOf: $0) }
            out.add(.send(Self.link, .binary, range: start..<out.bytes.count))
            out.trace(
                WireMessage(source: "", direction: .sent, type: "audio", bytes: out.bytes.count - start))
            at = end
        }
    }
}
