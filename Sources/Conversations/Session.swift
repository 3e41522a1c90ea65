import AudioKit
import Core
import ProviderKit
import Tools

/// One conversation: a leg, a provider (two while switching), the machine that decides, and the audio chains.
///
/// ```
/// leg.legReceived ─▶ UplinkChain (mute, level, VAD) ─▶ UplinkBuffer ─▶ resample ─▶ ProviderSlot.audio ─▶ link
///                              └─ speech ─▶ SessionMachine ─ actions ─▶ (this)
/// link ─▶ ProviderSlot ─ agentAudio ─▶ DownlinkChain (resample, playout) ─▶ leg.legRender
/// taps (recorder, listener): user after the uplink chain, agent as played
/// ```
@EngineActor
public final class Session {
    public let id: SessionID
    public let meters = SessionMeters()
    /// What the session began with.
    public let started: SessionStart

    let leg: any Leg
    let environment: SessionEnvironment
    let log: SessionLog
    var machine: SessionMachine
    let uplink: UplinkChain
    let downlink: DownlinkChain
    var clock: AudioClock
    var placement: UserPlacement
    var alignment: AudioAlignment
    /// The wait for each answer as the recording shows it.
    var heardLatency: HeardLatency
    var taps: [any SessionTap] = []
    var recorder: (any SessionTap)?

    var slots: [SlotID: ProviderSlot] = [:]
    var active: ProviderSlot?
    /// Actions towards providers that wait until the slot that is being called is done.
    var deferred: [SessionAction] = []
    var isDeferring = false
    private var inbox: [SessionInput] = []
    private var isHandling = false

    var timers: [SessionTimer: any EngineTimer] = [:]
    lazy var runner = makeRunner()
    let tools: CallTools
    var digitTones: DigitTones
    /// What the agent noted about the call.
    var notes: [String] = []
    /// How the call ended; told when the tools after it are done.
    var lastEvent: SessionEnd?
    var isConcluding = false
    let loop: any EngineLoop
    var health = Health()
    var lastHealth: MonotonicTime
    var lastProgress: MonotonicTime
    var isOver = false
    var tracingOn = false
    var isSpeakerMuted = false
    /// The caller does not hear the agent.
    var isAgentMuted = false
    /// Set while the operator has the call.
    var operatorVoice: OperatorVoice?
    var operatorSeat: OperatorSeat?
    /// How like the microphone is to the speaker, for explaining interruptions.
    var likeness: EchoLikeness
    var pendingYield: PendingYield?
    var hasSpectrum = false
    /// A measurement of the background that runs.
    var calibration: (measure: NoiseCalibration, done: @EngineActor (NoiseCalibration.Outcome, Float?) -> Void)?
    /// What was told last of the formats.
    var toldFormat = ""
    private var isRecordingTroubleTold = false
    /// Called once when all is over.
    var onEnd: (@EngineActor (Session) -> Void)?

    init(
        id: SessionID, leg: any Leg, provider: String, settings: SessionSettings, environment: SessionEnvironment,
        hub: EventHub
    ) {
        self.id = id
        self.leg = leg
        self.environment = environment
        loop = environment.loop
        log = SessionLog(session: id, hub: hub)
        machine = SessionMachine(settings: settings, provider: provider, tools: environment.tools.definitions)
        machine.redaction = environment.redaction
        machine.jitter = ReconnectJitter(seed: environment.reconnectSeed?())
        let rate = leg.info.sampleRate
        uplink = UplinkChain(rate: rate, settings: settings)
        downlink = DownlinkChain(rate: rate)
        clock = AudioClock(rate: rate, start: environment.loop.now)
        placement = UserPlacement(rate: rate)
        alignment = AudioAlignment(callerRate: rate)
        heardLatency = HeardLatency(rate: rate)
        likeness = EchoLikeness(sampleRate: rate)
        lastHealth = environment.loop.now
        lastProgress = environment.loop.now
        started = SessionStart(
            leg: leg.info.kind, provider: provider, agent: settings.agent, sampleRate: rate, caller: leg.info.caller,
            peer: leg.info.peer, callID: leg.info.callID, instructions: settings.instructions)
        tools = CallTools(environment: environment, settings: settings, started: started, id: id)
        digitTones = DigitTones(rate: rate)
    }

    /// Begins: the log, the recording when wanted, the provider, and the leg's audio.
    func start(recording: Bool) {
        leg.delegate = self
        emit(.sessionStarted(started))
        let mode = uplink.gate.mode
        if mode != .openMic, leg.info.kind == .device {
            emit(.operatorAction(OperatorAction("talk mode \(mode.rawValue)", kind: .talkMode, text: mode.rawValue)))
        } else {
            uplink.gate.change(to: .openMic)
        }
        publishTalk(loop.now)
        if recording { setRecording(true) }
        begin()
        leg.start()
    }

    /// Name of the provider that serves now.
    public var provider: String { machine.active.provider }

    /// What the conversation is doing.
    public var state: ConversationState { machine.state }

    func emit(_ event: Event) {
        // The end stands behind the last sample of either channel.
        var position = clock.agent
        if case .sessionEnded = event { position = max(clock.agent, placement.next) }
        log.append(event, audio: position, now: loop.now)
    }

    /// What the recorder says of itself: its failure is trouble that stands until it records again.
    private func recorderSays(_ event: Event) {
        emit(event)
        guard case .recording(let change) = event else { return }
        switch change.state {
        case .failed:
            isRecordingTroubleTold = true
            emit(
                .trouble(
                    Trouble(
                        code: "recording.failed", severity: .error,
                        text: "not recording: \(change.reason ?? "unknown cause")")))
        case .on, .off:
            if isRecordingTroubleTold { emit(.troubleCleared(TroubleCleared(code: "recording.failed"))) }
            isRecordingTroubleTold = false
        }
    }

    /// Gives the machine one input and performs what it decides. What performing brings up is taken next, in order.
    func input(_ input: SessionInput) {
        inbox.append(input)
        guard !isHandling else { return }
        isHandling = true
        while !inbox.isEmpty {
            let next = inbox.removeFirst()
            for action in machine.handle(next, now: loop.now, facts: self) { perform(action) }
        }
        isHandling = false
    }

    // MARK: Taps

    func add(_ tap: any SessionTap) {
        taps.append(tap)
        log.add(tap)
    }

    func remove(_ tap: any SessionTap) {
        taps.removeAll { $0 === tap }
        log.remove(tap)
    }

    /// Turns recording on or off.
    func setRecording(_ on: Bool) {
        if on, recorder == nil {
            guard let factory = environment.recording else {
                return emit(.recording(RecordingChange(.failed, reason: "no sessions folder to record to")))
            }
            let tap = factory.makeTap(session: id, start: started, wall: .now()) { [weak self] in self?.recorderSays($0)
            }
            recorder = tap
            add(tap)
        } else if !on, let tap = recorder {
            emit(.recording(RecordingChange(.off, reason: "turned off")))
            recorder = nil
            remove(tap)
            tap.tapEnded()
        }
    }

    // MARK: The end

    func end() {
        guard !isOver else { return }
        isOver = true
        for timer in timers.values { timer.cancel() }
        timers = [:]
        endOperatorVoice()
        runner.stop()
        tools.stop()
        for slot in slots.values { slot.drop() }
        slots = [:]
        active = nil
        for tap in taps { tap.tapEnded() }
        taps = []
        recorder = nil
        onEnd?(self)
    }
}
