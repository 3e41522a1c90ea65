import Core

/// One HTTP/1.1 exchange as a link: request body up and response body down at the same time.
///
/// libwebsockets cannot do that: it looks at the answer only when the request body is finished
/// (docs/decisions/0006-http-client.md), so this runs on our own sockets and OpenSSL. A status of 400 or above is the
/// terminal event `rejected` with headers and up to 4096 bytes of body; otherwise the end of the response is `remote`.
///
/// It begins on a connection that waits in the pool, if there is one, and leaves its own there when the response's
/// framing ended exactly. A request whose body is streamed always gets a fresh connection: it could not be sent again.
@EngineActor
final class HTTPExchange: Link, ByteStreamOwner, LoopResident {
    private enum Phase { case connecting, awaitingHead, body, lingering, ended }

    /// What exchanges of one opener share.
    struct Means {
        var loop: UVLoop
        var trust: TLSTrust?
        var resolver: any NameResolver
        weak var pool: ConnectionPool<ByteStream>?
    }

    private static let maximumHead = 64 << 10
    private static let maximumErrorBody = 4096
    private static let waitingLimit = 16 << 20
    /// How long a response that its reader has closed may take to end before the connection is given up.
    private static let linger: Duration = .milliseconds(100)

    private let id: LinkID
    private let endpoint: HTTPEndpoint
    private let loop: UVLoop
    private let means: Means
    private let key: ConnectionKey
    private let began: MonotonicTime
    private weak var delegate: (any LinkDelegate)?
    private var stream: ByteStream?
    private var timer: (any EngineTimer)?
    private var phase = Phase.connecting
    private var waiting = SendQueue()
    private var isFinished = false

    /// The connection served another exchange before, and no byte of an answer has come on it to this one.
    private var maySendAgain = false
    private var head: [UInt8] = []
    private var status = 0
    private var headers: [HeaderField] = []
    private var body = HTTPResponseBody(.none)
    /// Whether and how long the server keeps the connection after this response.
    private var keeping = HTTPHead.Keeping.no
    private var isSpoilt = false
    private var events = ServerSentEvents()
    private var errorBody: [UInt8] = []

    var queuedBytes: Int { waiting.count + (stream?.queuedBytes ?? 0) }

    /// The pool, for an exchange that may use it: one with rules for its addresses always looks the name up anew.
    private var pool: ConnectionPool<ByteStream>? { endpoint.addresses == nil && !loop.isStopping ? means.pool : nil }

    init(_ id: LinkID, _ endpoint: HTTPEndpoint, _ means: Means, delegate: any LinkDelegate) {
        self.id = id
        self.endpoint = endpoint
        self.means = means
        loop = means.loop
        self.delegate = delegate
        began = means.loop.now
        let (url, trust) = (endpoint.url, means.trust.map { ObjectIdentifier($0) })
        key = ConnectionKey(isSecure: url.isSecure, host: url.host.lowercased(), port: url.port, trust: trust)
        loop.keep(self)
        timer = loop.schedule(after: endpoint.timeout) {
            self.end(LinkClosure(.timedOut, reason: "\(endpoint.url.host) did not answer in time"))
        }
        if pool != nil, endpoint.body != .streaming {
            // At the next turn: what the exchange before this one has left is in the pool then.
            loop.soon { if !self.reuse() { self.connect() } }
        } else {
            connect()
        }
    }

    // MARK: - Connection

    private func reuse() -> Bool {
        guard phase == .connecting, let kept = pool?.take(key) else { return false }
        stream = kept
        kept.owner = self
        maySendAgain = true
        streamOpened()
        return true
    }

    private func connect() {
        guard phase == .connecting else { return }
        let made = ByteStream(loop, endpoint.url, trust: means.trust, addresses: endpoint.addresses)
        stream = made
        made.owner = self
        made.open(means.resolver, until: began + endpoint.timeout)
    }

    // MARK: - Request

    @discardableResult
    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool {
        guard phase != .ended, endpoint.body == .streaming, !isFinished, !payload.isEmpty else { return false }
        guard queuedBytes + payload.count <= Self.waitingLimit else { return false }
        let size = Array((String(payload.count, radix: 16) + "\r\n").utf8)
        var chunk = [UInt8]()
        chunk.reserveCapacity(payload.count + size.count + 2)
        chunk += size
        payload.withUnsafeBufferPointer { chunk += $0 }
        chunk += [0x0D, 0x0A]
        return pass(chunk)
    }

    func finish() {
        guard phase != .ended, endpoint.body == .streaming, !isFinished else { return }
        isFinished = true
        _ = pass(Array("0\r\n\r\n".utf8))
    }

    private func pass(_ bytes: [UInt8]) -> Bool {
        guard phase != .connecting else {
            waiting.append(bytes.span)
            return true
        }
        return bytes.withUnsafeBytes { stream?.send($0) ?? false }
    }

    func streamOpened() {
        phase = .awaitingHead
        let bytes = HTTPRequestHead.bytes(endpoint, keeps: pool != nil)
        bytes.withUnsafeBytes { _ = stream?.send($0) }
        waiting.drain { rest in
            stream?.send(rest)
            return rest.count
        }
    }

