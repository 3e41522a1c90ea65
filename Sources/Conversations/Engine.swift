import Core
import ProviderKit

/// Plays a live call (or a replay) at this machine's speaker. Implemented by the devices; engine thread.
@EngineActor
public protocol MonitorOutput: AnyObject {
    /// Plays `pcm` of `rate` samples a second, mixed with what else plays. `channel` keeps two voices apart. Bounded: too much is dropped.
    func monitor(_ pcm: Span<Int16>, rate: Int, channel: AudioGap.Channel)
    /// Stops what is still queued.
    func stopMonitor()
}

/// Makes the leg of the console's own conversation: devices, or text only.
@EngineActor
public protocol ConsoleLegFactory: AnyObject {
    /// A new leg at the chosen devices; works without any device, as text.
    func makeLeg() -> any Leg
    /// Chooses devices by a part of their names; throws which names there are.
    func selectDevices(capture: String?, playback: String?) throws(ConfigurationError)
}

/// All sessions of the process, and the commands that act on them. Engine thread.
@EngineActor
public final class Engine {
    /// What every call is treated with.
    public struct Defaults: Sendable {
        public var provider: String
        public var settings: SessionSettings
        public var record: Bool

        public init(provider: String, settings: SessionSettings, record: Bool) {
            self.provider = provider
            self.settings = settings
            self.record = record
        }
    }

    public private(set) var sessions: [SessionID: Session] = [:]
    /// The console's own conversation.
    public private(set) var console: SessionID?
    /// State of listener and devices, shown to every client.
    public private(set) var report: SystemReport

    private let environment: SessionEnvironment
    private var defaults: Defaults
    private let hub = EventHub()
    private let consoleLegs: (any ConsoleLegFactory)?
    let monitor: (any MonitorOutput)?
    let microphone: (any OperatorMicrophone)?
    let desk: (any DeviceDesk)?
    private(set) var listening: (session: SessionID, tap: MonitorTap)?
    /// The call that the operator has.
    var taken: TakenCall?
    private var troubles: [String: Trouble] = [:]
    private var onShutdown: (@EngineActor () -> Void)?
    private var isShuttingDown = false
    private let meterBoard: MeterBoard

    /// An engine; `meters` is shared with the clients.
    public init(
        environment: SessionEnvironment, defaults: Defaults, providers: [String], meters: MeterBoard,
        consoleLegs: (any ConsoleLegFactory)?, monitor: (any MonitorOutput)?,
        microphone: (any OperatorMicrophone)? = nil, desk: (any DeviceDesk)? = nil,
        onShutdown: @escaping @EngineActor () -> Void
    ) {
        self.environment = environment
        self.defaults = defaults
        self.consoleLegs = consoleLegs
        self.monitor = monitor
        self.microphone = microphone
        self.desk = desk
        self.onShutdown = onShutdown
        meterBoard = meters
        report = SystemReport(providers: providers)
        let budgets = defaults.settings.budgets
        report.budgets = budgets.limits.isEmpty ? nil : budgets
        microphone?.onFailure = { [weak self] in self?.microphoneFailed($0) }
        hub.onHealth = { [weak self] in self?.tellHealth() }
    }

    private func tellHealth() {
        let obstacles = Dictionary(
            (report.health ?? []).map { ($0.name, $0.obstacle) }, uniquingKeysWith: { first, _ in first })
        let used = hub.health.all.map { health in
            var health = health
            health.obstacle = obstacles[health.name] ?? nil
            return health
        }
        let unused = (report.health ?? []).filter { old in !used.contains { $0.name == old.name } }
        updateReport { $0.health = used + unused }
    }

    /// Number of live sessions.
    public var activeCount: Int { sessions.count }

    // MARK: Sessions

    /// Takes a leg that has come (a call) and begins its session.
    @discardableResult
    public func accept(_ leg: any Leg, provider: String? = nil) -> Session {
        let session = Session(
            id: freshID(), leg: leg, provider: provider ?? defaults.provider, settings: defaults.settings,
            environment: environment, hub: hub)
        sessions[session.id] = session
        meterBoard.add(session.id, session.meters)
        session.onEnd = { [weak self] in self?.ended($0) }
        session.start(recording: defaults.record)
        updateReport { $0.active = sessions.count }
        return session
    }

