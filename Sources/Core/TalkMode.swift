/// How the microphone of the console's own conversation is used. Mute is independent of it and stands above it.
public enum TalkMode: String, Sendable, Codable, CaseIterable, Hashable {
    /// Always open; the detector finds the turns.
    case openMic = "open-mic"
    /// Open while the operator says so: a key, a button, a command.
    case pushToTalk = "ptt"
    /// Closed while the agent speaks and half a second longer, for speakers without echo cancellation.
    case halfDuplex = "half-duplex"
    /// Typed turns: microphone and speaker are off.
    case text
}
