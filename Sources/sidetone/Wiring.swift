import Configuration
import Conversations
import Core
import Devices
import EmbeddedSpeech
import Glibc
import Network
import Recording
import Service
import Telephony
import Tools

/// The one place that names concrete types of several modules: builds the running program from a `Setup`.
///
/// ```
/// engine thread: UVLoop ─ Engine ─ AudioSocketListener, ServiceHandler, DeviceHub
/// main thread:   console or signals ─ EngineHandle (posts to the engine)
/// recorder thread: SessionRecorder          speech workers: SpeechWorkers
/// ```
@EngineActor
final class Wiring {
    /// What is known once everything listens.
    struct Ready: Sendable {
        var audioSocket: SocketAddress?
        var http: SocketAddress?
        /// Path of the control socket.
        var control: String?
    }

    let engine: Engine
    private let loop: UVLoop
    private let recorder: SessionRecorder
    private var listener: AudioSocketListener?
    private var httpListener: (any TCPListener)?
    private var service: ServiceHandler?
    private var control: ServiceHandler?
    private var controlListener: (any TCPListener)?
    private let identity: ServiceIdentity
    let hub: DeviceHub?
    private let servers: [MCPServer]
    private var sentFile: SentAudioFile?
    /// What cannot be had, told by `listen`.
    private var mistake: ConfigurationError?
    private var reportTimer: (any EngineTimer)?
    private var adapters: [AdapterSupervisor] = []

    init(
        _ setup: Setup, loop: UVLoop, recorder: SessionRecorder, meters: MeterBoard, devices wantsDevices: Bool,
        onShutdown: @escaping @EngineActor () -> Void
    ) {
        self.loop = loop
        self.recorder = recorder
        identity = ServiceIdentity(pid: Int(getpid()), role: wantsDevices ? "talk" : "serve", version: Version.number)
        let hub = wantsDevices ? DeviceHub(loop: loop, settings: Self.deviceSettings(setup)) : nil
        self.hub = hub
        let legs = hub.map { ConsoleLegs($0, loop: loop) }
        let providers = setup.providers
        let opener = LinkRouter(network: LWSLinks(loop: loop), workers: SpeechWorkers(loop: loop))
        let children = UVChildProcesses(loop: loop)
        let servers = setup.toolBook.servers.map { MCPServer($0, loop: loop, opener: opener, children: children) }
        self.servers = servers
        var environment = SessionEnvironment(
            loop: loop, opener: opener,
            tools: setup.tools, recording: recorder
        ) { (name) throws(ConfigurationError) in try providers.make(name) }
        if let path = setup.audio?.sent {
            do throws(ConfigurationError) {
                let file = try SentAudioFile(path)
                sentFile = file
                environment.sentAudio = { pcm, rate in file.feed(pcm, rate: rate) }
            } catch { mistake = error }
        }
        environment.redaction = setup.toolBook.redaction
        environment.reconnectSeed = { UInt64.random(in: 0 ... .max) }
        environment.toolSources = servers
        environment.toolPorts.children = children
        environment.toolPorts.telephony = setup.toolBook.transfer.map { AMIService(base: $0, opener: opener) }
        engine = Engine(
            environment: environment,
            defaults: Engine.Defaults(provider: setup.provider, settings: setup.settings, record: setup.record),
            providers: providers.names, meters: meters, consoleLegs: legs, monitor: hub.map { SpeakerMonitor($0) },
            microphone: hub.map { HubMicrophone($0) }, desk: legs,
            onShutdown: onShutdown)
        legs?.onRefusal = { [weak self] reason in self?.engine.tellRefused("selectDevices", reason) }
        engine.updateReport {
            $0.microphoneGain = hub?.gain
            $0.cancelsEcho = hub?.cancelsEcho
            $0.sessionsFolder = setup.sessionsFolder
            $0.health = providers.health
        }
        adapters = setup.adapters.items.map { item in
            AdapterSupervisor(
                item.settings, reservation: KeptPort(item.port), loop: loop, children: UVChildProcesses(loop: loop),
                tell: { [weak self] event in self?.told(event) })
        }
        for adapter in adapters { adapter.start() }
        for server in servers {
            server.onTrouble = { [weak self] in self?.engine.setTrouble($0, code: "mcp.\(server.options.name)") }
            server.start()
        }
        hub?.onTrouble = { [weak self] trouble, code in
            self?.engine.setTrouble(trouble, code: code)
            self?.reportDevices()
        }
    }

    /// Another voice at the speaker; nil without devices.
    func makeMonitor() -> (any MonitorOutput)? { hub.map { SpeakerMonitor($0) } }
    private static func deviceSettings(_ setup: Setup) -> DeviceSettings {
        DeviceSettings(setup.configuration, capture: setup.audio?.capture, playback: setup.audio?.playback)
    }

