/// Everything that a person, a key, the API or a script may ask of the engine. JSON form: `{"sendText":{"text":"hello"}}`.
/// A command without a session means the console's own conversation.
public enum Command: Sendable, Equatable, Codable {
    /// Starts a new conversation at the devices (or by text when there are none); ends the one that is there.
    case startConversation(agent: String?, provider: String?)
    /// Sends a typed turn.
    case sendText(session: SessionID?, text: String)
    /// Closes or opens the microphone: the agent then hears silence.
    case setMute(session: SessionID?, on: Bool)
    /// Silences or opens the agent's audio at the speaker; the conversation goes on.
    case setSpeakerMute(on: Bool)
    /// Changes how the microphone of our own conversation is used. Mute is independent of it.
    case setTalkMode(session: SessionID?, mode: TalkMode)
    /// Push-to-talk: opens or closes the microphone; 200 ms before it opened and 300 ms after it closed are sent too.
    case pushToTalk(session: SessionID?, on: Bool)
    /// Cuts the agent as a barge-in would.
    case cutAgent(session: SessionID?)
    /// Switches the provider, carrying the conversation over.
    case switchProvider(session: SessionID?, provider: String)
    /// Goes back to the provider before the last switch.
    case undoSwitch(session: SessionID?)
    /// Turns recording of a session on or off.
    case setRecording(session: SessionID?, on: Bool)
    /// Ends a session; `now` skips the farewell.
    case hangUp(session: SessionID?, now: Bool)
    /// Plays a live call at the speaker; nil stops listening.
    case listen(session: SessionID?)
    /// Chooses devices by a part of their names; nil leaves as it is.
    case selectDevices(capture: String?, playback: String?)
    /// Reads the list of devices; it comes in the system's report.
    case listDevices
    /// Begins a test of the devices; how it goes comes in the system's report.
    case testDevices(kind: DeviceTestReport.Kind)
    /// Ends the test that runs.
    case cancelDeviceTest
    /// Sets the gain behind the microphone, -20...30 dB.
    case setMicrophoneGain(decibels: Double)
    /// Turns echo cancellation at the devices on or off.
    case setEchoCancellation(on: Bool)
    /// Turns wire tracing on or off.
    case setTracing(session: SessionID?, on: Bool)
    /// Gives the agent an instruction that only it gets; the caller never hears it. Holds for the rest of the conversation.
    case whisper(session: SessionID?, text: String)
    /// Puts the operator's microphone through to the caller; the agent is silent and not asked.
    case takeOver(session: SessionID?)
    /// Gives a call that was taken over back to the agent, which is told how long that was.
    case giveBack(session: SessionID?)
    /// Silences or opens the agent's audio for the caller; the conversation goes on.
    case setAgentMute(session: SessionID?, on: Bool)
    /// Plays DTMF keys to the caller's side as tones: `0-9 A-D * #`, a comma is a pause of half a second; at most 64.
    case sendDigits(session: SessionID?, digits: String)
    /// Writes a remark of the operator into the session's log.
    case note(session: SessionID?, text: String)
    /// Sets the budget of a part of the latency for all sessions (`LatencyBudgets.names`); nil milliseconds take it away.
    case setBudget(name: String, ms: Double?)
    /// Ends all sessions in order, then the program.
    case shutdown
}

extension Command {
    /// The case's name, as in its JSON form and in `commandRefused`.
    public var name: String { String("\(self)".prefix { $0 != "(" }) }
}
