import Core

/// Counters of a listener since its start.
public struct AudioSocketStatistics: Sendable, Equatable {
    /// Calls taken: connections that sent a valid UUID and were not refused.
    public var accepted = 0
    /// Calls live now.
    public var active = 0
    /// Connections refused, for whatever reason.
    public var rejected = 0
}

/// Listens for Asterisk's AudioSocket connections and gives every call that has named itself to `onCall`. Engine
/// thread.
///
/// accept ─(allow-list, caps)─> unidentified ─(UUID within 2 s, no duplicate)─> live ─> `onCall` ─> closing ─> gone
@EngineActor
public final class AudioSocketListener {
    public let configuration: AudioSocketConfiguration
    /// The address bound; nil while not listening.
    public private(set) var localAddress: SocketAddress?

    private let port: any TCPPort
    private let loop: any EngineLoop
    private let pacing: AudioSocketPacing
    private let onCall: @EngineActor (AudioSocketLeg) -> Void
    private let onEvent: @EngineActor (Event) -> Void
    private var socket: (any TCPListener)?
    /// In order of arrival, and therefore of their deadlines.
    private var unidentified: [AudioSocketLeg] = []
    private var live: [CallUUID: AudioSocketLeg] = [:]
    private var closing: [ObjectIdentifier: AudioSocketLeg] = [:]
    private var perSource: [String: Int] = [:]
    private var refusals = RefusalLog()
    private var accepted = 0
    private var sweepTimer: (any EngineTimer)?
    private var settleTimer: (any EngineTimer)?
    private var drainTimer: (any EngineTimer)?
    private var clearTimer: (any EngineTimer)?
    private var isStarved = false
    private var drained: (@EngineActor () -> Void)?
    private var isDraining = false

    /// How long an unidentified connection is safe from giving way to a newer one: Asterisk names a call at once.
    static let protection = Duration.milliseconds(200)
    /// After how long without a refusal its trouble is cleared.
    static let settleAfter = Duration.seconds(30)
    /// After how long of accepting the trouble about descriptors is cleared.
    static let steadyAfter = Duration.seconds(2)
    static let descriptorsCode = "listener.descriptors"
    /// Refused connections that are closed in order; more are reset.
    static let maximumClosing = 256

    /// A listener that does not listen yet.
    /// - Parameters:
    ///   - onCall: gets every leg whose rate is known (with its first audio, at the latest 200 ms after its UUID); must
    ///     set the delegate and call `start` at once or hang up.
    ///   - onEvent: gets `trouble` and `troubleCleared` events about connections refused and descriptors.
    public init(
        configuration: AudioSocketConfiguration, port: any TCPPort, loop: any EngineLoop,
        onCall: @escaping @EngineActor (AudioSocketLeg) -> Void,
        onEvent: @escaping @EngineActor (Event) -> Void
    ) {
        self.configuration = configuration
        self.port = port
        self.loop = loop
        self.onCall = onCall
        self.onEvent = onEvent
        pacing = AudioSocketPacing(loop: loop)
    }

    /// Binds and listens. Throws when the configuration is not valid or the address cannot be bound.
    public func start() throws(ConfigurationError) {
        try configuration.validate()
        let socket = try port.listen(
            configuration.address, backlog: configuration.backlog,
            trouble: { [weak self] in self?.descriptors($0) }, accepted: { [weak self] in self?.accept($0) })
        self.socket = socket
        localAddress = socket.localAddress
    }

    /// The counters now.
    public var statistics: AudioSocketStatistics {
        AudioSocketStatistics(accepted: accepted, active: live.count, rejected: refusals.total)
    }

    /// Connections refused for one reason.
    public func refused(_ why: AudioSocketRefusal) -> Int { refusals.count(why) }

    /// Stops accepting, hangs up every call in order and calls `done` when all connections are gone; those that remain
    /// after `limit` are reset.
    public func drain(within limit: Duration, done: @escaping @EngineActor () -> Void) {
        guard !isDraining else { return }
        isDraining = true
        drained = done
        socket?.close()
        socket = nil
        localAddress = nil
        for leg in unidentified { leg.turnAway(.draining) }
        for leg in Array(live.values) { leg.end(SessionEnd(by: .system, reason: "the program is shutting down")) }
        drainTimer = loop.schedule(after: limit) { [weak self] in self?.cutOff() }
        finishIfDrained()
    }

    // MARK: Connections

    private func accept(_ connection: any TCPConnection) {
        let host = connection.remoteAddress.host
        guard !isDraining else { return connection.abort() }
        guard configuration.admits(host) else { return refuse(connection, .notAllowed) }
        if live.count >= configuration.maximumCalls { return refuse(connection, .tooManyCalls) }
        guard makeRoom() else { return refuse(connection, .tooManyUnidentified) }
        let leg = AudioSocketLeg(
            connection: connection, owner: self, pacing: pacing, identityTimeout: configuration.identityTimeout)
        unidentified.append(leg)
        armSweep()
    }

