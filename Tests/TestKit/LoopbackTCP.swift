import Core

/// TCP in memory: a test holds the far end of every connection. Use it with `ManualLoop` on the engine.
@EngineActor
public final class LoopbackTCP: TCPPort {
    private let loop: any EngineLoop
    private var accepted: (@EngineActor (any TCPConnection) -> Void)?
    /// Tells the listener about its descriptors.
    public private(set) var trouble: (@EngineActor (String?) -> Void)?
    /// The listener has been closed (or never was opened).
    public private(set) var isListening = false
    /// Gets the far end of each connection made by `connect`; when nil, connecting fails.
    public var onConnect: (@EngineActor (LoopbackPeer) -> Void)?
    private var nextPort = 40000

    /// TCP whose outcomes come through `loop`.
    public init(loop: any EngineLoop) { self.loop = loop }

    public func listen(
        _ address: SocketAddress, backlog: Int, trouble: @escaping @EngineActor (String?) -> Void,
        accepted: @escaping @EngineActor (any TCPConnection) -> Void
    ) throws(ConfigurationError) -> any TCPListener {
        guard !isListening else {
            throw ConfigurationError(
                place: "listen on \(address)", cause: "the address is in use", fix: "choose another port")
        }
        isListening = true
        self.trouble = trouble
        self.accepted = accepted
        return LoopbackListener(localAddress: address) { [weak self] in
            self?.isListening = false
            self?.accepted = nil
        }
    }

    public func connect(
        _ address: SocketAddress, timeout: Duration, delegate: any TCPConnectionDelegate,
        opened: @escaping @EngineActor (any TCPConnection) -> Void
    ) -> any TCPConnection {
        let connection = LoopbackConnection(loop: loop, remoteAddress: address)
        connection.delegate = delegate
        let peer = LoopbackPeer(connection)
        guard let onConnect else {
            connection.endSoon(.failed("connection refused"))
            return connection
        }
        _ = loop.schedule(at: loop.now) {
            opened(connection)
            onConnect(peer)
        }
        return connection
    }

    /// Connects to the listener as a far end would. Nil when nobody listens.
    public func dial(from host: String = "127.0.0.1") -> LoopbackPeer? {
        guard let accepted else { return nil }
        nextPort += 1
        let connection = LoopbackConnection(loop: loop, remoteAddress: SocketAddress(host: host, port: nextPort))
        let peer = LoopbackPeer(connection)
        accepted(connection)
        return peer
    }
}

/// The far end of an in-memory connection.
@EngineActor
public final class LoopbackPeer {
    private let connection: LoopbackConnection

    fileprivate init(_ connection: LoopbackConnection) { self.connection = connection }

    /// One entry for each send call that arrived, with its time.
    public var arrivals: [(time: MonotonicTime, bytes: [UInt8])] { connection.taken }
    /// Everything that arrived.
    public var received: [UInt8] { connection.taken.flatMap(\.bytes) }
    /// Our side's FIN or RST came.
    public var sawFIN: Bool { connection.sentFIN }
    public var sawReset: Bool { connection.wasReset }

    /// Whether this end reads; what comes meanwhile waits at the sender and arrives when reading goes on.
    public var isReading: Bool {
        get { connection.peerReads }
        set { connection.setPeerReads(newValue) }
    }

    /// Sends bytes, in pieces of at most `piece`.
    public func send(_ bytes: [UInt8], piece: Int = 65536) {
        var at = 0
        while at < bytes.count {
            let end = min(bytes.count, at + piece)
            connection.deliver(Array(bytes[at..<end]))
            at = end
        }
    }

    /// Sends FIN.
    public func finish() { connection.finishedByPeer() }

    /// Resets the connection.
    public func reset() { connection.end(.reset) }
}

@EngineActor
private final class LoopbackListener: TCPListener {
    let localAddress: SocketAddress
    private let closed: @EngineActor () -> Void

    init(localAddress: SocketAddress, closed: @escaping @EngineActor () -> Void) {
        self.localAddress = localAddress
        self.closed = closed
    }

    func close() { closed() }
}

@EngineActor
private final class LoopbackConnection: TCPConnection {
    let remoteAddress: SocketAddress
    weak var delegate: (any TCPConnectionDelegate)?
    var queueLimit = 256 << 10
    private(set) var taken: [(time: MonotonicTime, bytes: [UInt8])] = []
    private(set) var sentFIN = false
    private(set) var wasReset = false
    private(set) var peerReads = true
    private var waiting: [[UInt8]] = []
    private var isClosing = false
    private var isEnded = false
    private let loop: any EngineLoop

    init(loop: any EngineLoop, remoteAddress: SocketAddress) {
        self.loop = loop
        self.remoteAddress = remoteAddress
    }

    var queuedBytes: Int { waiting.reduce(0) { $0 + $1.count } }

    func send(_ bytes: Span<UInt8>) -> Bool {
        guard !isClosing, !isEnded, queuedBytes + bytes.count <= queueLimit || peerReads else { return false }
        let copy = bytes.withUnsafeBufferPointer { Array($0) }
        if peerReads { taken.append((loop.now, copy)) } else { waiting.append(copy) }
        return true
    }

    func close() {
        guard !isClosing, !isEnded else { return }
        isClosing = true
        if waiting.isEmpty { sentFIN = true }
        _ = loop.schedule(after: .seconds(1)) { self.end(.local) }
    }

    func abort() {
        wasReset = true
        endSoon(.local)
    }

    func endSoon(_ closure: TCPClosure) { _ = loop.schedule(at: loop.now) { self.end(closure) } }

    func end(_ closure: TCPClosure) {
        guard !isEnded else { return }
        delegate?.tcpClosed(self, closure)
        isEnded = true
        sentFIN = sentFIN || closure == .remote || closure == .local
        delegate = nil
    }

    func finishedByPeer() { end(isClosing ? .local : .remote) }

    func deliver(_ bytes: [UInt8]) {
        guard !isClosing, !isEnded else { return }
        delegate?.tcpReceived(self, bytes.span)
    }

    func setPeerReads(_ reads: Bool) {
        peerReads = reads
        guard reads else { return }
        for bytes in waiting { taken.append((loop.now, bytes)) }
        waiting = []
        if isClosing { sentFIN = true }
    }
}
