import AudioKit
import Core
import ProviderKit
import Tools

/// What an operator does in a live session.
extension Session {
    /// Longest whisper or note, in characters; the rest is cut off.
    static let mostText = 2000
    /// Most DTMF keys at once.
    static let mostDigits = 64

    /// Gives the agent an instruction that only it gets.
    func whisper(_ text: String) { input(.whisper(String(text.prefix(Self.mostText)))) }

    /// Writes a remark into the log; tools after the call see it among the notes.
    func note(_ text: String) {
        let text = environment.redaction.apply(String(text.prefix(Self.mostText)))
        notes.append(text)
        emit(.operatorAction(OperatorAction("note: \(text)", kind: .note, text: text)))
    }

    /// Plays keys as tones to the far end. Refused where nobody could understand them.
    func send(digits: String) {
        let known = digits.allSatisfy { "0123456789ABCD*#,".contains($0) }
        guard leg.info.kind == .audioSocket else { return refuse("sendDigits", "this is not a phone call") }
        guard known, !digits.isEmpty, digits.count <= Self.mostDigits else {
            return refuse("sendDigits", "give 1 to \(Self.mostDigits) keys of 0-9 A-D * # and comma for a pause")
        }
        digitTones.press(digits)
        emit(.operatorAction(OperatorAction("sent dtmf \(digits)", kind: .digits, text: digits)))
        leg.playoutReady()
    }

    /// Silences or opens the agent for the caller; the conversation goes on, and the record shows the silence.
    func setAgentMute(_ on: Bool) {
        guard isAgentMuted != on else { return }
        isAgentMuted = on
        emit(
            .operatorAction(
                OperatorAction(
                    on ? "agent muted: the caller does not hear it" : "agent audible again",
                    kind: on ? .agentMuted : .agentUnmuted)))
    }

    private func refuse(_ command: String, _ reason: String) {
        emit(.commandRefused(CommandRefusal(command: command, reason: reason)))
    }

    // MARK: Taking over

    /// Whether the operator has the call.
    var isTakenOver: Bool { machine.isTakenOver }

    /// Puts `microphone` through to the caller. `changed` tells when that begins and ends, also with the session.
    func takeOver(_ microphone: any OperatorMicrophone, changed: @escaping @EngineActor (Bool) -> Void) {
        guard !isTakenOver else { return input(.takeOver) }
        operatorSeat = OperatorSeat(microphone: microphone, changed: changed)
        input(.takeOver)
        if !isTakenOver { operatorSeat = nil }
    }

    /// Gives the call back to the agent.
    func giveBack() { input(.giveBack(operatorSpoke: operatorVoice?.spokenFor ?? .zero)) }

    /// Carries out `SessionAction.operatorVoice`.
    func setOperatorVoice(_ on: Bool) {
        uplink.isWithheld = on
        guard on, let seat = operatorSeat else { return endOperatorVoice() }
        let voice = OperatorVoice(rate: clock.rate)
        operatorVoice = voice
        seat.microphone.open(rate: clock.rate) { voice.feed($0) }
        seat.changed(true)
    }

    /// Closes the operator's microphone, when it is open.
    func endOperatorVoice() {
        guard let seat = operatorSeat else { return }
        operatorSeat = nil
        operatorVoice = nil
        seat.microphone.close()
        seat.changed(false)
    }

    /// The microphone that is lent to a session, and who wants to know.
    struct OperatorSeat {
        let microphone: any OperatorMicrophone
        let changed: @EngineActor (Bool) -> Void
    }
}