    private func freshID() -> SessionID {
        var id = SessionID.random()
        while sessions[id] != nil { id = SessionID.random() }
        return id
    }

    private func ended(_ session: Session) {
        sessions[session.id] = nil
        meterBoard.remove(session.id)
        if console == session.id { console = nil }
        if listening?.session == session.id { stopListening() }
        updateReport { $0.active = sessions.count }
        if sessions.isEmpty { environment.opener.releaseKept() }
        if isShuttingDown, sessions.isEmpty { finishShutdown() }
    }

    // MARK: State of the process

    /// Changes the report and tells everybody when something differs.
    public func updateReport(_ change: (inout SystemReport) -> Void) {
        let before = report
        change(&report)
        if report != before { hub.publish(system: .system(report), now: environment.loop.now) }
    }

    /// Trouble of the process (listener, devices); nil clears it.
    public func setTrouble(_ trouble: Trouble?, code: String) {
        guard troubles[code] != trouble else { return }
        troubles[code] = trouble
        let event: Event = trouble.map { .trouble($0) } ?? .troubleCleared(TroubleCleared(code: code))
        hub.publish(system: event, now: environment.loop.now)
    }

    /// A remark on the process that belongs to no session.
    public func remark(_ text: String) { hub.publish(system: .note(Note(text)), now: environment.loop.now) }

    // MARK: Clients

    func subscribe(_ queue: EventQueue) {
        let now = environment.loop.now
        var records = [systemRecord(.system(report), now)]
        for trouble in troubles.values { records.append(systemRecord(.trouble(trouble), now)) }
        for session in sessions.values { records += session.log.kept }
        hub.add(queue, replaying: records)
    }

    func unsubscribe(_ queue: EventQueue) { hub.remove(queue) }

    private func systemRecord(_ event: Event, _ now: MonotonicTime) -> EventRecord {
        EventRecord(sequence: 0, time: now, wall: .now(), audio: 0, session: nil, event: event)
    }

    // MARK: Commands

    /// Carries out a command, or says why not by `commandRefused`.
    public func perform(_ command: Command) {
        switch command {
        case .startConversation(_, let provider): startConversation(provider)
        case .sendText(let id, let text): sendText(id, text)
        case .setMute(let id, let on): with(id, command) { $0.setMute(on) }
        case .setTalkMode(let id, let mode): setTalkMode(id, mode, command)
        case .pushToTalk(let id, let on): with(id, command) { $0.pushToTalk(on) }
        case .setSpeakerMute(let on): with(nil, command) { $0.setSpeakerMute(on) }
        case .cutAgent(let id): with(id, command) { $0.input(.cut(reason: "operator")) }
        case .switchProvider(let id, let name): switchProvider(id, name, command)
        case .undoSwitch(let id): with(id, command) { $0.input(.undoSwitch) }
        case .setRecording(let id, let on): with(id, command) { $0.setRecording(on) }
        case .hangUp(let id, let now):
            with(id, command) {
                $0.input(.hangUp(SessionEnd(by: .operator_, reason: "hung up by the operator"), now: now))
            }
        case .listen(let id): listen(id)
        case .selectDevices(let capture, let playback): selectDevices(capture, playback)
        case .listDevices, .testDevices, .cancelDeviceTest, .setMicrophoneGain, .setEchoCancellation:
            performDevices(command)
        case .setTracing(let id, let on): with(id, command) { $0.isTracing = on }
        case .whisper, .takeOver, .giveBack, .setAgentMute, .sendDigits, .note: performOperator(command)
        case .setBudget(let name, let ms): setBudget(name, ms)
        case .shutdown: shutdown()
        }
    }

    /// Tells that a command could not be carried out, when that turns out later.
    public func tellRefused(_ command: String, _ reason: String) { refuse(command, reason) }

