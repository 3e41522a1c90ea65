import AudioKit
import Core

/// One call of Asterisk's AudioSocket: the leg of a session.
///
/// Caller's frame: socket ─> `tcpReceived` ─(AudioSocketParser, AudioSocketCallMachine)─> CallerAudio ─> `legReceived`
/// Agent's frame: pacing tick or `playoutReady` ─> `legRender` ─(resampler, only after a late change of rate)─> socket
///
/// Silence flows from the UUID on, before any session exists: Asterisk ends a call in which nothing moves for two
/// seconds, and some releases never hear us unless we speak first. Engine thread.
@EngineActor
public final class AudioSocketLeg: Leg {
    public private(set) var info: LegInfo
    public weak var delegate: (any LegDelegate)?
    /// The call's name on the wire; nil until the peer has sent it.
    public private(set) var uuid: CallUUID?

    let connection: any TCPConnection
    private weak var owner: (any AudioSocketLegOwner)?
    private let pacing: AudioSocketPacing
    private var machine: AudioSocketCallMachine
    private var parser = AudioSocketParser()
    private var jitter = JitterMeter()
    private var pacer: Pacer
    private var place: Int?
    private var caller: CallerAudio?
    private var outputKind = AudioSocketKind.audio8k
    private var outputResampler: Resampler?
    private var isStarted = false
    private var framesIn = 0
    private var framesOut = 0
    private var isPeerStuck = false
    /// Whole frames dropped because the peer did not read.
    public private(set) var droppedFrames = 0

    /// Frames that may wait for a peer that does not read; later ones are dropped whole. Stale audio helps nobody, so
    /// this is short.
    static let queuedFrames = 10
    private static let stuckCode = "leg.stuck"

    init(
        connection: any TCPConnection, owner: any AudioSocketLegOwner, pacing: AudioSocketPacing,
        identityTimeout: Duration
    ) {
        self.connection = connection
        self.owner = owner
        self.pacing = pacing
        let now = pacing.now
        machine = AudioSocketCallMachine(acceptedAt: now, identityTimeout: identityTimeout)
        pacer = Pacer(start: now)
        info = LegInfo(
            kind: .audioSocket, sampleRate: 8000, peer: connection.remoteAddress.description, format: "slin 8000")
        connection.delegate = self
    }

    /// When the connection must have named its call; nil once it has.
    var identityDeadline: MonotonicTime? {
        guard case .awaitingIdentity(let until) = machine.state else { return nil }
        return until
    }

    /// Whether hang-up has begun or the connection is gone.
    var isOver: Bool {
        switch machine.state {
        case .draining, .ended: true
        case .awaitingIdentity, .awaitingAudio, .talking: false
        }
    }

    /// Acts on the identity deadline.
    func sweep(_ now: MonotonicTime) { perform(machine.tick(now)) }

    /// Turns the connection away: 0x00, FIN.
    func turnAway(_ why: AudioSocketRefusal) {
        _ = machine.hangUp(SessionEnd(by: .system, reason: why.cause))
        close()
        owner?.leg(self, refused: why)
    }

    // MARK: Leg

    /// From now on frames are rendered by the delegate; the first at the next pacing deadline, within 20 ms.
    public func start() { isStarted = true }

    public func playoutReady() {
        guard isStarted, let place else { return }
        if pacer.startEarly(pacing.now) { sendFrame(pacing.now) }
        pacing.schedule(place, at: pacer.next)
    }

    /// Nothing sent can be called back; the pacer's lead keeps it short. Always 0.
    public func discardUnheard() -> Int { 0 }

    public var unheardSamples: Int {
        let ahead = (pacer.playedOut - pacing.now).wholeNanoseconds
        return framesOut > 0 && ahead > 0 ? Int(ahead * Int64(info.sampleRate) / 1_000_000_000) : 0
    }

    public func hangUp(_ reason: String) { end(SessionEnd(by: .system, reason: reason)) }

