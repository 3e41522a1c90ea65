import Core
import Terminal

extension ConsoleModel {
    /// What the operator does in a live call. Without words behind the command the prompt asks for them.
    mutating func runOperator(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        if id == .giveBack { return takenCall.map { [.send(.giveBack(session: $0.id))] } ?? [] }
        guard let target = hangUpTarget else { return [] }
        switch id {
        case .takeOver:
            say("your microphone goes to \(target.callerName) now; a gives the call back")
            return [.send(.takeOver(session: target.id))]
        case .whisper: return ask(.whisper, target, argument)
        case .digits: return ask(.digits, target, argument)
        case .note:
            if view == .calls, !calls.marked.isEmpty { return noteMarked(argument) }
            return ask(.note, target, argument)
        default: return []
        }
    }

    private mutating func ask(
        _ kind: OperatorPrompt.Kind, _ target: SessionModel, _ argument: String
    ) -> [ConsoleEffect] {
        let prompt = OperatorPrompt(
            kind: kind, session: target.id, whom: target.isCall ? target.callerName : "the speaker")
        guard argument.isEmpty else { return [.send(prompt.command(argument))] }
        beginTyping(.ask(prompt))
        return []
    }

    /// Sends what was typed into the prompt.
    mutating func submit(_ prompt: OperatorPrompt) -> [ConsoleEffect] {
        let text = askField.submit()
        input = .normal
        guard !text.allSatisfy({ $0 == " " }) else { return [] }
        if case .stored(let name, let at) = prompt.kind { return [.ask(.note(name, text: text, at: at))] }
        guard !prompt.others.isEmpty else { return [.send(prompt.command(text))] }
        calls.unmarkAll()
        return ([prompt.session] + prompt.others).map { id in
            var one = prompt
            one.session = id
            return .send(one.command(text))
        }
    }
}
