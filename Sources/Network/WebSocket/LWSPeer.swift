import Core

/// The server's side of an accepted WebSocket.
@EngineActor
final class LWSPeer: WebSocketPeer, WireOwner {
    /// How long libwebsockets may take for the upgrade whose request is already there.
    private static let upgradePatience: Duration = .seconds(10)

    private let delegate: any WebSocketPeerDelegate
    private var handler: (any HTTPHandler)?
    private var wire: WebSocketWire?
    private var timer: (any EngineTimer)?

    var queuedBytes: Int { wire?.queuedBytes ?? 0 }

    /// Hands `descriptor`, with the upgrade request unread, to libwebsockets. The wire keeps the peer alive.
    static func start(
        _ context: WebSocketContext, _ host: OpaquePointer, _ descriptor: Int32, delegate: any WebSocketPeerDelegate,
        handler: any HTTPHandler
    ) {
        let peer = LWSPeer(delegate, handler)
        let wire = WebSocketWire(context, owner: peer)
        peer.wire = wire
        peer.timer = context.loop.schedule(after: upgradePatience) { [weak wire] in
            wire?.abandon(LinkClosure(.timedOut, reason: "the upgrade took too long"))
        }
        wire.adopt(host, descriptor: descriptor)
    }

    private init(_ delegate: any WebSocketPeerDelegate, _ handler: any HTTPHandler) {
        self.delegate = delegate
        self.handler = handler
    }

    @discardableResult
    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool { wire?.send(kind, payload) ?? false }

    func close(code: Int, reason: String) { wire?.close(code: code, reason: reason) }

    // MARK: - WireOwner

    func wireConnected() {}
    func wireWritesRequest(_ add: (_ name: String, _ value: String) -> Bool) {}
    func wireWritesAnswer() -> String { "" }

    func wireOpened(_ headers: [HeaderField]) {
        timer?.cancel()
        timer = nil
        let service = handler
        handler = nil
        service?.upgraded(self, delegate)
    }

    func wireReceived(_ kind: LinkMessageKind, _ payload: Span<UInt8>) { delegate.peerReceived(self, kind, payload) }

    func wireEnded(_ closure: LinkClosure, connected: Bool) {
        timer?.cancel()
        timer = nil
        wire = nil
        delegate.peerClosed(self, closure)
    }
}
