import Core

/// A WebSocket client link: name -> address after address -> TLS -> upgrade -> messages -> one end.
@EngineActor
final class LWSWebSocketLink: Link, WireOwner, LoopResident {
    private let id: LinkID
    private let endpoint: WebSocketEndpoint
    private let context: WebSocketContext
    private let host: OpaquePointer
    private weak var delegate: (any LinkDelegate)?
    private let began: MonotonicTime
    private var deadline: (any EngineTimer)?
    private var attempt: (any EngineTimer)?
    private var untried: [String] = []
    private var wire: WebSocketWire?
    private var isOver = false

    var queuedBytes: Int { wire?.queuedBytes ?? 0 }

    init(
        _ id: LinkID, _ endpoint: WebSocketEndpoint, context: WebSocketContext, host: OpaquePointer,
        resolver: any NameResolver, delegate: any LinkDelegate
    ) {
        self.id = id
        self.endpoint = endpoint
        self.context = context
        self.host = host
        self.delegate = delegate
        began = context.loop.now
        context.loop.keep(self)
        deadline = context.loop.schedule(after: endpoint.timeout) { self.ranOutOfTime() }
        resolver.resolve(endpoint.url.host) { self.resolved($0) }
    }

    @discardableResult
    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool { wire?.send(kind, payload) ?? false }

    func finish() {}

    func close(code: Int, reason: String) {
        guard !isOver else { return }
        if let wire { return wire.close(code: code, reason: reason) }
        isOver = true
        context.loop.soon { self.over(LinkClosure(.local, code: code, reason: reason)) }
    }

    func loopStops() {
        if let wire { wire.loopStops() } else { over(LinkClosure(.local, reason: "stopping")) }
    }

    // MARK: - Opening

    private func resolved(_ outcome: NameResolution) {
        guard !isOver, deadline != nil else { return }
        switch outcome {
        case .failed(let words):
            over(LinkClosure(.nameNotResolved, reason: "the name \(endpoint.url.host) did not resolve: \(words)"))
        case .addresses(let all):
            untried = all
            tryNext()
        }
    }

    /// Tries the next address; each but the last gets its share of the time.
    private func tryNext() {
        guard !untried.isEmpty else { return }
        let address = untried.removeFirst()
        let made = WebSocketWire(context, owner: self)
        made.maximumMessage = endpoint.maximumMessage
        made.answerHeaders = endpoint.answerHeaders
        wire = made
        attempt?.cancel()
        attempt = nil
        if !untried.isEmpty {
            let left = began + endpoint.timeout - context.loop.now
            let share = Duration.nanoseconds(left.wholeNanoseconds / Int64(untried.count + 1))
            attempt = context.loop.schedule(after: min(share, .seconds(2))) { [weak made] in
                made?.abandon(LinkClosure(.refused, reason: "no answer from \(address)"))
            }
        }
        made.connect(host, address: address, url: endpoint.url, subprotocols: endpoint.subprotocols)
    }

    private func ranOutOfTime() {
        deadline = nil
        let closure = LinkClosure(.timedOut, reason: "\(endpoint.url.host) did not answer in time")
        untried = []
        if let wire { wire.abandon(closure) } else { over(closure) }
    }

    private func over(_ closure: LinkClosure) {
        isOver = true
        context.loop.letGo(self)
        deadline?.cancel()
        deadline = nil
        attempt?.cancel()
        attempt = nil
        wire = nil
        let listener = delegate
        delegate = nil
        listener?.linkClosed(id, closure)
    }

    // MARK: - WireOwner

    func wireConnected() {
        attempt?.cancel()
        attempt = nil
        untried = []
    }

    func wireWritesRequest(_ add: (_ name: String, _ value: String) -> Bool) {
        for header in endpoint.headers where !add(header.name, header.value) { return }
    }

    func wireWritesAnswer() -> String { "" }

    func wireOpened(_ headers: [HeaderField]) {
        deadline?.cancel()
        deadline = nil
        delegate?.linkOpened(id, LinkOpening(status: 101, headers: headers, elapsed: context.loop.now - began))
    }

    func wireReceived(_ kind: LinkMessageKind, _ payload: Span<UInt8>) { delegate?.linkReceived(id, kind, payload) }

    func wireEnded(_ closure: LinkClosure, connected: Bool) {
        guard !isOver || wire != nil else { return }
        if !connected, closure.cause == .refused, !untried.isEmpty { return tryNext() }
        over(closure)
    }
}
