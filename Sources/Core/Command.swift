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
    /// Turns wire tracing on or off.
    case setTracing(session: SessionID?, on: Bool)
    /// Ends all sessions in order, then the program.
    case shutdown
}
