/// The user's end of a session: a phone call or the devices of this machine. Engine thread.
///
/// A leg calls `LegDelegate.legReceived` for audio as it comes, and pulls what to play by `legRender` on its own clock.
@EngineActor
public protocol Leg: AnyObject {
    /// What it is, for events and screen.
    var info: LegInfo { get }

    /// Who is called; held weakly. Set before `start`.
    var delegate: (any LegDelegate)? { get set }

    /// Begins to move audio: the first `legRender` comes at once.
    func start()

    /// Agent audio was put into an empty playout: the leg may pull its next frame now instead of at its deadline.
    func playoutReady()

    /// Drops what was rendered and not yet heard (barge-in). Returns how many samples of the leg's rate were dropped unheard.
    @discardableResult
    func discardUnheard() -> Int

    /// Samples (of the leg's rate) rendered that the listener has not heard yet, as measured.
    var unheardSamples: Int { get }

    /// Ends the leg in order. `legEnded` follows.
    func hangUp(_ reason: String)

    /// Adds the leg's own counters (xruns, late frames, delay) to a report.
    func report(into health: inout Health)
}

/// What a leg is.
public struct LegInfo: Sendable, Equatable {
    /// How the audio comes in.
    public var kind: LegKind
    /// Samples per second of both directions; the session's audio clock.
    public var sampleRate: Int
    /// Address or device name, from outside.
    public var peer: String
    /// Caller's name or number.
    public var caller: String?
    /// The call's UUID on the wire.
    public var callID: String?
    /// Format as declared, for the screen.
    public var format: String

    public init(
        kind: LegKind, sampleRate: Int, peer: String, caller: String? = nil, callID: String? = nil, format: String
    ) {
        self.kind = kind
        self.sampleRate = sampleRate
        self.peer = peer
        self.caller = caller
        self.callID = callID
        self.format = format
    }
}

/// What a leg tells its session. Engine thread; never from inside a call into the leg, except `legRender`, which
/// `playoutReady` may call before it returns.
@EngineActor
public protocol LegDelegate: AnyObject {
    /// Audio from the user, any number of samples at the leg's rate.
    func legReceived(_ pcm: Span<Int16>)
    /// Fills the next frame to play; always filled whole (silence where there is nothing).
    func legRender(_ pcm: inout MutableSpan<Int16>)
    /// A DTMF digit.
    func legDigit(_ digit: Character)
    /// Trouble of the leg that stands (nil cause clears it), for example no microphone.
    func legTrouble(_ trouble: Trouble?, code: String)
    /// Something was found out about the format ("labelled slin but is u-law").
    func legFormat(_ finding: String, sampleRate: Int)
    /// The leg is over: once.
    func legEnded(_ end: SessionEnd)
}

/// Watches the audio and the log of a session: the recorder, a listener at the speaker. Engine thread; must copy and
/// return at once.
@EngineActor
public protocol SessionTap: AnyObject {
    /// User audio at `position` on the session's audio clock (samples). Positions of one channel only grow.
    func tapUser(_ pcm: Span<Int16>, at position: Int64)
    /// Agent audio as played, at `position`.
    func tapAgent(_ pcm: Span<Int16>, at position: Int64)
    /// An event of the session.
    func tapEvent(_ record: EventRecord)
    /// The session is over; flush and close.
    func tapEnded()
}

/// Makes taps for sessions that are to be recorded. Implemented by Recording.
@EngineActor
public protocol SessionTapFactory: AnyObject {
    /// A tap for a session. `report` brings the recorder's own state changes back to the session (engine thread).
    func makeTap(
        session: SessionID, start: SessionStart, wall: WallTime,
        report: @escaping @EngineActor @Sendable (Event) -> Void
    ) -> any SessionTap
}