    // MARK: - Response

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        maySendAgain = false
        switch phase {
        case .awaitingHead: readHead(bytes)
        case .body, .lingering: readBody(bytes)
        case .connecting, .ended: isSpoilt = true
        }
    }

    private func readHead(_ bytes: UnsafeRawBufferPointer) {
        let searched = head.count
        head += bytes
        guard let end = head.withUnsafeBytes({ HTTPHead.end(in: $0, from: searched) }) else {
            if head.count > Self.maximumHead { fail("the response head is too large") }
            return
        }
        let parsed = head.withUnsafeBytes { HTTPHead(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
        guard let parsed, parsed.start.0.hasPrefix("HTTP/1."), let code = Int(parsed.start.1),
            (100..<600).contains(code)
        else { return fail("the answer is not HTTP/1.1") }
        let rest = Array(head[end...])
        head = []
        // 100 Continue and 103 Early Hints come before the answer proper.
        if code < 200, code != 101 {
            return rest.withUnsafeBytes { if !$0.isEmpty { readHead($0) } }
        }
        guard let framing = parsed.responseFraming(method: endpoint.method, status: code) else {
            return fail("the response's length is unclear")
        }
        keeping = parsed.keeping(status: code, framing: framing)
        begin(code, parsed.headers, framing)
        rest.withUnsafeBytes { readBody($0) }
    }

    private func begin(_ code: Int, _ fields: [HeaderField], _ framing: HTTPHead.Framing) {
        (status, headers, body) = (code, fields, HTTPResponseBody(framing))
        timer?.cancel()
        timer = nil
        phase = .body
        if code < 400 {
            delegate?.linkOpened(id, LinkOpening(status: code, headers: fields, elapsed: loop.now - began))
        } else {
            timer = loop.schedule(after: .seconds(5)) { self.finishResponse() }
        }
    }

    private func readBody(_ bytes: UnsafeRawBufferPointer) {
        var reader = body
        reader.read(bytes) { deliver($0) }
        body = reader
        switch phase {
        case .body:
            if reader.isBroken { return fail("the chunked response is broken") }
            if reader.isDone { finishResponse() }
        case .lingering: if reader.isDone || reader.isBroken || isSpoilt { leave() }
        case .connecting, .awaitingHead, .ended: break
        }
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        // More of a response that nobody reads any more: its end is not near.
        guard phase == .body else { return isSpoilt = true }
        if status >= 400 {
            errorBody += bytes.prefix(Self.maximumErrorBody - errorBody.count)
            if errorBody.count == Self.maximumErrorBody { finishResponse() }
        } else if endpoint.serverSentEvents {
            events.read(bytes) { data in
                if phase == .body { delegate?.linkReceived(id, .serverSentEvent, data.span) }
            }
            if events.isBroken { fail("a server-sent event is larger than \(ServerSentEvents.bound) bytes") }
        } else {
            delegate?.linkReceived(id, .chunk, Span(_unsafeBytes: bytes))
        }
    }

    private func finishResponse() {
        guard status >= 400 else { return end(LinkClosure(.remote, reason: "the response is complete")) }
        end(LinkClosure(.rejected(status: status), reason: "HTTP status \(status)", body: errorBody, headers: headers))
    }

    private func fail(_ reason: String) { end(LinkClosure(.protocolError, reason: reason)) }

    func streamEnded(_ failure: LinkClosure?) {
        if phase == .lingering || phase == .ended {
            isSpoilt = true
            return leave()
        }
        if phase == .awaitingHead, maySendAgain, failure == nil || failure?.cause == .broken { return sendAgain() }
        // Many servers end such a body over TLS without the closing alert.
        if phase == .body, body.framing == .untilClose, failure == nil || endpoint.url.isSecure {
            return finishResponse()
        }
        if phase == .body, status >= 400 { return finishResponse() }
        end(failure ?? LinkClosure(.broken, reason: "the connection ended before the response was complete"))
    }

    /// A server may end a connection just when the next request is on its way. It has not begun an answer, and a body
    /// known whole is still here: once more, on a fresh connection.
    private func sendAgain() {
        maySendAgain = false
        stream = nil
        phase = .connecting
        connect()
    }

    // MARK: - End

    func close(code: Int, reason: String) {
        guard phase != .ended, phase != .lingering else { return }
        let closure = LinkClosure(.local, code: code, reason: reason)
        if phase == .body, keeping != .no, requestIsWhole {
            // Readers close at the last event; what ends the framing comes just after it.
            phase = .lingering
            timer?.cancel()
            timer = loop.schedule(after: Self.linger) { self.leave() }
        } else {
            stop()
        }
        loop.soon { self.tell(closure) }
    }

    func loopStops() {
        if phase == .lingering { return leave() }
        end(LinkClosure(.local, reason: "stopping"))
    }

    private func end(_ closure: LinkClosure) {
        guard phase != .ended else { return }
        stop()
        tell(closure)
    }

    private func stop() {
        phase = .ended
        timer?.cancel()
        timer = nil
        waiting.removeAll()
        leave()
    }

    private func tell(_ closure: LinkClosure) {
        if phase == .ended { loop.letGo(self) }
        let listener = delegate
        delegate = nil
        listener?.linkClosed(id, closure)
    }

    // MARK: - What becomes of the connection

    private var requestIsWhole: Bool { endpoint.body != .streaming || isFinished }

    /// The connection stands exactly between two exchanges.
    private var isReusable: Bool {
        keeping != .no && body.isDone && !body.hasSurplus && !isSpoilt && requestIsWhole && queuedBytes == 0
    }

    /// Leaves the connection: to the pool when it can serve another exchange, otherwise it ends.
    private func leave() {
        if phase == .lingering {
            phase = .ended
            timer?.cancel()
            timer = nil
            loop.letGo(self)
        }
        guard let left = stream else { return }
        guard isReusable, pool != nil else {
            stream = nil
            return left.close()
        }
        // At the next turn: bytes that came with the last ones still come to this exchange, and spoil it.
        loop.soon { self.handOver(left) }
    }

    private func handOver(_ left: ByteStream) {
        stream = nil
        guard !isSpoilt, let pool else { return left.close() }
        pool.give(left, key, patience: keeping.patience)
    }
}
