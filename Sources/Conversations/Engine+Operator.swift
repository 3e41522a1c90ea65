import Core

/// What an operator does in a live call: whisper, take over, give back, mute the agent, keys, notes.
extension Engine {
    /// The call that the operator has, and what was changed for it.
    struct TakenCall {
        var session: SessionID
        /// Listening began with it and ends with it.
        var beganListening: Bool
        /// Our own conversation, whose microphone was closed so that its agent does not hear what is said to the caller.
        var quieted: SessionID?
    }

    func performOperator(_ command: Command) {
        switch command {
        case .whisper(let id, let text): withLine(id, text, command) { $0.whisper($1) }
        case .note(let id, let text): withLine(id, text, command) { $0.note($1) }
        case .takeOver(let id): takeOver(id, command)
        case .giveBack(let id): with(id ?? taken?.session, command) { $0.giveBack() }
        case .setAgentMute(let id, let on): with(id, command) { $0.setAgentMute(on) }
        case .sendDigits(let id, let digits): with(id, command) { $0.send(digits: digits) }
        default: break
        }
    }

    /// Text of one line that is not empty.
    private func withLine(_ id: SessionID?, _ text: String, _ command: Command, _ body: (Session, String) -> Void) {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard line.contains(where: { !$0.isWhitespace }) else { return refuse(Self.name(command), "the text is empty") }
        with(id, command) { body($0, line) }
    }

    private func takeOver(_ id: SessionID?, _ command: Command) {
        if let taken, taken.session != id {
            return refuse("takeOver", "you speak to call \(taken.session) already: give it back first")
        }
        guard let microphone else {
            return refuse(
                "takeOver", "this process has no microphone (serve runs without devices): run sidetone talk")
        }
        if let obstacle = microphone.obstacle { return refuse("takeOver", "there is no microphone: \(obstacle)") }
        with(id, command) { session in
            guard session.id != console else {
                return refuse("takeOver", "this is our own conversation: there is no caller to speak to")
            }
            let id = session.id
            session.takeOver(microphone) { [weak self] on in
                if on { self?.began(id) } else { self?.ended(taken: id) }
            }
        }
    }

    /// A caller must not be left in silence: the agent goes on.
    func microphoneFailed(_ reason: String) {
        guard let taken, let session = sessions[taken.session] else { return }
        refuse("takeOver", "there is no microphone: \(reason)")
        session.giveBack()
    }

    /// The operator speaks: hears the caller too, and our own agent hears nothing of it.
    private func began(_ id: SessionID) {
        let begins = monitor != nil && listening?.session != id
        if begins { listen(id) }
        listening?.tap.skipsAgent = true
        var call = TakenCall(session: id, beganListening: begins)
        if let own = console.flatMap({ sessions[$0] }), !own.uplink.isMuted {
            own.setMute(true)
            call.quieted = own.id
        }
        taken = call
    }

    private func ended(taken id: SessionID) {
        guard let call = taken, call.session == id else { return }
        taken = nil
        listening?.tap.skipsAgent = false
        if call.beganListening, listening?.session == id { stopListening() }
        if let own = call.quieted.flatMap({ sessions[$0] }) { own.setMute(false) }
    }
}
