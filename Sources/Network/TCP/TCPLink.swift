import Core

/// A plain TCP connection as a link: bytes both ways.
@EngineActor
final class TCPLink: Link, ByteStreamOwner, LoopResident {
    private static let waitingLimit = 16 << 20

    private let id: LinkID
    private let loop: UVLoop
    private let stream: ByteStream
    private let began: MonotonicTime
    private weak var delegate: (any LinkDelegate)?
    private var timer: (any EngineTimer)?
    /// What was sent before the connection stood.
    private var waiting = SendQueue()
    private var isOver = false

    var queuedBytes: Int { waiting.count + stream.queuedBytes }

    init(
        _ id: LinkID, _ endpoint: TCPEndpoint, loop: UVLoop, resolver: any NameResolver, delegate: any LinkDelegate
    ) {
        self.id = id
        self.loop = loop
        self.delegate = delegate
        began = loop.now
        stream = ByteStream(loop, host: endpoint.host, port: endpoint.port)
        stream.owner = self
        loop.keep(self)
        timer = loop.schedule(after: endpoint.timeout) {
            self.end(LinkClosure(.timedOut, reason: "\(endpoint.host) did not answer in time"))
        }
        stream.open(resolver, until: began + endpoint.timeout)
    }

    @discardableResult
    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool {
        guard !isOver, !payload.isEmpty, queuedBytes + payload.count <= Self.waitingLimit else { return false }
        guard stream.isOpen else {
            waiting.append(payload)
            return true
        }
        return payload.withUnsafeBytes { stream.send($0) }
    }

    func finish() {}

    func close(code: Int, reason: String) {
        guard !isOver else { return }
        stop()
        loop.soon { self.tell(LinkClosure(.local, code: code, reason: reason)) }
    }

    func streamOpened() {
        timer?.cancel()
        timer = nil
        waiting.drain { rest in
            stream.send(rest)
            return rest.count
        }
        delegate?.linkOpened(id, LinkOpening(status: 0, elapsed: loop.now - began))
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        guard !isOver, !bytes.isEmpty else { return }
        delegate?.linkReceived(id, .chunk, Span(_unsafeBytes: bytes))
    }

    func streamEnded(_ failure: LinkClosure?) {
        end(failure ?? LinkClosure(.remote, reason: "the peer ended the connection"))
    }

    func loopStops() { end(LinkClosure(.local, reason: "stopping")) }

    private func end(_ closure: LinkClosure) {
        guard !isOver else { return }
        stop()
        tell(closure)
    }

    private func stop() {
        isOver = true
        timer?.cancel()
        timer = nil
        stream.close()
        waiting.removeAll()
    }

    private func tell(_ closure: LinkClosure) {
        loop.letGo(self)
        let listener = delegate
        delegate = nil
        listener?.linkClosed(id, closure)
    }
}
