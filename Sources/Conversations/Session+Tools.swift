import AudioKit
import Core
import ProviderKit
import Tools

/// Tools at a session: what is prepared before, what calls bring about, what follows the end.
extension Session {
    /// Begins the conversation once the tools before the call are done, or have had their time.
    func begin() {
        tools.onEvent = { [weak self] in self?.emit($0) }
        guard tools.needsPreparation else { return connectFirst() }
        tools.prepare(within: machine.settings.preparationLimit) { [weak self] in self?.connectFirst() }
    }

    private func connectFirst() {
        guard !isOver else { return }
        machine.tools = tools.registry.definitions
        machine.audiences = Dictionary(
            tools.registry.tools.map { ($0.definition.name, $0.audience) }, uniquingKeysWith: { a, _ in a })
        let missing = machine.fill(tools.variables)
        if !missing.isEmpty {
            emit(.note(Note("no value for \(missing.joined(separator: ", ")) in instructions or greeting")))
        }
        runner.registry = tools.registry
        runner.scope = tools.scope
        input(.start)
    }

    func makeRunner() -> ToolRunner {
        var ports = environment.toolPorts
        ports.telephony = ports.telephony.map { control in
            HeardFirst(control, loop: loop) { [weak self] in self?.downlink.isActive ?? false }
        }
        let made = ToolRunner(registry: tools.registry, ports: ports, scope: tools.scope) { [weak self] in
            self?.toolEnded($0)
        }
        made.onSlow = { [weak self] call, notice in self?.input(.toolSlow(id: call.id, text: notice.text)) }
        return made
    }

    func startTool(_ call: ToolCall) {
        runner.scope.provider = machine.active.provider
        runner.start(call)
    }

    private func toolEnded(_ done: ToolRunner.Finished) {
        var hangUp: String?
        switch done.effect {
        case .hangUp(let reason)?: hangUp = reason
        case .digits(let digits)?: digitTones.press(digits)
        case .note(let text)?: keep(note: text)
        case nil: break
        }
        input(
            .toolFinished(
                id: done.call.id, name: done.call.name, outcome: done.outcome, output: done.output, hangUp: hangUp,
                elapsed: done.elapsed))
    }

    private func keep(note text: String) {
        notes.append(text)
        emit(.note(Note(environment.redaction.apply(text))))
    }

    // MARK: The end

    /// Ends the session, after the tools that follow the call. `sessionEnded` stays the last event.
    func conclude() {
        guard let last = lastEvent, tools.hasAfter, !isConcluding else { return finishUp() }
        isConcluding = true
        var facts = machine.summary
        facts["ended_by"] = .string(last.by.rawValue)
        facts["end_reason"] = .string(last.reason)
        facts["duration_seconds"] = .double((Double(clock.agent) / Double(clock.rate) * 10).rounded() / 10)
        facts["notes"] = .array(notes.map { .string($0) })
        facts["summary"] = .string(notes.joined(separator: "\n"))
        tools.conclude(facts) { [weak self] in self?.finishUp() }
    }

    private func finishUp() {
        if let last = lastEvent { emit(.sessionEnded(last)) }
        lastEvent = nil
        end()
    }
}
