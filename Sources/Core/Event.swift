/// Everything that happens in a session, in one closed enum. The engine only appends events; screen, recorder, metrics,
/// replay and API derive all they show from them. Audio never travels here.
///
/// The JSON form is `{"type": "<case name>", …payload fields}`; a new case makes the compiler list the work.
public enum Event: Sendable, Equatable {
    /// A session began.
    case sessionStarted(SessionStart)
    /// A session is over; nothing of it follows.
    case sessionEnded(SessionEnd)
    /// The conversation's state changed.
    case stateChanged(StateChange)
    /// A provider's state changed (of the active one or of one being prepared).
    case providerChanged(ProviderChange)
    /// The user began to speak.
    case userSpeechStarted(SpeechMark)
    /// The user stopped speaking.
    case userSpeechStopped(SpeechMark)
    /// What the user said, so far (replaces earlier text of the item) or finally.
    case userTranscript(UserTranscript)
    /// More text of what the agent says (generated, not yet heard).
    case agentText(AgentText)
    /// The first sample of an agent item reached the listener.
    case agentSpeechStarted(AgentSpeech)
    /// How much of an agent item has been heard; sent about five times a second while it plays.
    case agentSpeechProgress(AgentSpeech)
    /// An agent item stopped: played out, or cut.
    case agentSpeechStopped(AgentSpeech)
    /// The agent was interrupted.
    case bargeIn(BargeIn)
    /// The interrupted agent is not heard any more: what the interruption took.
    case agentYielded(AgentYield)
    /// Somebody spoke while the agent did, and the agent went on: why.
    case speechIgnored(SpeechIgnored)
    /// A turn began.
    case turnStarted(TurnStart)
    /// A turn is over, with its latency parts.
    case turnEnded(TurnReport)
    /// A tool was called.
    case toolCallStarted(ToolCallStart)
    /// A tool call ended: once for each that started.
    case toolCallEnded(ToolCallEnd)
    /// The provider is being switched, was switched, or could not be.
    case providerSwitch(ProviderSwitch)
    /// Text typed by the operator and sent to the agent.
    case textSubmitted(TextSubmitted)
    /// A DTMF digit from the caller.
    case dtmf(DTMF)
    /// Tokens, audio or money used.
    case usage(Usage)
    /// Trouble that stands until cleared.
    case trouble(Trouble)
    /// Trouble that is over.
    case troubleCleared(TroubleCleared)
    /// Recording began, stopped, or cannot go on.
    case recording(RecordingChange)
    /// Caller audio missing from the record, or agent audio never played, with the reason.
    case gap(AudioGap)
    /// Counters of a session, about once a second.
    case health(Health)
    /// The formats of the audio chain, assumed and measured.
    case audioFormat(AudioFormat)
    /// One wire message of a provider or transport, without its audio. Only when tracing is on.
    case wire(WireMessage)
    /// What an operator did: mute, listen, cut, hang up.
    case operatorAction(OperatorAction)
    /// A command that could not be carried out, with the reason.
    case commandRefused(CommandRefusal)
    /// A remark worth a line in the transcript.
    case note(Note)
    /// State of the listener, devices and other things beyond one session.
    case system(SystemReport)
}

extension Event {
    /// Whether it comes several times a second and only refreshes what a screen shows.
    public var isFrequent: Bool {
        switch self {
        case .agentSpeechProgress, .health, .wire: true
        case .userTranscript(let text): !text.isFinal
        case .agentText(let text): !text.isFinal
        default: false
        }
    }
}

/// An event with its place in the log.
public struct EventRecord: Sendable, Equatable {
    /// Number in its session's log, from 1, without holes.
    public var sequence: UInt64
    /// When, on the monotonic clock.
    public var time: MonotonicTime
    /// When, on the wall clock, for labels.
    public var wall: WallTime
    /// Position on the session's audio clock, in samples of `SessionStart.sampleRate`.
    public var audio: Int64
    /// The session, or nil for events of the process.
    public var session: SessionID?
    /// What happened.
    public var event: Event

    /// An event with its place in the log.
    public init(
        sequence: UInt64, time: MonotonicTime, wall: WallTime, audio: Int64, session: SessionID?, event: Event
    ) {
        self.sequence = sequence
        self.time = time
        self.wall = wall
        self.audio = audio
        self.session = session
        self.event = event
    }
}
