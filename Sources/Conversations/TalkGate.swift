import Core

/// Whether what the microphone hears goes to the agent, by the talk mode; mute stands above it. Pure: time is an
/// argument.
struct TalkGate: Equatable {
    /// Sent from before the talk key was pressed, so that no first syllable is lost.
    static let prerollMs = 200
    /// Sent after the talk key was let go.
    static let tail = Duration.milliseconds(300)
    /// Half duplex: closed this long after the last of the agent was heard.
    static let echoTail = Duration.milliseconds(500)

    private(set) var mode: TalkMode
    private var isPressed = false
    /// Push-to-talk: when the tail is over.
    private var closes: MonotonicTime?
    /// Half duplex: until when the agent may be in the room.
    private var quiet: MonotonicTime?

    init(_ mode: TalkMode = .openMic) { self.mode = mode }

    /// Another mode; a key that is held counts no more.
    mutating func change(to mode: TalkMode) { self = TalkGate(mode) }

    /// The talk key goes down or up. False when that means nothing in this mode.
    mutating func press(_ on: Bool, now: MonotonicTime) -> Bool {
        guard mode == .pushToTalk else { return false }
        closes = isPressed && !on ? now + Self.tail : nil
        isPressed = on
        return true
    }

    /// The agent sounds now and will be heard for `unheard` more.
    mutating func agentSounds(unheard: Duration, now: MonotonicTime) { quiet = now + unheard + Self.echoTail }

    /// Whether a frame that came now passes.
    func isOpen(now: MonotonicTime) -> Bool {
        switch mode {
        case .openMic: true
        case .text: false
        case .pushToTalk: isPressed || closes.map { now < $0 } ?? false
        case .halfDuplex: quiet.map { now >= $0 } ?? true
        }
    }
}
