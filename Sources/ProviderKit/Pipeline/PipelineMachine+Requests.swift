import Core

/// What the session wants of a pipeline.
extension PipelineMachine {
    mutating func asked(_ request: ProviderRequest) {
        if request == .close { return close() }
        guard phase == .ready else { return }
        switch request {
        case .userText(let text): typed(text)
        case .toolResult(let id, let output, let isError): toolResult(id, output, isError)
        case .interrupt(let item, let heardMs, _): interrupt(item, heardMs: heardMs)
        case .userTurnStarted: if endpointing != .recognizer { userBegan(byRecognizer: false) }
        case .userTurnEnded: if endpointing != .recognizer { userEnded() }
        case .speak(let text): if text.contains(where: { !$0.isWhitespace }) { speak(text) }
        case .respond(let instructions): respond(instructions)
        case .updateInstructions(let text): context.instructions = text
        case .playedOut(let item): playedOut(item)
        case .close: break
        }
    }

    /// Said now, or behind the answer that is being said.
    private mutating func speak(_ text: String) {
        if answer?.item == nil { sayGiven(text) } else { sayNext.append(text) }
    }

    private mutating func typed(_ text: String) {
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        dropPrepared()
        mark = now
        dropUnheardAnswer()
        userSaid(text)
    }

    private mutating func respond(_ instructions: String?) {
        let fallback = history.needsAnswer ? nil : "Go on with the conversation."
        respondNext = instructions ?? fallback
        guard respondNext == nil else { return respondWhenFree() }
        guard answer == nil, history.openCalls.isEmpty else { return }
        mark = now
        generate()
    }

    /// The model goes on when all results of its response are there and the user does not speak.
    private mutating func toolResult(_ id: String, _ output: String, _ isError: Bool) {
        guard history.setResult(id, output, isError: isError) else { return }
        guard history.openCalls.isEmpty, answer == nil, !hearing.isSpeaking, !hearing.isAwaitingFinal else { return }
        mark = now
        generate()
    }
}
