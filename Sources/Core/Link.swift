/// A link's name inside one provider: providers number their links themselves.
public struct LinkID: Hashable, Sendable, Codable {
    /// The number that the provider chose.
    public let number: Int

    /// A link with this number.
    public init(_ number: Int) { self.number = number }
}

/// Where a link leads.
public enum Endpoint: Sendable, Equatable {
    /// A WebSocket client connection.
    case webSocket(WebSocketEndpoint)
    /// One HTTP/1.1 exchange; request and response bodies may stream at once.
    case http(HTTPEndpoint)
    /// A plain TCP connection: bytes both ways, no framing.
    case tcp(TCPEndpoint)
    /// An embedded worker (a thread of this process) by its name, with a JSON configuration.
    case worker(name: String, configuration: JSONValue)
}

/// One HTTP header field; the name is compared without case.
public struct HeaderField: Sendable, Equatable {
    /// The field's name as sent.
    public var name: String
    /// The field's value; secrets are marked so that no trace prints them.
    public var value: String
    /// Whether the value must never be shown or logged.
    public var isSecret: Bool

    /// A header field.
    public init(_ name: String, _ value: String, secret: Bool = false) {
        self.name = name
        self.value = value
        isSecret = secret
    }
}

/// A WebSocket to open.
public struct WebSocketEndpoint: Sendable, Equatable {
    /// `ws://` or `wss://` with host, port, path and query.
    public var url: URLParts
    /// Extra request headers.
    public var headers: [HeaderField]
    /// `Sec-WebSocket-Protocol` values offered, in order.
    public var subprotocols: [String]
    /// Largest message accepted, in bytes (the default is 16 MiB); a larger one closes with 1009.
    public var maximumMessage: Int
    /// How long connect, TLS and upgrade may take together.
    public var timeout: Duration
    /// Headers of the answer, beyond the usual ones, that the provider wants to read (lower case).
    public var answerHeaders: [String]

    /// A WebSocket to open.
    public init(
        url: URLParts, headers: [HeaderField] = [], subprotocols: [String] = [], maximumMessage: Int = 16 << 20,
        timeout: Duration = .seconds(10), answerHeaders: [String] = []
    ) {
        self.answerHeaders = answerHeaders
        self.url = url
        self.headers = headers
        self.subprotocols = subprotocols
        self.maximumMessage = maximumMessage
        self.timeout = timeout
    }
}

/// An HTTP request to make.
public struct HTTPEndpoint: Sendable, Equatable {
    /// How the request body is sent.
    public enum Body: Sendable, Equatable {
        /// No body.
        case none
        /// A body known whole; `Content-Length` is set.
        case whole([UInt8])
        /// Sent in pieces by `send` until `finish`; chunked.
        case streaming
    }

    /// The method in capitals.
    public var method: String
    /// `http://` or `https://`.
    public var url: URLParts
    /// Request headers; Host, Content-Length and Transfer-Encoding are set by the client.
    public var headers: [HeaderField]
    /// The request body.
    public var body: Body
    /// Whether the response is `text/event-stream`: then each message received is the data of one event.
    public var serverSentEvents: Bool
    /// How long until the response head must have come.
    public var timeout: Duration
    /// Which addresses the host may resolve to; nil goes anywhere.
    public var addresses: AddressPolicy?

    /// An HTTP request to make.
    public init(
        method: String, url: URLParts, headers: [HeaderField] = [], body: Body = .none, serverSentEvents: Bool = false,
        timeout: Duration = .seconds(30), addresses: AddressPolicy? = nil
    ) {
        self.addresses = addresses
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.serverSentEvents = serverSentEvents
        self.timeout = timeout
    }
}

/// A TCP connection to open. What arrives comes as `.chunk` in pieces of any size; `send` takes bytes of any kind, also before it is open.
public struct TCPEndpoint: Sendable, Equatable {
    /// Host name or numeric address, without brackets.
    public var host: String
    /// Port, 1...65535.
    public var port: Int
    /// How long the look-up of the name and the connection may take together.
    public var timeout: Duration

    /// A TCP connection to open.
    public init(host: String, port: Int, timeout: Duration = .seconds(10)) {
        self.host = host
        self.port = port
        self.timeout = timeout
    }
}