    /// Opens the listeners. Throws when one that was asked for cannot be.
    func listen(_ setup: Setup, handle: EngineHandle) throws(ConfigurationError) -> Ready {
        if let mistake { throw mistake }
        if let configuration = setup.audioSocket { try listen(configuration, isExplicit: setup.audioSocketIsExplicit) }
        if let address = setup.http { try serve(address, setup, handle) }
        try openControl(setup.control, handle)
        engine.updateReport {
            $0.audioSocket = listener?.localAddress?.description
            $0.http = httpListener?.localAddress.description
        }
        tickReport()
        return Ready(
            audioSocket: listener?.localAddress, http: httpListener?.localAddress,
            control: controlListener?.localAddress.socketPath)
    }

    private func listen(_ configuration: AudioSocketConfiguration, isExplicit: Bool) throws(ConfigurationError) {
        // A short kernel buffer: a peer that does not read must not get seconds of stale audio later.
        let made = AudioSocketListener(
            configuration: configuration,
            port: UVTCP(loop: loop, options: UVTCP.Options(sendBuffer: 32 << 10)), loop: loop,
            onCall: { [weak self] leg in self?.engine.accept(leg) },
            onEvent: { [weak self] event in self?.told(event) })
        do throws(ConfigurationError) {
            try made.start()
            listener = made
        } catch {
            if isExplicit { throw error }
            told(
                .trouble(
                    Trouble(
                        code: "listener.address", severity: .notice, text: "no calls: \(error.place): \(error.cause)",
                        fix: "another sidetone may be running; choose another port with --audiosocket")))
        }
    }

    private func serve(_ address: SocketAddress, _ setup: Setup, _ handle: EngineHandle) throws(ConfigurationError) {
        let handler = try ServiceHandler(
            address: address, token: setup.configuration.httpToken, client: handle, loop: loop, identity: identity)
        service = handler
        httpListener = try LWSServer(loop: loop).serve(address, handler: handler)
    }

    /// The control socket. One that nobody asked for and that cannot be is only a remark.
    private func openControl(_ wish: ControlSocket, _ handle: EngineHandle) throws(ConfigurationError) {
        guard let (path, remark) = wish.path() else { return }
        let address = SocketAddress(socketPath: path)
        do throws(ConfigurationError) {
            let handler = try ServiceHandler(
                address: address, token: nil, client: handle, loop: loop, identity: identity)
            controlListener = try LWSServer(loop: loop).serve(address, handler: handler)
            control = handler
        } catch {
            if case .explicit = wish.place { throw error }
            return tell(notice: "control.socket", "no control socket: \(error.cause)", error.fix)
        }
        if let remark { tell(notice: "control.socket", remark, nil) }
    }

    private func tell(notice code: String, _ text: String, _ fix: String?) {
        told(.trouble(Trouble(code: code, severity: .notice, text: text, fix: fix)))
    }

    private func told(_ event: Event) {
        switch event {
        case .trouble(let trouble): engine.setTrouble(trouble, code: trouble.code)
        case .troubleCleared(let cleared): engine.setTrouble(nil, code: cleared.code)
        default: break
        }
    }

    private func tickReport() {
        if let numbers = listener?.statistics {
            engine.updateReport {
                $0.accepted = numbers.accepted
                $0.rejected = numbers.rejected
            }
        }
        reportDevices()
        reportTimer = loop.schedule(after: .seconds(1)) { [weak self] in self?.tickReport() }
    }

    private func reportDevices() {
        guard let summary = hub?.summary else { return }
        engine.updateReport {
            $0.capture = summary.capture
            $0.playback = summary.playback
            $0.deviceReason = summary.reason
        }
    }

    /// Ends the MCP servers; the calls are over already.
    private func endServers(_ done: @escaping @EngineActor () -> Void) {
        guard !servers.isEmpty else { return done() }
        var left = servers.count
        for server in servers {
            server.stop {
                left -= 1
                if left == 0 { done() }
            }
        }
    }

    /// Ends everything in order: no new calls, every call hung up, at most `limit`.
    func drain(within limit: Duration, done: @escaping @EngineActor () -> Void) {
        httpListener?.close()
        controlListener?.close()
        reportTimer?.cancel()
        engine.shutdown()
        let last: @EngineActor () -> Void = { [self] in stopAdapters { self.endServers(done) } }
        guard let listener else { return last() }
        listener.drain(within: limit, done: last)
    }

    /// The programs end after the calls that they serve.
    private func stopAdapters(_ done: @escaping @EngineActor () -> Void) {
        var left = adapters.count
        guard left > 0 else { return done() }
        for adapter in adapters {
            adapter.stop {
                left -= 1
                if left == 0 { done() }
            }
        }
    }
}

/// Sends workers to the speech pool and everything else to the network.
@EngineActor
final class LinkRouter: LinkOpener {
    private let network: LWSLinks
    private let workers: SpeechWorkers

    init(network: LWSLinks, workers: SpeechWorkers) {
        self.network = network
        self.workers = workers
    }

    func open(_ id: LinkID, _ endpoint: Endpoint, delegate: any LinkDelegate) -> any Link {
        if case .worker = endpoint { return workers.open(id, endpoint, delegate: delegate) }
        return network.open(id, endpoint, delegate: delegate)
    }

    func releaseKept() { network.releaseKept() }
}
