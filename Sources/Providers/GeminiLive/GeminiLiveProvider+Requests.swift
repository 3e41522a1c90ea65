import AudioKit
import Core
import ProviderKit

/// What the session asks.
extension GeminiLiveProvider {
    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return close(out) }
        guard phase == .ready else { return }
        switch request {
        case .userText(let text): sendText(text, out)
        case .toolResult(let callID, let output, let isError): toolResult(callID, output, isError: isError, out)
        case .interrupt(_, _, let cancelled): if !cancelled { cut(out) }
        case .userTurnStarted: turnStarted(out)
        case .userTurnEnded: turnEnded(out)
        case .speak(let text): say(text, out)
        case .respond(let instructions):
            if let instructions { sendText("[\(instructions)]", out) } else { askForAnswer(out) }
        case .updateInstructions(let text): update(text, out)
        case .playedOut(let item): if sounding == item { sounding = nil }
        case .close: break
        }
    }

    /// A typed turn; the vendor stops what it is saying.
    func sendText(_ text: String, _ out: ProviderOutput) {
        prepareAnswer()
        out.send(
            Self.link,
            options.isThird
                ? GeminiLiveMessage.text(text)
                : GeminiLiveMessage.content([GeminiLiveMessage.turn("user", text)], complete: true))
    }

    /// An answer to the conversation as it stands: the third generation needs words to begin (wire reference 2.8 no. 4).
    func askForAnswer(_ out: ProviderOutput) {
        prepareAnswer()
        out.send(
            Self.link, options.isThird ? GeminiLiveMessage.text(" ") : GeminiLiveMessage.content([], complete: true))
    }

    /// The vendor has no request for speaking a text: the model is told to.
    func say(_ text: String, _ out: ProviderOutput) {
        sendText("[Say exactly the following text to the user, word for word, and nothing else: \"\(text)\"]", out)
    }

    private func prepareAnswer() {
        answersText = true
        if turns.phase != .idle { expectsInterrupted = true }
    }

    private func toolResult(_ callID: String, _ output: String, isError: Bool, _ out: ProviderOutput) {
        guard let call = calls.removeValue(forKey: callID) else { return }
        // What comes now is the answer to this, even when the words before it were generated to their end.
        if turns.phase == .generated { turns.phase = .idle }
        if turns.phase == .idle { answersText = true }
        out.send(
            Self.link,
            GeminiLiveMessage.toolResult(
                id: call.vendorID, name: call.name, output: output, isError: isError,
                scheduling: options.dialect.isVertex ? nil : options.toolScheduling))
    }

    /// There is no request that cancels: what still comes is dropped (wire reference 2.7).
    private func cut(_ out: ProviderOutput) {
        sounding = nil
        guard turns.phase == .active || turns.phase == .generated else { return }
        if turns.phase == .active { out.event(.responseEnded(id: turns.response, status: .cancelled)) }
        turns.phase = .cut
        lastDropped = out.now
    }

    /// `contextUpdate` where the model has it; else a remark in the conversation, or a system turn on Vertex (wire reference 2.8 no. 11).
    private func update(_ text: String, _ out: ProviderOutput) {
        guard options.updatesInstructions else { return }
        if options.takesContextUpdate { return out.send(Self.link, GeminiLiveMessage.instructions(text)) }
        let turn =
            options.dialect.isVertex
            ? GeminiLiveMessage.turn("system", text)
            : GeminiLiveMessage.turn("user", "[Your instructions have changed. From now on: \(text)]")
        if turns.phase != .idle { expectsInterrupted = true }
        out.send(Self.link, GeminiLiveMessage.content([turn], complete: false))
    }

    // MARK: Turns without the vendor's detector

    /// Audio before `activityStart` is discarded by the vendor, so the last half second goes after it (wire reference 2.8 no. 3).
    private func turnStarted(_ out: ProviderOutput) {
        guard options.isManual, !isUserSpeaking else { return }
        isUserSpeaking = true
        turns.beginUser()
        if turns.phase != .idle { expectsInterrupted = true }
        out.send(Self.link, GeminiLiveMessage.activityStart)
        let onset = preRoll.take()
        if !onset.isEmpty { append(onset.span, out) }
    }

    private func turnEnded(_ out: ProviderOutput) {
        guard options.isManual, isUserSpeaking else { return }
        isUserSpeaking = false
        out.send(Self.link, GeminiLiveMessage.activityEnd)
    }
}
