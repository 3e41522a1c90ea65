import Conversations
import Core
import EmbeddedSpeech
import Network
import ProviderKit
import Studio
import Tools

/// The conversations of a comparison, each in an engine of its own on the engine's loop: no call, no device and no console knows of them,
/// and each opens its own connections as a fresh call would. Engine thread.
@EngineActor
final class EngineStage: CompareStage {
    /// What answers the tools that a model calls.
    enum ToolSource: String, CaseIterable, Sendable {
        /// The tools of the configuration, as in a call.
        case run
        /// The answers of the recording; nothing is done.
        case recorded
    }

    let loop: any EngineLoop
    private let network: UVLoop
    private let workers: SpeechWorkers
    private let providers: ProviderBook
    private let toolBook: ToolBook
    private let tools: ToolRegistry
    private let settings: SessionSettings
    private let ownAgent: Bool
    private let servers: [MCPServer]
    private let adapters: [AdapterSupervisor]
    private let source: ToolSource
    private var running: [Int: Talk] = [:]
    private var nextKey = 0

    /// A stage on `loop`. `ownAgent`: the setup's prompt and greeting hold; else those of each script.
    init(_ setup: Setup, loop: UVLoop, tools source: ToolSource, ownAgent: Bool, startsPrograms: Bool = true) {
        self.loop = loop
        network = loop
        workers = SpeechWorkers(loop: loop)
        providers = setup.providers
        toolBook = setup.toolBook
        tools = setup.tools
        settings = setup.settings
        self.ownAgent = ownAgent
        self.source = source
        let children = UVChildProcesses(loop: loop)
        let opener = LinkRouter(network: LWSLinks(loop: loop), workers: workers)
        let options = source == .run ? setup.toolBook.servers : []
        servers = options.map { MCPServer($0, loop: loop, opener: opener, children: children) }
        // Beside live conversations the programs run already.
        adapters = (startsPrograms ? setup.adapters.items : []).map { item in
            AdapterSupervisor(
                item.settings, reservation: KeptPort(item.port), loop: loop, children: children, tell: { _ in })
        }
        for server in servers { server.start() }
        for adapter in adapters { adapter.start() }
    }

    /// Ends the programs that were started; `done` comes once.
    func stop(_ done: @escaping @EngineActor () -> Void) {
        var left = servers.count + adapters.count
        guard left > 0 else { return done() }
        let one: @EngineActor () -> Void = {
            left -= 1
            if left == 0 { done() }
        }
        for server in servers { server.stop { one() } }
        for adapter in adapters { adapter.stop { one() } }
    }

    func obstacle(of provider: String) -> String? {
        do throws(ConfigurationError) {
            _ = try providers.make(provider)
            return nil
        } catch {
            return "\(error.cause); \(error.fix)"
        }
    }

    func greets(_ script: CallerScript) -> Bool { settings(for: script).greeting != nil }

    func begin(
        _ leg: any Leg, provider: String, script: CallerScript, tap: any SessionTap
    ) -> any CompareConversation {
        let providers = providers
        let key = nextKey
        nextKey += 1
        let ended = EndTap(tap) { [weak self] in
            // Links that are being closed still call back.
            _ = self?.loop.schedule(after: .seconds(5)) { self?.running[key] = nil }
        }
        let opener = LinkRouter(network: LWSLinks(loop: network), workers: workers)
        var environment = SessionEnvironment(
            loop: loop, opener: opener, tools: source == .run ? tools : RecordedTools.registry(script, over: tools),
            recording: OneTap(ended)
        ) { (name) throws(ConfigurationError) in try providers.make(name) }
        environment.redaction = toolBook.redaction
        environment.toolSources = servers
        // Programs run; calls are not transferred: there is none.
        environment.toolPorts.children = UVChildProcesses(loop: network)
        let engine = Engine(
            environment: environment,
            defaults: .init(provider: provider, settings: settings(for: script), record: true), providers: [provider],
            meters: MeterBoard(), consoleLegs: nil, monitor: nil, onShutdown: {})
        let talk = Talk(engine)
        running[key] = talk
        talk.begin(leg, provider)
        return talk
    }

    private func settings(for script: CallerScript) -> SessionSettings {
        var settings = settings
        settings.fallbacks = []
        settings.noInputAfter = nil
        if !ownAgent {
            if let text = script.instructions { settings.instructions = text }
            settings.agent = script.agent
        }
        settings.history = script.context.enumerated().map { index, item in
            switch item {
            case .user(let text): .user(text)
            case .agent(let text): .agent(text)
            case .tool(let call):
                .tool(
                    call: ToolCall(id: "before-\(index)", name: call.name, arguments: call.arguments),
                    output: call.output ?? "null")
            }
        }
        if !script.context.isEmpty { settings.greeting = nil }
        return settings
    }

    /// One conversation with the engine that holds it.
    private final class Talk: CompareConversation {
        private let engine: Engine
        private var session: SessionID?

        init(_ engine: Engine) { self.engine = engine }

        func begin(_ leg: any Leg, _ provider: String) { session = engine.accept(leg, provider: provider).id }

        func send(text: String) { engine.perform(.sendText(session: session, text: text)) }
        func cut() { engine.perform(.cutAgent(session: session)) }
    }

    /// The run's tap, with a word of its own at the end.
    private final class EndTap: SessionTap {
        private let tap: any SessionTap
        private let onEnd: @EngineActor () -> Void
        init(_ tap: any SessionTap, onEnd: @escaping @EngineActor () -> Void) {
            self.tap = tap
            self.onEnd = onEnd
        }
        func tapUser(_ pcm: Span<Int16>, at position: Int64) { tap.tapUser(pcm, at: position) }
        func tapAgent(_ pcm: Span<Int16>, at position: Int64) { tap.tapAgent(pcm, at: position) }
        func tapEvent(_ record: EventRecord) { tap.tapEvent(record) }
        func tapEnded() {
            tap.tapEnded()
            onEnd()
        }
    }

    /// Gives the session the run's tap as its recorder: it gets everything from the first event.
    private final class OneTap: SessionTapFactory {
        private let tap: any SessionTap
        init(_ tap: any SessionTap) { self.tap = tap }
        func makeTap(
            session: SessionID, start: SessionStart, wall: WallTime,
            report: @escaping @EngineActor @Sendable (Event) -> Void
        ) -> any SessionTap { tap }
    }
}
