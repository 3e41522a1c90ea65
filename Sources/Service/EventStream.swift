import Core

/// One client of `/v1/events`: every record as a JSON text message; a client that does not read misses records and is
/// told how many (`{"type":"missed","count":n}`). Engine thread.
@EngineActor
final class EventStream: WebSocketPeerDelegate {
    private static let mostQueued = 1 << 20
    private let client: any EngineClient
    private let post: @Sendable (@escaping @EngineActor @Sendable () -> Void) -> Void
    private var peer: (any WebSocketPeer)?
    private var queue: EventQueue?
    private var missed: UInt64 = 0
    private var ended: (@EngineActor () -> Void)?

    init(client: any EngineClient, post: @escaping @Sendable (@escaping @EngineActor @Sendable () -> Void) -> Void) {
        self.client = client
        self.post = post
    }

    func begin(_ peer: any WebSocketPeer, ended: @escaping @EngineActor () -> Void) {
        self.peer = peer
        self.ended = ended
        let post = post
        let queue = EventQueue(bound: 4096, policy: .lossless) { [weak self] in post { self?.send() } }
        self.queue = queue
        client.subscribe(queue)
    }

    private func send() {
        guard let peer, let queue else { return }
        let (records, dropped) = queue.take()
        missed += dropped
        for record in records {
            guard peer.queuedBytes < Self.mostQueued, let line = try? EventCodec.encode(record) else {
                missed += 1
                continue
            }
            if missed > 0 {
                let note: JSONValue = ["type": "missed", "count": .int(Int64(missed))]
                if peer.send(.text, note.bytes.span) { missed = 0 }
            }
            if !peer.send(.text, line.span) { missed += 1 }
        }
    }

    func peerReceived(_ peer: any WebSocketPeer, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        guard kind == .text else { return }
        let bytes = payload.withUnsafeBufferPointer { Array($0) }
        if let command = try? EventCodec.decode(Command.self, from: bytes) { return client.send(command) }
        let fault: JSONValue = ["type": "refused", "reason": "not a command"]
        _ = peer.send(.text, fault.bytes.span)
    }

    func peerClosed(_ peer: any WebSocketPeer, _ closure: LinkClosure) {
        if let queue { client.unsubscribe(queue) }
        queue = nil
        self.peer = nil
        ended?()
        ended = nil
    }
}
