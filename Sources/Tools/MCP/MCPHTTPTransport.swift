import Core

/// A server over streamable HTTP: every message is a POST, the answer JSON or a stream of events.
@EngineActor
final class MCPHTTPTransport: MCPTransport {
    weak var owner: (any MCPTransportOwner)?
    private let url: URLParts
    private let headers: [HeaderField]
    private let opener: any LinkOpener
    private let loop: any EngineLoop
    private var exchanges: [Int: MCPExchange] = [:]
    private var nextExchange = 0
    /// Of a handshake session.
    private var session: String?
    private var version: String?

    init(url: URLParts, headers: [HeaderField], opener: any LinkOpener, loop: any EngineLoop) {
        self.url = url
        self.headers = headers
        self.opener = opener
        self.loop = loop
    }

    /// Closing the exchange is the cancellation of the modern era.
    func needsCancelNotification(_ era: MCPWire.Era) -> Bool { !era.isModern }

    func start() {}

    func send(_ message: MCPOutgoing, delivered: (@EngineActor () -> Void)?) {
        if message.method == "initialize" { session = nil }
        var fields =
            headers + [
                HeaderField("Content-Type", "application/json"),
                HeaderField("Accept", "application/json, text/event-stream"),
            ]
        switch message.era {
        case .modern(let version)?:
            fields.append(HeaderField("MCP-Protocol-Version", version))
            fields.append(HeaderField("Mcp-Method", message.method))
            fields += message.headers
        case .legacy(let version)?:
            self.version = version
            fields.append(HeaderField("MCP-Protocol-Version", version))
            if let session { fields.append(HeaderField("Mcp-Session-Id", session)) }
        case nil: break
        }
        open(
            "POST", fields, .whole(message.body.bytes), id: message.id, isHandshake: message.method == "initialize",
            delivered)
    }

    private func open(
        _ method: String, _ fields: [HeaderField], _ body: HTTPEndpoint.Body, id: Int?, isHandshake: Bool = false,
        _ delivered: (@EngineActor () -> Void)?
    ) {
        nextExchange += 1
        let number = nextExchange
        let endpoint = HTTPEndpoint(method: method, url: url, headers: fields, body: body, timeout: .seconds(60))
        let exchange = MCPExchange(id: id)
        exchange.onOpening = { [weak self] opening in
            if isHandshake { self?.session = opening.header("mcp-session-id") }
        }
        exchange.onMessage = { [weak self] in self?.owner?.transportReceived($0) }
        exchange.onEnd = { [weak self] failure in
            self?.exchanges[number] = nil
            delivered?()
            if let failure, let id { self?.owner?.transportFailed(id, failure) }
        }
        exchanges[number] = exchange
        exchange.open(endpoint, opener)
    }

    func abandon(_ id: Int) {
        for (number, exchange) in exchanges where exchange.id == id {
            exchange.cancel()
            exchanges[number] = nil
        }
    }

    func close(done: @escaping @EngineActor () -> Void) {
        owner = nil
        for exchange in exchanges.values { exchange.cancel() }
        exchanges = [:]
        guard let session, let version else { return loop.post(done) }
        let fields = headers + [HeaderField("Mcp-Session-Id", session), HeaderField("MCP-Protocol-Version", version)]
        self.session = nil
        // The exchange keeps the transport until it is over.
        open("DELETE", fields, .none, id: nil) {
            withExtendedLifetime(self) {}
            done()
        }
    }
}

/// One POST and its answer. Engine thread.
@EngineActor
final class MCPExchange: LinkDelegate {
    private static let bound = 16 << 20

    /// The request whose answer is awaited; nil for notifications and answers.
    let id: Int?
    var onOpening: (@EngineActor (LinkOpening) -> Void)?
    var onMessage: (@EngineActor (JSONValue) -> Void)?
    /// The end, once; a failure when the awaited answer did not come.
    var onEnd: (@EngineActor (MCPSendFailure?) -> Void)?
    private var link: (any Link)?
    private var events: EventStreamReader?
    private var body: [UInt8] = []
    private var isAnswered = false
    private var tooLarge = false

    init(id: Int?) { self.id = id }

    func open(_ endpoint: HTTPEndpoint, _ opener: any LinkOpener) {
        link = opener.open(LinkID(1), .http(endpoint), delegate: self)
    }

    func cancel() {
        onOpening = nil
        onMessage = nil
        onEnd = nil
        link?.close(code: 1000, reason: "")
    }

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) {
        onOpening?(opening)
        let type = opening.header("content-type")?.lowercased() ?? ""
        if type.hasPrefix("text/event-stream") { events = EventStreamReader(bound: Self.bound) }
    }

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        if events != nil {
            let found = events?.read(payload) ?? []
            for data in found { take(data) }
            if events?.isBroken == true { stop() }
        } else if body.count + payload.count <= Self.bound {
            payload.withUnsafeBufferPointer { body += $0 }
        } else {
            stop()
        }
    }

    private func stop() {
        tooLarge = true
        link?.close(code: 1000, reason: "")
    }

    private func take(_ data: [UInt8]) {
        guard let message = try? JSONParser.parse(data) else { return }
        for one in message.array ?? [message] {
            let isAnswer = one["method"] == nil && one["id"]?.int == id
            if isAnswer { isAnswered = true }
            onMessage?(one)
        }
    }

    func linkClosed(_ id: LinkID, _ closure: LinkClosure) {
        link = nil
        if case .remote = closure.cause, events == nil, !body.isEmpty { take(body) }
        let told = onEnd
        (onOpening, onMessage, onEnd) = (nil, nil, nil)
        told?(self.id == nil || isAnswered ? nil : failure(closure))
    }

    private func failure(_ closure: LinkClosure) -> MCPSendFailure {
        if tooLarge { return MCPSendFailure(words: "the answer is larger than \(Self.bound) bytes") }
        guard case .rejected(let status) = closure.cause else {
            let words = closure.cause == .remote ? "the answer ended before it was complete" : closure.reason
            return MCPSendFailure(words: words.isEmpty ? "the connection broke" : words)
        }
        let seconds = closure.headers.first { $0.name.lowercased() == "retry-after" }.flatMap { Int($0.value) }
        return MCPSendFailure(
            status: status, body: try? JSONParser.parse(closure.body),
            retryAfter: seconds.map { .seconds(max(0, min($0, 3600))) }, words: "status \(status)")
    }
}
