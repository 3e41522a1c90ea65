import CLinux
import CUV
import Core
import Glibc

/// One connection to our HTTP server: requests one after another, or an upgrade that hands the socket to libwebsockets.
///
/// A head is looked at before it is taken from the socket (`MSG_PEEK`), so that an upgrade request is still there for
/// libwebsockets to read itself.
@EngineActor
final class HTTPServerConnection: DescriptorOwner {
    /// The server's rules for all its connections.
    struct Rules {
        var maximumHead = 16 << 10
        var maximumBody = 1 << 20
        /// For a head, from the connection's beginning or the last answer.
        var headPatience: Duration = .seconds(15)
        /// For a body or for a peer that does not take an answer.
        var bodyPatience: Duration = .seconds(30)
    }

    private enum Phase { case head, body, answering, writing, closed }

    private let loop: UVLoop
    private let remote: SocketAddress
    private let rules: Rules
    private let handler: any HTTPHandler
    private var descriptor: Int32
    private var watch: DescriptorWatch?
    private var phase = Phase.head
    private var timer: (any EngineTimer)?
    private var seen = 0
    private var request: HTTPRequest?
    private var framing = HTTPHead.Framing.none
    private var chunks = ChunkedDecoder()
    private var keepsAlive = true
    private var isHead = false
    private var output = SendQueue()

    /// Takes over an accepted socket.
    init(_ loop: UVLoop, _ descriptor: Int32, from remote: SocketAddress, rules: Rules, handler: any HTTPHandler) {
        self.loop = loop
        self.descriptor = descriptor
        self.remote = remote
        self.rules = rules
        self.handler = handler
        SocketNames.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        watch = DescriptorWatch(loop, descriptor: descriptor, owner: self)
        if watch == nil { close() } else { awaitHead() }
    }

    // MARK: - Reading

    func descriptorReady(_ events: Int32, failed: Bool) {
        switch phase {
        case _ where failed: close()
        case .head: readHead()
        case .body: readBody()
        case .writing: write()
        case .answering, .closed: break
        }
    }

    func loopStops() { close() }

    private func awaitHead() {
        phase = .head
        seen = 0
        request = nil
        chunks = ChunkedDecoder()
        setPatience(rules.headPatience)
        watch?.watch(Int32(UV_READABLE.rawValue))
    }

