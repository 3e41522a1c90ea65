import Core
import TestKit

@testable import Tools

/// A network in memory: what is asked for is kept, answers are given by hand.
@EngineActor
final class FakeNetwork: LinkOpener {
    @EngineActor
    final class Exchange: Link {
        let id: LinkID
        let endpoint: HTTPEndpoint?
        weak var delegate: (any LinkDelegate)?
        var isClosed = false
        var queuedBytes: Int { 0 }

        init(_ id: LinkID, _ endpoint: Endpoint, _ delegate: any LinkDelegate) {
            self.id = id
            if case .http(let wanted) = endpoint { self.endpoint = wanted } else { self.endpoint = nil }
            self.delegate = delegate
        }

        func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool { true }
        func finish() {}
        func close(code: Int, reason: String) {
            isClosed = true
            delegate?.linkClosed(id, LinkClosure(.local))
            delegate = nil
        }

        /// The request's body.
        var body: String {
            guard case .whole(let bytes)? = endpoint?.body else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }

        func header(_ name: String) -> String? { endpoint?.headers.first { $0.name == name }?.value }

        /// A whole answer.
        func answer(_ status: Int, _ body: String, _ headers: [HeaderField] = []) {
            guard status < 400 else {
                return end(LinkClosure(.rejected(status: status), body: Array(body.utf8), headers: headers))
            }
            delegate?.linkOpened(id, LinkOpening(status: status, headers: headers))
            piece(body)
            end(LinkClosure(.remote))
        }

        func piece(_ text: String) {
            let bytes = Array(text.utf8)
            if !bytes.isEmpty { delegate?.linkReceived(id, .chunk, bytes.span) }
        }

        func end(_ closure: LinkClosure) {
            delegate?.linkClosed(id, closure)
            delegate = nil
        }
    }

    var exchanges: [Exchange] = []

    func open(_ id: LinkID, _ endpoint: Endpoint, delegate: any LinkDelegate) -> any Link {
        let made = Exchange(id, endpoint, delegate)
        exchanges.append(made)
        return made
    }
}

/// Programs in memory.
@EngineActor
final class FakeChildren: ChildProcessPort {
    @EngineActor
    final class Child: ChildProcess {
        let command: ChildCommand
        weak var delegate: (any ChildProcessDelegate)?
        let processID = 7
        var input: [String] = []
        var isInputClosed = false
        var wasStopped = false

        init(_ command: ChildCommand, _ delegate: any ChildProcessDelegate) {
            self.command = command
            self.delegate = delegate
        }

        func write(_ bytes: Span<UInt8>) -> Bool {
            input.append(bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
            return true
        }
        func closeInput() { isInputClosed = true }
        func stop(grace: Duration) { wasStopped = true }

        func writes(_ line: String) {
            let bytes = Array(line.utf8)
            delegate?.childWrote(self, line: bytes.span)
        }
        func ends(_ exit: ChildExit) { delegate?.childEnded(self, exit) }

        /// The messages written to it so far.
        var messages: [JSONValue] { input.compactMap { try? JSONParser.parse($0) } }
    }

    var children: [Child] = []

    func spawn(_ command: ChildCommand, delegate: any ChildProcessDelegate) -> any ChildProcess {
        let child = Child(command, delegate)
        children.append(child)
        return child
    }
}

/// A runner with fakes around it and time by hand. Use it inside `EngineActor.executor.occupy`.
@EngineActor
final class ToolBench {
    let loop = ManualLoop()
    let network = FakeNetwork()
    let children = FakeChildren()
    var ports: ToolPorts
    private(set) var ends: [ToolRunner.Finished] = []
    private(set) var runner: ToolRunner?
    var slow: [String] = []

    init(_ tools: [Tool], scope: ToolScope = ToolScope()) {
        ports = ToolPorts(loop: loop, opener: network, children: children)
        use(tools, scope)
    }

    /// Starts over with these tools.
    func use(_ tools: [Tool], _ scope: ToolScope = ToolScope()) {
        let made = ToolRunner(registry: ToolRegistry(tools), ports: ports, scope: scope) { [weak self] in
            self?.ends.append($0)
        }
        made.onSlow = { [weak self] call, notice in self?.slow.append("\(call.name): \(notice.text)") }
        runner = made
    }

    func call(_ name: String, _ arguments: String = "{}", id: String = "c", phase: ToolPhase = .during) {
        runner?.start(ToolCall(id: id, name: name, arguments: arguments), phase: phase)
        loop.runPosted()
    }

    /// The last end as `outcome output`.
    var last: String {
        loop.runPosted()
        return ends.last.map { "\($0.outcome.rawValue) \($0.output)" } ?? "none"
    }
}
