/// A request that reached our HTTP server, whole (bodies up to the server's bound).
public struct HTTPRequest: Sendable, Equatable {
    /// The method in capitals.
    public var method: String
    /// The path without the query, percent-decoded.
    public var path: String
    /// Query arguments in order, decoded.
    public var query: [(name: String, value: String)]
    /// Headers with lower-case names.
    public var headers: [HeaderField]
    /// The body.
    public var body: [UInt8]
    /// Who asked.
    public var remote: SocketAddress

    /// A request.
    public init(
        method: String, path: String, query: [(name: String, value: String)] = [], headers: [HeaderField] = [],
        body: [UInt8] = [], remote: SocketAddress = SocketAddress(host: "127.0.0.1", port: 0)
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remote = remote
    }

    public static func == (a: HTTPRequest, b: HTTPRequest) -> Bool {
        a.method == b.method && a.path == b.path && a.headers == b.headers && a.body == b.body
            && a.query.elementsEqual(b.query, by: ==) && a.remote == b.remote
    }

    /// The value of a header by its name in any case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name == wanted }?.value
    }
}

/// What our HTTP server answers.
public struct HTTPResponse: Sendable, Equatable {
    /// The status.
    public var status: Int
    /// The headers; Content-Length is set by the server.
    public var headers: [HeaderField]
    /// The body.
    public var body: [UInt8]

    /// An answer.
    public init(status: Int, contentType: String, body: [UInt8], headers: [HeaderField] = []) {
        self.status = status
        self.headers = [HeaderField("Content-Type", contentType)] + headers
        self.body = body
    }
}

/// The server's side of a WebSocket that a client opened to us.
@EngineActor
public protocol WebSocketPeer: AnyObject {
    /// Sends one message (`.text` or `.binary`); false and dropped when too much waits.
    @discardableResult
    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool
    /// Closes with a close frame.
    func close(code: Int, reason: String)
    /// Bytes waiting for the peer.
    var queuedBytes: Int { get }
}

/// Who hears of an accepted WebSocket.
@EngineActor
public protocol WebSocketPeerDelegate: AnyObject {
    /// A whole message; the bytes live until return.
    func peerReceived(_ peer: any WebSocketPeer, _ kind: LinkMessageKind, _ payload: Span<UInt8>)
    /// The WebSocket has ended: once.
    func peerClosed(_ peer: any WebSocketPeer, _ closure: LinkClosure)
}

/// What the service answers to an upgrade request.
public enum UpgradeAnswer {
    /// Accept; the delegate is kept until the end.
    case accept(any WebSocketPeerDelegate, subprotocol: String?)
    /// Refuse with this answer.
    case refuse(HTTPResponse)
}

/// Who answers our HTTP server's requests. Engine thread.
@EngineActor
public protocol HTTPHandler: AnyObject {
    /// Answers a request; `respond` may be called later, exactly once, on the engine thread.
    func handle(_ request: HTTPRequest, respond: @escaping @EngineActor (HTTPResponse) -> Void)
    /// Answers an upgrade request; `opened` hands over the peer after the handshake.
    func upgrade(_ request: HTTPRequest) -> UpgradeAnswer
    /// The handshake of an accepted upgrade is done.
    func upgraded(_ peer: any WebSocketPeer, _ delegate: any WebSocketPeerDelegate)
}

/// HTTP serving as the service sees it. Implemented over libwebsockets in Network.
@EngineActor
public protocol HTTPServerPort: AnyObject {
    /// Listens; throws naming the address and the cause.
    func serve(_ address: SocketAddress, handler: any HTTPHandler) throws(ConfigurationError) -> any TCPListener
}