    private func readHead() {
        let buffer = UnsafeRawBufferPointer(loop.readBuffer)
        let count = recv(descriptor, loop.readBuffer.baseAddress, rules.maximumHead + 1, Int32(MSG_PEEK))
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            return close()
        }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        // Not a method's first letter: TLS or some other protocol, which would wait for an answer for ever.
        guard (0x41...0x5A).contains(bytes[0]) else { return refuse(400, "the request is not HTTP/1.1") }
        guard let end = HTTPHead.end(in: bytes, from: seen) else {
            seen = count
            guard count <= rules.maximumHead else { return refuse(431, "the request head is too large") }
            // Sleep until more than what was seen is there.
            return SocketNames.set(descriptor, SOL_SOCKET, SO_RCVLOWAT, Int32(count + 1))
        }
        SocketNames.set(descriptor, SOL_SOCKET, SO_RCVLOWAT, 1)
        guard let head = HTTPHead(UnsafeRawBufferPointer(rebasing: bytes[..<end])), let made = makeRequest(head) else {
            return refuse(400, "the request is not HTTP/1.1")
        }
        if head.has("connection", "upgrade"), head.has("upgrade", "websocket") { return upgrade(made, head, end) }
        recv(descriptor, loop.readBuffer.baseAddress, end, 0)
        begin(made, head)
    }

    private func makeRequest(_ head: HTTPHead) -> HTTPRequest? {
        guard head.start.2 == "HTTP/1.1" || head.start.2 == "HTTP/1.0", head.start.1.hasPrefix("/") else { return nil }
        keepsAlive = head.start.2 == "HTTP/1.1" && !head.has("connection", "close")
        isHead = head.start.0 == "HEAD"
        let (path, query) = RequestTarget.split(head.start.1)
        return HTTPRequest(
            method: head.start.0, path: path, query: query, headers: head.headers, body: [], remote: remote)
    }

    private func begin(_ made: HTTPRequest, _ head: HTTPHead) {
        request = made
        guard let framing = head.requestFraming else { return refuse(400, "the request's length is unclear") }
        self.framing = framing
        switch framing {
        case .length(let length) where length > rules.maximumBody: return refuse(413, tooLarge)
        case .none, .untilClose: return dispatch()
        case .chunked: keepsAlive = false
        case .length: break
        }
        phase = .body
        setPatience(rules.bodyPatience)
        if head.has("expect", "100-continue") {
            let text = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
            _ = Glibc.send(descriptor, text, text.count, Int32(MSG_NOSIGNAL))
        }
    }

    private var tooLarge: String { "the body is larger than \(rules.maximumBody) bytes" }

    private func readBody() {
        var wanted = loop.readBuffer.count
        if case .length(let length) = framing { wanted = min(wanted, length - (request?.body.count ?? 0)) }
        let count = recv(descriptor, loop.readBuffer.baseAddress, wanted, 0)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            return close()
        }
        let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(loop.readBuffer)[..<count])
        if case .length(let length) = framing {
            request?.body += bytes
            if request?.body.count == length { dispatch() }
            return
        }
        _ = chunks.read(bytes) { request?.body += $0 }
        if chunks.isBroken { return refuse(400, "the chunked body is broken") }
        if (request?.body.count ?? 0) > rules.maximumBody { return refuse(413, tooLarge) }
        if chunks.isDone { dispatch() }
    }

    // MARK: - Answering

    private func dispatch() {
        guard let request else { return close() }
        self.request = nil
        phase = .answering
        timer?.cancel()
        timer = nil
        watch?.watch(0)
        var answered = false
        handler.handle(request) { [weak self] response in
            guard !answered else { return }
            answered = true
            self?.answer(response)
        }
    }

    private func refuse(_ status: Int, _ reason: String) {
        keepsAlive = false
        phase = .answering
        answer(.text(status, reason))
    }

    private func answer(_ response: HTTPResponse) {
        guard phase == .answering else { return }
        var head = "HTTP/1.1 \(response.status) \(HTTPStatus.phrase(response.status))\r\n"
        for field in response.headers where HeaderText.isSafe(field) { head += "\(field.name): \(field.value)\r\n" }
        head += "Content-Length: \(response.body.count)\r\n"
        if !keepsAlive { head += "Connection: close\r\n" }
        head += "\r\n"
        let bytes = isHead ? Array(head.utf8) : Array(head.utf8) + response.body
        output.append(bytes.span)
        phase = .writing
        setPatience(rules.bodyPatience)
        write()
    }

    private func write() {
        var isBroken = false
        let fd = descriptor
        output.drain { waiting in
            let sent = Glibc.send(fd, waiting.baseAddress, waiting.count, Int32(MSG_NOSIGNAL))
            if sent < 0, errno != EAGAIN, errno != EINTR { isBroken = true }
            return sent
        }
        if isBroken { return close() }
        guard output.isEmpty else {
            watch?.watch(Int32(UV_WRITABLE.rawValue))
            return
        }
        if keepsAlive { return awaitHead() }
        shutdown(descriptor, Int32(SHUT_WR))
        drainAndClose()
    }

    /// Takes what the peer still sends off the socket, so that closing does not turn into a reset that eats the answer.
    private func drainAndClose() {
        var reads = 0
        while reads < 64, recv(descriptor, loop.readBuffer.baseAddress, loop.readBuffer.count, 0) > 0 { reads += 1 }
        close()
    }

    // MARK: - Upgrading

    private func upgrade(_ request: HTTPRequest, _ head: HTTPHead, _ end: Int) {
        switch handler.upgrade(request) {
        case .refuse(let response): refuseUpgrade(response, end)
        case .accept(let delegate, let subprotocol):
            if subprotocol == nil, head.value("sec-websocket-protocol") != nil {
                return refuseUpgrade(.text(400, "none of the subprotocols offered is known here"), end)
            }
            guard let context = WebSocketContext.of(loop), let host = context.serverHost(subprotocol ?? "") else {
                return refuseUpgrade(.text(503, "no WebSockets now"), end)
            }
            let socket = descriptor
            descriptor = -1
            close()
            LWSPeer.start(context, host, socket, delegate: delegate, handler: handler)
        }
    }

    private func refuseUpgrade(_ response: HTTPResponse, _ end: Int) {
        recv(descriptor, loop.readBuffer.baseAddress, end, 0)
        phase = .answering
        answer(response)
    }

    private func setPatience(_ patience: Duration) {
        timer?.cancel()
        timer = loop.schedule(after: patience) { [weak self] in self?.close() }
    }

    private func close() {
        guard phase != .closed else { return }
        phase = .closed
        timer?.cancel()
        timer = nil
        watch?.close()
        watch = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }
}
