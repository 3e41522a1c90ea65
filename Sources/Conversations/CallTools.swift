import Core
import ProviderKit
import Tools

/// The tools of one session in all their phases: before the call (outputs become variables), during it, after it.
///
/// ```
/// start ─▶ before-tools ─▶ variables ─▶ first connection … calls of the model … end of the leg ─▶ after-tools ─▶ end
///            └ at most SessionSettings.preparationLimit
/// ```
@EngineActor
final class CallTools {
    private(set) var registry: ToolRegistry
    /// Variables for templates.
    private(set) var variables: JSONValue
    /// Tells that a tool of before or after the call began or ended.
    var onEvent: (@EngineActor (Event) -> Void)?
    private let environment: SessionEnvironment
    private let phases: ToolRunnerBox
    private var waiting: Set<String> = []
    private var timer: (any EngineTimer)?
    private var onDone: (@EngineActor () -> Void)?

    /// Holds the runner of before and after, whose closure needs `self`.
    private final class ToolRunnerBox { var runner: ToolRunner? }

    init(environment: SessionEnvironment, settings: SessionSettings, started: SessionStart, id: SessionID) {
        self.environment = environment
        registry = environment.tools.of(agent: settings.agent)
        phases = ToolRunnerBox()
        var call: JSONValue = [
            "session": .string(id.description), "agent": .string(settings.agent),
            "provider": .string(started.provider), "kind": .string(started.leg.rawValue),
            "started": .string(WallTime.now().rfc3339),
        ]
        for (key, value) in [("caller", started.caller), ("peer", started.peer), ("uuid", started.callID)] {
            if let value { call[key] = .string(value) }
        }
        variables = ["call": call]
        scope = ToolScope(
            agent: settings.agent, isPhoneCall: started.leg == .audioSocket, callID: started.callID,
            variables: variables)
    }

    /// The call as tools see it; the provider is set by the session.
    private(set) var scope: ToolScope

    /// Whether the session must wait for something before its first connection.
    var needsPreparation: Bool { !environment.toolSources.isEmpty || !registry.tools(.before).isEmpty }

    /// Whether something runs after the call.
    var hasAfter: Bool { !registry.tools(.after).isEmpty }

    // MARK: Before

    /// Waits for tools that are only found at run time, runs the tools before the call; `done` comes once, at the latest after
    /// `limit`.
    func prepare(within limit: Duration, _ done: @escaping @EngineActor () -> Void) {
        onDone = done
        timer = environment.loop.schedule(after: limit) { [weak self] in self?.preparationOver() }
        var left = environment.toolSources.count
        guard left > 0 else { return runBefore() }
        for source in environment.toolSources {
            source.whenReady { [weak self] in
                left -= 1
                if left == 0 { self?.runBefore() }
            }
        }
    }

    private func runBefore() {
        guard onDone != nil else { return }
        adopt()
        run(.before)
    }

    /// Takes the tools of the sources as known now.
    private func adopt() {
        let found = environment.toolSources.flatMap(\.tools)
        if !found.isEmpty { registry = environment.tools.adding(found).of(agent: scope.agent) }
    }

    private func preparationOver() {
        adopt()
        phases.runner?.cancelAll()
        finishPhase()
    }

    // MARK: After

    /// Runs the tools after the call with what is known of it; `done` comes once.
    func conclude(_ facts: JSONValue, _ done: @escaping @EngineActor () -> Void) {
        onDone = done
        var call = variables["call"] ?? .object([])
        for member in facts.members ?? [] { call[member.key] = member.value }
        variables["call"] = call
        run(.after)
    }

    // MARK: Both

    private func run(_ phase: ToolPhase) {
        let tools = registry.tools(phase)
        guard !tools.isEmpty else { return finishPhase() }
        scope.variables = variables
        let runner = ToolRunner(registry: registry, ports: environment.toolPorts, scope: scope) { [weak self] in
            self?.ended($0)
        }
        phases.runner = runner
        waiting = Set(tools.map { id(phase, $0) })
        for tool in tools {
            let call = ToolCall(id: id(phase, tool), name: tool.definition.name, arguments: "{}")
            tell(.toolCallStarted(ToolCallStart(id: call.id, turn: 0, name: call.name, arguments: "{}")))
            runner.start(call, phase: phase)
        }
    }

    private func id(_ phase: ToolPhase, _ tool: Tool) -> String { "\(phase.rawValue)-\(tool.definition.name)" }

    private func ended(_ done: ToolRunner.Finished) {
        tell(
            .toolCallEnded(
                ToolCallEnd(
                    id: done.call.id, turn: 0, name: done.call.name, outcome: done.outcome,
                    output: environment.redaction.apply(done.output), ms: done.elapsed.milliseconds)))
        if done.outcome == .result, let value = try? JSONParser.parse(done.output) { variables[done.call.name] = value }
        waiting.remove(done.call.id)
        if waiting.isEmpty { finishPhase() }
    }

    private func tell(_ event: Event) { onEvent?(event) }

    private func finishPhase() {
        timer?.cancel()
        timer = nil
        scope.variables = variables
        let told = onDone
        onDone = nil
        told?()
    }

    /// Calls off what runs, without reports.
    func stop() {
        timer?.cancel()
        onDone = nil
        phases.runner?.stop()
    }
}

/// Lets a transfer wait until the agent's words were heard. Engine thread.
@EngineActor
final class HeardFirst: CallControl {
    private let inner: any CallControl
    private let loop: any EngineLoop
    private let isSpeaking: @EngineActor () -> Bool
    private static let limit: Duration = .seconds(10)

    init(_ inner: any CallControl, loop: any EngineLoop, isSpeaking: @escaping @EngineActor () -> Bool) {
        self.inner = inner
        self.loop = loop
        self.isSpeaking = isSpeaking
    }

    /// What is called off: first the wait, then the transfer.
    private final class Stage {
        var timer: (any EngineTimer)?
        var cancel: ToolCancel?
    }

    func transfer(
        callID: String, to target: TransferTarget, timeout: Duration,
        done: @escaping @EngineActor (ToolFailure?) -> Void
    ) -> ToolCancel? {
        let stage = Stage()
        let deadline = loop.now + Self.limit
        look(stage, deadline) { [inner] in
            stage.cancel = inner.transfer(callID: callID, to: target, timeout: timeout, done: done)
        }
        return {
            stage.timer?.cancel()
            stage.cancel?()
        }
    }

    private func look(_ stage: Stage, _ deadline: MonotonicTime, _ go: @escaping @EngineActor () -> Void) {
        guard isSpeaking(), loop.now < deadline else { return go() }
        stage.timer = loop.schedule(after: .milliseconds(50)) { self.look(stage, deadline, go) }
    }
}
