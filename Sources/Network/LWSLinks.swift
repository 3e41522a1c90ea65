import Core

/// Opens WebSocket, HTTP and TCP links on the loop.
@EngineActor
public final class LWSLinks: LinkOpener {
    /// How links are opened.
    public struct Options: Sendable {
        /// A PEM file of authorities trusted besides the system's (tests, private proxies).
        public var authorities: String?

        /// How links are opened.
        public init(authorities: String? = nil) { self.authorities = authorities }
    }

    private let loop: UVLoop
    private let options: Options
    private let resolver: any NameResolver
    private var trust: TLSTrust?
    /// Connections between two HTTP exchanges; they end with this object.
    let pool: ConnectionPool<ByteStream>

    /// A link opener on `loop`; `resolver` is the system's unless a test gives its own.
    public init(loop: UVLoop, options: Options = Options(), resolver: (any NameResolver)? = nil) {
        self.loop = loop
        self.options = options
        self.resolver = resolver ?? UVNameResolver(loop: loop)
        pool = ConnectionPool(loop)
    }

    private func clientTrust() -> TLSTrust? {
        trust = trust ?? TLSTrust(authorities: options.authorities)
        return trust
    }

    /// A request that must not be sent as it is: what is wrong with its headers. Values are never shown.
    private func objection(_ headers: [HeaderField], names: [String]) -> LinkClosure? {
        if let bad = headers.first(where: { !HeaderText.isSafe($0) }) {
            let words = "the value of the header \(bad.name) holds a line break or control character"
            return LinkClosure(.protocolError, reason: words + "; check the key or option it comes from")
        }
        guard let bad = names.first(where: { !HeaderText.isToken($0) }) else { return nil }
        return LinkClosure(.protocolError, reason: "\"\(bad)\" cannot stand in a request head")
    }

    private func objection(_ endpoint: Endpoint) -> LinkClosure? {
        switch endpoint {
        case .webSocket(let wanted): objection(wanted.headers, names: wanted.subprotocols)
        case .http(let wanted): objection(wanted.headers, names: [wanted.method])
        case .tcp, .worker: nil
        }
    }

    public func releaseKept() { pool.release() }

    public func open(_ id: LinkID, _ endpoint: Endpoint, delegate: any LinkDelegate) -> any Link {
        if let objection = objection(endpoint) { return DeadLink(id, loop, delegate, objection) }
        switch endpoint {
        case .webSocket(let wanted):
            guard let context = WebSocketContext.of(loop), let host = context.clientHost(options.authorities) else {
                return DeadLink(id, loop, delegate, LinkClosure(.refused, reason: "libwebsockets does not start"))
            }
            return LWSWebSocketLink(
                id, wanted, context: context, host: host, resolver: resolver, delegate: delegate)
        case .http(let wanted):
            let trust = wanted.url.isSecure ? clientTrust() : nil
            let means = HTTPExchange.Means(loop: loop, trust: trust, resolver: resolver, pool: pool)
            return HTTPExchange(id, wanted, means, delegate: delegate)
        case .tcp(let wanted):
            return TCPLink(id, wanted, loop: loop, resolver: resolver, delegate: delegate)
        case .worker(let name, _):
            let closure = LinkClosure(.refused, reason: "the network knows no worker named \(name)")
            return DeadLink(id, loop, delegate, closure)
        }
    }
}

/// A link that cannot be: it tells so at the loop's next turn.
@EngineActor
final class DeadLink: Link {
    let queuedBytes = 0

    init(_ id: LinkID, _ loop: UVLoop, _ delegate: any LinkDelegate, _ closure: LinkClosure) {
        loop.soon { [weak delegate] in delegate?.linkClosed(id, closure) }
    }

    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool { false }
    func finish() {}
    func close(code: Int, reason: String) {}
}
