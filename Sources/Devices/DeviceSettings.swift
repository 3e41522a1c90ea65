/// How the sound devices are to be used.
public struct DeviceSettings: Sendable, Equatable {
    /// Whether the agent's voice is taken out of the microphone.
    public enum Echo: String, Sendable, CaseIterable {
        /// When both a microphone and a speaker are open.
        case auto
        /// Like auto; that it cannot be done is trouble.
        case on
        case off
    }

    /// Microphone: name or some letters of it; nil is the default, "none" is no device.
    public var capture: String?
    /// Speaker: as `capture`.
    public var playback: String?
    /// Rate, period and buffer asked for.
    public var request: PCMRequest
    /// Agent audio rendered ahead of the device while it is audible, ms, 10 … 200.
    public var leadMs: Int
    /// Echo cancellation.
    public var echo: Echo

    /// Settings; the defaults are good for talk.
    public init(
        capture: String? = nil, playback: String? = nil, request: PCMRequest = PCMRequest(), leadMs: Int = 30,
        echo: Echo = .auto
    ) {
        self.capture = capture
        self.playback = playback
        self.request = request
        self.leadMs = min(max(leadMs, 10), 200)
        self.echo = echo
    }
}