    public func report(into health: inout Health) {
        health.framesIn = framesIn
        health.framesOut = framesOut
        health.lateFrames = pacer.late + pacer.skipped
        health.jitterMs = jitter.p95
        health.measuredInputRate = caller?.measuredRate
    }

    // MARK: Caller's side

    private func received(_ kind: AudioSocketKind, _ payload: Span<UInt8>) -> Bool {
        let now = pacing.now
        let action = machine.received(kind, payload, now)
        switch action {
        case .announce(let kind):
            announce(kind, assumed: false)
            takeAudio(kind, payload, now)
        case .audio(let kind): takeAudio(kind, payload, now)
        case .digit(let digit): delegate?.legDigit(digit)
        case .nothing, .identified, .refuse, .hangUp, .ended: perform(action)
        }
        return !isOver
    }

    private func takeAudio(_ kind: AudioSocketKind, _ payload: Span<UInt8>, _ now: MonotonicTime) {
        framesIn += 1
        jitter.add(now, length: caller?.length(ofBytes: payload.count) ?? 0)
        let delegate = delegate
        let finding = caller?.take(kind, payload, now, pacing.workspace) { delegate?.legReceived($0) }
        guard let finding else { return }
        if case .kindChanged(let kind) = finding { setOutput(kind) }
        describe(finding)
    }

    /// Tells the session what was found out, with the rate that the caller's samples really have.
    private func describe(_ finding: CallerAudio.Finding) {
        guard let caller else { return }
        let coding =
            switch caller.law {
            case .ulaw: "u-law"
            case .alaw: "A-law"
            case nil: "slin"
            }
        info.format = "\(coding) \(caller.rate)"
        delegate?.legFormat(finding.text, sampleRate: caller.rate)
    }

    private func perform(_ action: AudioSocketCallMachine.Action) {
        switch action {
        case .nothing, .audio, .digit: break
        case .identified(let uuid): identified(uuid)
        case .announce(let kind): announce(kind, assumed: true)
        case .refuse(let why):
            close()
            owner?.leg(self, refused: why)
        case .hangUp: close()
        case .ended(let end):
            stopPacing()
            delegate?.legEnded(end)
            owner?.legGone(self)
        }
    }

    /// The call has a name: unless it is refused, silence starts at once.
    private func identified(_ uuid: CallUUID) {
        self.uuid = uuid
        info.callID = uuid.description
        if let why = owner?.leg(self, identifiedAs: uuid) { return turnAway(why) }
        connection.queueLimit = Self.queuedFrames * (3 + 320)
        let now = pacing.now
        pacer = Pacer(start: now)
        let place = pacing.add(self)
        self.place = place
        sendFrame(now)
        pacing.schedule(place, at: pacer.next)
    }

    private func announce(_ kind: AudioSocketKind, assumed: Bool) {
        caller = CallerAudio(kind: kind, assumed: assumed)
        info.sampleRate = kind.sampleRate ?? 8000
        info.format = "slin \(info.sampleRate)"
        setOutput(kind)
        owner?.legReady(self)
    }

    /// From the next frame on we send this kind: Asterisk expects one constant kind, the caller's.
    private func setOutput(_ kind: AudioSocketKind) {
        guard let rate = kind.sampleRate else { return }
        outputKind = kind
        connection.queueLimit = Self.queuedFrames * (3 + rate / 25)
        // Every rate of the wire is among the resampler's, so making one cannot fail.
        outputResampler = rate == info.sampleRate ? nil : try? Resampler(from: info.sampleRate, to: rate)
    }

    // MARK: Agent's side

    /// The pacing tick of this call. Returns when the next frame is due; nil when there will be none.
    func pace(_ now: MonotonicTime) -> MonotonicTime? {
        guard !isOver else { return nil }
        if let deadline = machine.deadline, now >= deadline { perform(machine.tick(now)) }
        sendFrame(now)
        noteStuckPeer()
        return isOver ? nil : pacer.next
    }

