import Configuration
import Core
import Dispatch
import Network
import Synchronization
import Tools

/// An engine with tools and nothing else: tries tools out without a call.
final class ToolHost: Sendable {
    /// What a call came to.
    struct Answer: Sendable {
        var call: ToolCall
        var outcome: ToolCallEnd.Outcome
        var output: String
        var elapsed: Duration
    }

    private let loop = UVLoop()
    private let state = State()

    /// What lives on the engine thread.
    @EngineActor
    private final class State {
        var servers: [MCPServer] = []
        var runner: ToolRunner?
        var ports: ToolPorts?
        var answers: [Answer] = []
        var onAnswer: (@EngineActor () -> Void)?
        nonisolated init() {}
    }

    /// Starts the engine and the MCP servers of the book. Throws when the loop cannot be.
    init(_ book: ToolBook) throws(ConfigurationError) {
        try loop.start(name: "engine")
        wait { loop, state, done in
            let opener = LWSLinks(loop: loop)
            let children = UVChildProcesses(loop: loop)
            let transfer = book.transfer.map { AMIService(base: $0, opener: opener) }
            state.ports = ToolPorts(loop: loop, opener: opener, children: children, telephony: transfer)
            state.servers = book.servers.map { MCPServer($0, loop: loop, opener: opener, children: children) }
            for server in state.servers { server.start() }
            done()
        }
    }

    /// Runs `body` on the engine thread and waits until it calls its last argument.
    private func wait(
        _ body: @escaping @EngineActor @Sendable (UVLoop, State, @escaping @EngineActor @Sendable () -> Void) -> Void
    ) {
        let done = DispatchSemaphore(value: 0)
        loop.post { [loop, state] in body(loop, state) { done.signal() } }
        done.wait()
    }

    /// Waits until every server has told its tools, is lost or refused (if it `insists`, until none is lost); at most `limit`.
    /// Gives all tools and each server's state.
    func survey(
        _ book: ToolBook, within limit: Duration, insists: Bool = false
    ) -> (tools: [Tool], servers: [(name: String, status: String)]) {
        wait { loop, state, done in
            Self.await(state.servers, loop, until: loop.now + limit, insists, done)
        }
        let found = Mutex<([Tool], [(String, String)])>(([], []))
        wait { _, state, done in
            let tools = state.servers.flatMap(\.tools)
            let states = state.servers.map { ($0.options.name, $0.status) }
            found.withLock { $0 = (tools, states) }
            done()
        }
        let (tools, states) = found.withLock { $0 }
        return (book.registry.adding(tools).tools, states.map { (name: $0.0, status: $0.1) })
    }

    @EngineActor
    private static func await(
        _ servers: [MCPServer], _ loop: UVLoop, until deadline: MonotonicTime, _ insists: Bool,
        _ done: @escaping @EngineActor @Sendable () -> Void
    ) {
        let isDone = servers.allSatisfy { server in
            server.hasSettled && (!insists || !server.status.hasPrefix("lost"))
        }
        if isDone || loop.now >= deadline { return done() }
        _ = loop.schedule(after: .milliseconds(20)) { Self.await(servers, loop, until: deadline, insists, done) }
    }

    /// Runs calls one after the other; each is called off after `patience`, if given.
    func run(_ calls: [ToolCall], tools: [Tool], scope: ToolScope, patience: Duration?, _ told: (Answer) -> Void) {
        for call in calls {
            let answer = Mutex<Answer?>(nil)
            wait { loop, state, done in
                guard let ports = state.ports else { return done() }
                let runner = ToolRunner(registry: ToolRegistry(tools), ports: ports, scope: scope) { finished in
                    answer.withLock {
                        $0 = Answer(
                            call: finished.call, outcome: finished.outcome, output: finished.output,
                            elapsed: finished.elapsed)
                    }
                    done()
                }
                state.runner = runner
                runner.start(call, phase: tools.first { $0.definition.name == call.name }?.phase ?? .during)
                if let patience { _ = loop.schedule(after: patience) { runner.cancel(call.id) } }
            }
            if let finished = answer.withLock({ $0 }) { told(finished) }
        }
    }

    /// Ends servers and engine in order.
    func stop() {
        wait { _, state, done in
            var left = state.servers.count
            guard left > 0 else { return done() }
            for server in state.servers {
                server.stop {
                    left -= 1
                    if left == 0 { done() }
                }
            }
        }
        loop.stop()
    }
}