    /// Makes room for one more unidentified connection: when all places are taken the oldest gives way, unless it is so
    /// young that many calls are simply coming at once; then up to four times as many are let in.
    private func makeRoom() -> Bool {
        let isFull = unidentified.count >= configuration.maximumUnidentified
        guard isFull, let oldest = unidentified.first else { return true }
        let age = configuration.identityTimeout - ((oldest.identityDeadline ?? loop.now) - loop.now)
        guard age < Self.protection else {
            oldest.turnAway(.tooManyUnidentified)
            return true
        }
        return unidentified.count < configuration.maximumUnidentified * 4
    }

    /// Refuses a connection that has no leg: in order where the peer may be an Asterisk, with a reset where it may not
    /// be here at all or too many are being closed.
    private func refuse(_ connection: any TCPConnection, _ why: AudioSocketRefusal) {
        guard why != .notAllowed, closing.count < Self.maximumClosing else {
            log(why, connection.remoteAddress)
            return connection.abort()
        }
        let leg = AudioSocketLeg(
            connection: connection, owner: self, pacing: pacing, identityTimeout: configuration.identityTimeout)
        leg.turnAway(why)
    }

    private func armSweep() {
        guard sweepTimer == nil, let deadline = unidentified.first?.identityDeadline else { return }
        sweepTimer = loop.schedule(at: deadline) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        sweepTimer = nil
        let now = loop.now
        for leg in unidentified.prefix(while: { ($0.identityDeadline ?? now) <= now }) { leg.sweep(now) }
        armSweep()
    }

    private func cutOff() {
        drainTimer = nil
        for leg in Array(closing.values) { leg.abort() }
        closing.removeAll()
        finishIfDrained()
    }

    private func finishIfDrained() {
        guard isDraining, closing.isEmpty, live.isEmpty, unidentified.isEmpty, let done = drained else { return }
        drained = nil
        for timer in [drainTimer, sweepTimer, settleTimer, clearTimer] { timer?.cancel() }
        pacing.stop()
        done()
    }

    // MARK: Trouble

    private func log(_ why: AudioSocketRefusal, _ peer: SocketAddress) {
        guard why != .draining else { return }
        if let trouble = refusals.add(why, peer: peer.description, loop.now) { onEvent(.trouble(trouble)) }
        if settleTimer == nil { armSettle() }
    }

    private func armSettle() {
        settleTimer = loop.schedule(after: Self.settleAfter) { [weak self] in self?.settle() }
    }

    private func settle() {
        settleTimer = nil
        for why in refusals.settled(loop.now, age: Self.settleAfter) {
            onEvent(.troubleCleared(TroubleCleared(code: RefusalLog.code(why))))
        }
        if refusals.isStanding { armSettle() }
    }

    /// At the limit of descriptors accepting stops and goes on many times a second: that is one trouble.
    private func descriptors(_ text: String?) {
        clearTimer?.cancel()
        clearTimer = nil
        if let text {
            if !isStarved { onEvent(.trouble(Trouble(code: Self.descriptorsCode, severity: .error, text: text))) }
            isStarved = true
        } else if isStarved {
            clearTimer = loop.schedule(after: Self.steadyAfter) { [weak self] in self?.descriptorsAreSteady() }
        }
    }

    private func descriptorsAreSteady() {
        clearTimer = nil
        isStarved = false
        onEvent(.troubleCleared(TroubleCleared(code: Self.descriptorsCode)))
    }
}

extension AudioSocketListener: AudioSocketLegOwner {
    func leg(_ leg: AudioSocketLeg, identifiedAs uuid: CallUUID) -> AudioSocketRefusal? {
        if live[uuid] != nil { return .duplicate }
        if live.count >= configuration.maximumCalls { return .tooManyCalls }
        let host = leg.connection.remoteAddress.host
        let fromSource = perSource[host] ?? 0
        if fromSource >= configuration.maximumPerSource { return .tooManyFromSource }
        unidentified.removeAll { $0 === leg }
        live[uuid] = leg
        perSource[host] = fromSource + 1
        accepted += 1
        return nil
    }

    func legReady(_ leg: AudioSocketLeg) { onCall(leg) }

    func leg(_ leg: AudioSocketLeg, refused why: AudioSocketRefusal) { log(why, leg.connection.remoteAddress) }

    func legOver(_ leg: AudioSocketLeg) {
        forget(leg)
        closing[ObjectIdentifier(leg)] = leg
    }

    func legGone(_ leg: AudioSocketLeg) {
        forget(leg)
        closing[ObjectIdentifier(leg)] = nil
        finishIfDrained()
    }

    /// Takes a leg off the list of those that count; harmless when it is not on it.
    private func forget(_ leg: AudioSocketLeg) {
        unidentified.removeAll { $0 === leg }
        guard let uuid = leg.uuid, live[uuid] === leg else { return }
        live[uuid] = nil
        let host = leg.connection.remoteAddress.host
        let left = (perSource[host] ?? 1) - 1
        perSource[host] = left > 0 ? left : nil
    }
}