    private func sendFrame(_ now: MonotonicTime) {
        pacer.skipStall(now)
        let samples = pacing.workspace.samples((outputKind.sampleRate ?? 8000) / 50)
        render(samples)
        if connection.send(pacing.workspace.wire(outputKind, samples: samples.count).span) {
            framesOut += 1
        } else {
            droppedFrames += 1
        }
        pacer.book(at: now)
    }

    private func render(_ samples: UnsafeMutableBufferPointer<Int16>) {
        guard isStarted, let delegate else { return samples.update(repeating: 0) }
        guard let outputResampler else {
            var span = samples.mutableSpan
            return delegate.legRender(&span)
        }
        let source = UnsafeMutableBufferPointer(rebasing: pacing.workspace.rendered[..<(info.sampleRate / 50)])
        var span = source.mutableSpan
        delegate.legRender(&span)
        var target = samples.mutableSpan
        let count = outputResampler.process(UnsafeBufferPointer(source).span, into: &target)
        // Ratios that are not whole give a sample less now and then.
        for i in count..<max(count, samples.count) { samples[i] = count > 0 ? samples[count - 1] : 0 }
    }

    /// A peer that has not read for 200 ms is trouble that stands until it reads again.
    private func noteStuckPeer() {
        let stuck = connection.queuedBytes > connection.queueLimit / 2
        guard stuck != isPeerStuck, stuck || connection.queuedBytes == 0 else { return }
        isPeerStuck = stuck
        let trouble = Trouble(
            code: Self.stuckCode, severity: .warning, text: "\(info.peer) does not read; the agent's audio is dropped",
            fix: "look at the load of the Asterisk machine and at the network")
        delegate?.legTrouble(stuck ? trouble : nil, code: Self.stuckCode)
    }

    // MARK: End

    func end(_ end: SessionEnd) { perform(machine.hangUp(end)) }

    /// Drops the connection at once.
    func abort() { connection.abort() }

    /// 0x00, then FIN: what lets Asterisk's dialplan continue.
    private func close() {
        stopPacing()
        sayFarewell()
        connection.close()
        owner?.legOver(self)
    }

    private func sayFarewell() {
        connection.queueLimit += 3
        let farewell: [UInt8] = [AudioSocketKind.hangUp.rawValue, 0, 0]
        connection.send(farewell.span)
    }

    private func stopPacing() {
        guard let place else { return }
        self.place = nil
        pacing.remove(place)
    }
}

extension AudioSocketLeg: TCPConnectionDelegate {
    public func tcpReceived(_ connection: any TCPConnection, _ bytes: Span<UInt8>) {
        guard !isOver else { return }
        let unknown = parser.unknownFrames
        parser.feed(bytes) { kind, payload in received(kind, payload) }
        guard identityDeadline != nil else { return }
        perform(parser.unknownFrames > unknown ? machine.skippedUnknown() : machine.pending(parser.pending))
    }

    public func tcpClosed(_ connection: any TCPConnection, _ closure: TCPClosure) {
        // A peer that has only shut its sending side still reads: 0x00 goes out before our FIN.
        if closure == .remote, !isOver, uuid != nil { sayFarewell() }
        perform(machine.closed(closure))
    }
}

/// Who keeps the legs of a listener.
@EngineActor
protocol AudioSocketLegOwner: AnyObject {
    /// The call is named; a refusal turns it away.
    func leg(_ leg: AudioSocketLeg, identifiedAs uuid: CallUUID) -> AudioSocketRefusal?
    /// The rate is known; the leg can go to a session.
    func legReady(_ leg: AudioSocketLeg)
    /// The connection was turned away.
    func leg(_ leg: AudioSocketLeg, refused why: AudioSocketRefusal)
    /// Hang-up has begun; the UUID is free again.
    func legOver(_ leg: AudioSocketLeg)
    /// The connection is gone.
    func legGone(_ leg: AudioSocketLeg)
}