    func refuse(_ command: String, _ reason: String) {
        hub.publish(
            system: .commandRefused(CommandRefusal(command: command, reason: reason)), now: environment.loop.now)
    }

    func with(_ id: SessionID?, _ command: Command, _ body: (Session) -> Void) {
        guard let wanted = id ?? console, let session = sessions[wanted] else {
            return refuse(Self.name(command), id.map { "there is no session \($0)" } ?? "there is no conversation")
        }
        body(session)
    }

    private func startConversation(_ provider: String?) {
        guard let consoleLegs else { return refuse("startConversation", "this process has no console") }
        if let old = console.flatMap({ sessions[$0] }) {
            console = nil
            old.input(.hangUp(SessionEnd(by: .operator_, reason: "a new conversation was started"), now: true))
        }
        console = accept(consoleLegs.makeLeg(), provider: provider).id
    }

    /// Also of the conversations after it.
    private func setTalkMode(_ id: SessionID?, _ mode: TalkMode, _ command: Command) {
        with(id, command) { session in
            session.setTalkMode(mode)
            if session.id == console { defaults.settings.talkMode = mode }
        }
    }

    private func sendText(_ id: SessionID?, _ text: String) {
        let line = text.split(whereSeparator: { $0 == "\n" || $0 == "\r" }).joined(separator: " ")
        guard line.contains(where: { !$0.isWhitespace }) else { return refuse("sendText", "the text is empty") }
        with(id, .sendText(session: id, text: line)) { $0.input(.text(line)) }
    }

    private func switchProvider(_ id: SessionID?, _ name: String, _ command: Command) {
        guard report.providers.contains(name) else {
            let near = Spelling.nearest(to: name, among: report.providers).map { ": did you mean \($0)?" } ?? ""
            return refuse("switchProvider", "there is no provider \(name)\(near)")
        }
        with(id, command) { $0.input(.switchProvider(name)) }
    }

    private func setBudget(_ name: String, _ ms: Double?) {
        guard defaults.settings.budgets.set(name, ms) else {
            let known = LatencyBudgets.names.joined(separator: ", ")
            return refuse("setBudget", "there are budgets of \(known), from 10 to 60000 ms")
        }
        let budgets = defaults.settings.budgets
        updateReport { $0.budgets = budgets.limits.isEmpty ? nil : budgets }
        for session in sessions.values { session.input(.budgets(budgets)) }
    }

    private func selectDevices(_ capture: String?, _ playback: String?) {
        guard let consoleLegs else { return refuse("selectDevices", "this process has no devices") }
        do throws(ConfigurationError) { try consoleLegs.selectDevices(capture: capture, playback: playback) } catch {
            refuse("selectDevices", "\(error.cause); \(error.fix)")
        }
    }

    // MARK: Listening

    func listen(_ id: SessionID?) {
        guard taken == nil else {
            return refuse("listen", "you speak to a call: give it back first")
        }
        stopListening()
        guard let id else { return }
        guard let session = sessions[id] else { return refuse("listen", "there is no session \(id)") }
        guard let monitor else {
            return refuse("listen", "this process has no speaker (serve runs without devices): run sidetone talk")
        }
        let tap = MonitorTap(output: monitor, rate: session.leg.info.sampleRate)
        listening = (id, tap)
        session.add(tap)
        session.emit(.operatorAction(OperatorAction("listening")))
    }

    func stopListening() {
        guard let old = listening else { return }
        listening = nil
        sessions[old.session]?.remove(old.tap)
        monitor?.stopMonitor()
    }

    // MARK: The end

    /// Ends every session in order; `onShutdown` follows when the last one is gone.
    public func shutdown() {
        guard !isShuttingDown else { return }
        isShuttingDown = true
        guard !sessions.isEmpty else { return finishShutdown() }
        for session in Array(sessions.values) {
            session.input(.hangUp(SessionEnd(by: .system, reason: "the program is ending"), now: true))
        }
    }

    private func finishShutdown() {
        onShutdown?()
        onShutdown = nil
    }

    static func name(_ command: Command) -> String {
        "\(command)".split(separator: "(").first.map(String.init) ?? "command"
    }
}