/// What kind of message a link carries.
public enum LinkMessageKind: Sendable, Equatable {
    /// A WebSocket text message, whole, valid UTF-8; a worker's control message (JSON).
    case text
    /// A WebSocket binary message, whole; a worker's PCM (s16le mono).
    case binary
    /// A piece of an HTTP body, or of a TCP connection's bytes, as it came.
    case chunk
    /// The data of one server-sent event (its `data:` lines joined by newlines; names are inside the data with all vendors).
    case serverSentEvent
}

/// What is known when a link has opened.
public struct LinkOpening: Sendable, Equatable {
    /// HTTP status (101 for a WebSocket, 0 for a worker or TCP).
    public var status: Int
    /// Response headers with lower-case names.
    public var headers: [HeaderField]
    /// From the order to connect until open.
    public var elapsed: Duration

    /// What is known when a link has opened.
    public init(status: Int, headers: [HeaderField] = [], elapsed: Duration = .zero) {
        self.status = status
        self.headers = headers
        self.elapsed = elapsed
    }

    /// The value of a header, by its name in any case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// The one terminal event of a link: every way in which it can end.
public struct LinkClosure: Sendable, Equatable {
    /// Who or what ended it.
    public enum Cause: Sendable, Equatable {
        /// We closed it.
        case local
        /// The peer closed in order: WebSocket close frame (with its code), the end of an HTTP response, FIN of a TCP connection.
        case remote
        /// The name did not resolve.
        case nameNotResolved
        /// Nobody answered or the connection was refused.
        case refused
        /// TLS failed; `reason` says why in words (expired, wrong host, unknown authority …).
        case tls
        /// The peer answered the upgrade with an HTTP status.
        case rejected(status: Int)
        /// Connect, upgrade or response took too long.
        case timedOut
        /// The connection broke (reset, EOF without close).
        case broken
        /// The peer broke the protocol, or a message was too large.
        case protocolError
    }

    /// Who or what ended it.
    public var cause: Cause
    /// WebSocket close code, if one came.
    public var code: Int?
    /// In words, from outside: shown only through the sanitiser.
    public var reason: String
    /// The first bytes of an error response's body (at most 4096), for messages.
    public var body: [UInt8]
    /// Response headers of a rejection (retry-after, request ids), lower-case names.
    public var headers: [HeaderField]

    /// The end of a link.
    public init(
        _ cause: Cause, code: Int? = nil, reason: String = "", body: [UInt8] = [], headers: [HeaderField] = []
    ) {
        self.cause = cause
        self.code = code
        self.reason = reason
        self.body = body
        self.headers = headers
    }
}

/// An open or opening link. Engine thread.
@EngineActor
public protocol Link: AnyObject {
    /// Sends one message. The bytes are copied before return. Never calls the delegate. Silently counted and dropped
    /// when the link is closed; `false` when the bound of queued bytes is reached (the message is then dropped).
    @discardableResult
    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool

    /// Ends a streaming HTTP request body. Nothing for other links.
    func finish()

    /// Closes in order (WebSocket close frame with `code`, then at most 2 s for the answer). The terminal event follows.
    func close(code: Int, reason: String)

    /// Bytes accepted by `send` that have not left yet.
    var queuedBytes: Int { get }
}

/// Who hears of a link. Calls come on the engine thread, never from inside a call into the port.
@EngineActor
public protocol LinkDelegate: AnyObject {
    /// The link is open.
    func linkOpened(_ id: LinkID, _ opening: LinkOpening)
    /// A whole message (or a body chunk); the bytes live until return.
    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>)
    /// The link has ended: exactly once for each link opened, and nothing after it.
    func linkClosed(_ id: LinkID, _ closure: LinkClosure)
}

/// Opens links. Network does it for WebSocket, HTTP and TCP, workers do it for themselves, TestKit by script.
@EngineActor
public protocol LinkOpener: AnyObject {
    /// Starts opening; never fails by itself: whatever goes wrong is the link's terminal event. The delegate is held weakly.
    func open(_ id: LinkID, _ endpoint: Endpoint, delegate: any LinkDelegate) -> any Link

    /// Nobody talks for now: whatever is kept for the next link is let go.
    func releaseKept()
}

extension LinkOpener {
    /// Keeps nothing.
    public func releaseKept() {}
}
