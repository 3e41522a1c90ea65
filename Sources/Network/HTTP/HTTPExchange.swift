import Core

/// One HTTP/1.1 exchange as a link: request body up and response body down at the same time.
///
/// libwebsockets cannot do that: it looks at the answer only when the request body is finished
/// (docs/decisions/0006-http-client.md), so this runs on our own sockets and OpenSSL. A status of 400 or above is the
/// terminal event `rejected` with headers and up to 4096 bytes of body; otherwise the end of the response is `remote`.
@EngineActor
final class HTTPExchange: Link, ByteStreamOwner, LoopResident {
    private enum Phase { case connecting, awaitingHead, body, ended }

    private static let maximumHead = 64 << 10
    private static let maximumErrorBody = 4096
    private static let waitingLimit = 16 << 20

    private let id: LinkID
    private let endpoint: HTTPEndpoint
    private let loop: UVLoop
    private let stream: ByteStream
    private let began: MonotonicTime
    private weak var delegate: (any LinkDelegate)?
    private var timer: (any EngineTimer)?
    private var phase = Phase.connecting
    private var waiting = SendQueue()
    private var isFinished = false

    private var head: [UInt8] = []
    private var status = 0
    private var headers: [HeaderField] = []
    private var framing = HTTPHead.Framing.none
    private var left = 0
    private var chunks = ChunkedDecoder()
    private var events = ServerSentEvents()
    private var errorBody: [UInt8] = []

    var queuedBytes: Int { waiting.count + stream.queuedBytes }

    init(
        _ id: LinkID, _ endpoint: HTTPEndpoint, loop: UVLoop, trust: TLSTrust?, resolver: any NameResolver,
        delegate: any LinkDelegate
    ) {
        self.id = id
        self.endpoint = endpoint
        self.loop = loop
        self.delegate = delegate
        began = loop.now
        stream = ByteStream(loop, endpoint.url, trust: trust, addresses: endpoint.addresses)
        stream.owner = self
        loop.keep(self)
        timer = loop.schedule(after: endpoint.timeout) {
            self.end(LinkClosure(.timedOut, reason: "\(endpoint.url.host) did not answer in time"))
        }
        stream.open(resolver, until: began + endpoint.timeout)
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
        return bytes.withUnsafeBytes { stream.send($0) }
    }

    func close(code: Int, reason: String) {
        guard phase != .ended else { return }
        stop()
        loop.soon { self.tell(LinkClosure(.local, code: code, reason: reason)) }
    }

    func streamOpened() {
        phase = .awaitingHead
        var text = "\(endpoint.method) \(endpoint.url.target) HTTP/1.1\r\nHost: \(endpoint.url.authority)\r\n"
        for field in endpoint.headers where HeaderText.isSafe(field) && !isOurs(field.name) {
            text += "\(field.name): \(field.value)\r\n"
        }
        if endpoint.serverSentEvents, !endpoint.headers.contains(where: { $0.name.lowercased() == "accept" }) {
            text += "Accept: text/event-stream\r\n"
        }
        var bytes: [UInt8] = []
        switch endpoint.body {
        case .none: if ["POST", "PUT", "PATCH"].contains(endpoint.method) { text += "Content-Length: 0\r\n" }
        case .whole(let body):
            text += "Content-Length: \(body.count)\r\n"
            bytes = body
        case .streaming: text += "Transfer-Encoding: chunked\r\n"
        }
        bytes = Array((text + "Connection: close\r\n\r\n").utf8) + bytes
        bytes.withUnsafeBytes { _ = stream.send($0) }
        waiting.drain { rest in
            stream.send(rest)
            return rest.count
        }
    }

    private func isOurs(_ name: String) -> Bool {
        ["host", "content-length", "transfer-encoding", "connection"].contains(name.lowercased())
    }

    // MARK: - Response

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        switch phase {
        case .awaitingHead: readHead(bytes)
        case .body: readBody(bytes)
        case .connecting, .ended: break
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
        begin(code, parsed.headers, framing)
        if phase == .body { rest.withUnsafeBytes { readBody($0) } }
    }

    private func begin(_ code: Int, _ fields: [HeaderField], _ framing: HTTPHead.Framing) {
        (status, headers, self.framing) = (code, fields, framing)
        if case .length(let length) = framing { left = length }
        timer?.cancel()
        timer = nil
        phase = .body
        if code < 400 {
            delegate?.linkOpened(id, LinkOpening(status: code, headers: fields, elapsed: loop.now - began))
        } else {
            timer = loop.schedule(after: .seconds(5)) { self.finishResponse() }
        }
        if framing == .none, phase == .body { finishResponse() }
    }

    private func readBody(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        switch framing {
        case .none: break
        case .untilClose: deliver(bytes)
        case .length:
            let part = UnsafeRawBufferPointer(rebasing: bytes[..<min(left, bytes.count)])
            left -= part.count
            deliver(part)
            if left == 0, phase == .body { finishResponse() }
        case .chunked:
            var decoder = chunks
            _ = decoder.read(bytes) { deliver($0) }
            chunks = decoder
            guard phase == .body else { return }
            if decoder.isBroken { return fail("the chunked response is broken") }
            if decoder.isDone { finishResponse() }
        }
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        guard phase == .body, !bytes.isEmpty else { return }
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
        // Many servers end such a body over TLS without the closing alert.
        if phase == .body, framing == .untilClose, failure == nil || endpoint.url.isSecure { return finishResponse() }
        if phase == .body, status >= 400 { return finishResponse() }
        end(failure ?? LinkClosure(.broken, reason: "the connection ended before the response was complete"))
    }

    // MARK: - End

    func loopStops() { end(LinkClosure(.local, reason: "stopping")) }

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
        stream.close()
    }

    private func tell(_ closure: LinkClosure) {
        loop.letGo(self)
        let listener = delegate
        delegate = nil
        listener?.linkClosed(id, closure)
    }
}
