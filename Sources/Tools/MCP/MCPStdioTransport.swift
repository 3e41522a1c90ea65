import Core

/// A server as a child process: one JSON message a line on its input and output; its error output is its log.
@EngineActor
final class MCPStdioTransport: MCPTransport, ChildProcessDelegate {
    weak var owner: (any MCPTransportOwner)?
    private let command: ChildCommand
    private let children: any ChildProcessPort
    private let loop: any EngineLoop
    private var child: (any ChildProcess)?
    private var lastComplaint = ""
    private var onClosed: (@EngineActor () -> Void)?
    private var timer: (any EngineTimer)?
    /// Keeps the transport while its process lives: ports hold their delegate weakly.
    private var keeper: MCPStdioTransport?

    init(_ command: ChildCommand, children: any ChildProcessPort, loop: any EngineLoop) {
        self.command = command
        self.children = children
        self.loop = loop
    }

    func needsCancelNotification(_ era: MCPWire.Era) -> Bool { true }

    func start() {
        keeper = self
        child = children.spawn(command, delegate: self)
    }

    func send(_ message: MCPOutgoing, delivered: (@EngineActor () -> Void)?) {
        let wasTaken = child?.write((message.body.bytes + [0x0A]).span) ?? false
        if !wasTaken, let id = message.id {
            loop.post { [weak self] in
                self?.owner?.transportFailed(id, MCPSendFailure(words: "the server's input takes nothing more"))
            }
        }
        if let delivered { loop.post(delivered) }
    }

    func abandon(_ id: Int) {}

    func close(done: @escaping @EngineActor () -> Void) {
        owner = nil
        guard let child else { return loop.post(done) }
        onClosed = done
        child.closeInput()
        // A server ends when its input does; one that does not is asked, then killed.
        timer = loop.schedule(after: .seconds(2)) { child.stop(grace: .seconds(2)) }
    }

    func childWrote(_ child: any ChildProcess, line: Span<UInt8>) {
        // Careless servers print their log here: what is no JSON is left out.
        guard let message = try? JSONParser.parse(line) else { return }
        for one in message.array ?? [message] { owner?.transportReceived(one) }
    }

    func childComplained(_ child: any ChildProcess, line: Span<UInt8>) {
        lastComplaint = line.withUnsafeBufferPointer { String(decoding: $0.prefix(200), as: UTF8.self) }
    }

    func childEnded(_ child: any ChildProcess, _ exit: ChildExit) {
        timer?.cancel()
        self.child = nil
        keeper = nil
        onClosed?()
        onClosed = nil
        let why = lastComplaint.isEmpty ? "" : " (\(lastComplaint))"
        switch exit {
        case .exited(let status): owner?.transportEnded("the program ended with status \(status)\(why)")
        case .killed(let signal): owner?.transportEnded("the program was ended by signal \(signal)\(why)")
        case .failed(let words): owner?.transportEnded(words)
        }
    }
}
