import Core

/// Who reads a byte stream. Engine thread.
@EngineActor
protocol ByteStreamOwner: AnyObject {
    /// Connected (and its TLS handshake done).
    func streamOpened()
    /// Bytes, plain; they live until return.
    func streamReceived(_ bytes: UnsafeRawBufferPointer)
    /// The end, once; nil when the peer ended it in order.
    func streamEnded(_ failure: LinkClosure?)
}

/// A client's byte stream to a host, plain or TLS: address after address until one answers.
@EngineActor
final class ByteStream: KeptStream, TCPConnectionDelegate {
    weak var owner: (any ByteStreamOwner)?
    private(set) var isOpen = false

    private let loop: UVLoop
    private let host: String
    private let port: Int
    private let isSecure: Bool
    private let trust: TLSTrust?
    private let addresses: AddressPolicy?
    private var untried: [String] = []
    private var deadline = MonotonicTime(nanoseconds: 0)
    private var connection: UVTCPConnection?
    private var session: TLSSession?
    private var isOver = false

    /// Bytes that wait for the peer.
    var queuedBytes: Int { connection?.queuedBytes ?? 0 }

    var isQuiet: Bool { isOpen && !isOver && connection?.isQuiet == true }

    /// A stream to the host of a URL, over TLS when its scheme says so. `addresses` may object to where the name leads.
    convenience init(_ loop: UVLoop, _ url: URLParts, trust: TLSTrust?, addresses: AddressPolicy? = nil) {
        self.init(
            loop, host: url.host, port: url.port, isSecure: url.isSecure, trust: trust, addresses: addresses)
    }

    init(
        _ loop: UVLoop, host: String, port: Int, isSecure: Bool = false, trust: TLSTrust? = nil,
        addresses: AddressPolicy? = nil
    ) {
        self.loop = loop
        self.host = host
        self.port = port
        self.isSecure = isSecure
        self.addresses = addresses
        self.trust = trust
    }

    /// Looks the host up and connects; `deadline` bounds the attempts.
    func open(_ resolver: any NameResolver, until deadline: MonotonicTime) {
        self.deadline = deadline
        resolver.resolve(host) { self.resolved($0) }
    }

    private func resolved(_ outcome: NameResolution) {
        guard !isOver else { return }
        switch outcome {
        case .failed(let words):
            end(LinkClosure(.nameNotResolved, reason: "the name \(host) did not resolve: \(words)"))
        case .addresses(let all):
            if let objection = addresses?.objection(host: host, addresses: all) {
                return end(LinkClosure(.refused, reason: objection))
            }
            untried = all
            tryNext()
        }
    }

    private func tryNext() {
        let address = untried.removeFirst()
        let left = max(.milliseconds(1), deadline - loop.now)
        let share = Duration.nanoseconds(left.wholeNanoseconds / Int64(untried.count + 1))
        let patience = untried.isEmpty ? left : min(.seconds(2), share)
        let made = UVTCPConnection(
            loop, to: SocketAddress(host: address, port: port), timeout: patience, delegate: self
        ) { [weak self] _ in self?.connected() }
        made.queueLimit = 16 << 20
        connection = made
    }

    private func connected() {
        untried = []
        guard isSecure else { return opened() }
        guard let trust, let made = TLSSession(trust, host: host) else {
            return end(LinkClosure(.tls, reason: "TLS cannot be set up: the file of authorities cannot be read"))
        }
        session = made
        advance(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    private func opened() {
        isOpen = true
        owner?.streamOpened()
    }

    // MARK: - Sending

    /// Sends plain bytes; false when too much waits or the stream is not open.
    @discardableResult
    func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard isOpen, !isOver, let connection else { return false }
        guard let session else { return connection.send(Span(_unsafeBytes: bytes)) }
        guard connection.queuedBytes + bytes.count <= connection.queueLimit - 64 << 10 else { return false }
        let written = session.write(bytes)
        flush()
        return written
    }

    private func flush() {
        guard let session, let connection else { return }
        withUnsafeTemporaryAllocation(byteCount: 17 << 10, alignment: 16) { buffer in
            session.drain(into: buffer) { connection.send(Span(_unsafeBytes: $0)) }
        }
    }

    /// Ends it: the closing alert, FIN, no further event.
    func close() {
        guard !isOver else { return }
        session?.shutdown()
        flush()
        connection?.close()
        forget()
    }

    private func forget() {
        isOver = true
        isOpen = false
        owner = nil
        connection = nil
        session = nil
    }

    private func end(_ failure: LinkClosure?) {
        guard !isOver else { return }
        let listener = owner
        connection?.abort()
        forget()
        listener?.streamEnded(failure)
    }

    // MARK: - The connection's side

    func tcpReceived(_ connection: any TCPConnection, _ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { raw in
            if session == nil { owner?.streamReceived(raw) } else { advance(raw) }
        }
    }

    private func advance(_ cipher: UnsafeRawBufferPointer) {
        guard let session else { return }
        let wasOpen = isOpen
        withUnsafeTemporaryAllocation(byteCount: 17 << 10, alignment: 16) { buffer in
            session.feed(cipher, buffer: buffer) { plain in
                if !isOpen { opened() }
                owner?.streamReceived(plain)
            }
        }
        guard !isOver else { return }
        flush()
        switch session.state {
        case .open: if !wasOpen, !isOpen { opened() }
        case .handshaking: break
        case .peerClosed: end(nil)
        case .failed(let words): end(LinkClosure(wasOpen ? .broken : .tls, reason: words))
        }
    }

    func tcpClosed(_ connection: any TCPConnection, _ closure: TCPClosure) {
        guard !isOver else { return }
        if !isOpen, session == nil, !untried.isEmpty { return tryNext() }
        switch closure {
        case .remote where isOpen && session == nil: end(nil)
        case .remote where isOpen: end(LinkClosure(.broken, reason: "the connection ended without a TLS close"))
        case .failed(let words) where !isOpen:
            end(LinkClosure(loop.now >= deadline ? .timedOut : .refused, reason: words))
        case .remote where session != nil:
            end(LinkClosure(.tls, reason: TLSWords.handshake("the peer ended it")))
        case .local: end(LinkClosure(.local, reason: "stopping"))
        case .failed(let words): end(LinkClosure(.broken, reason: words))
        case .remote, .reset: end(LinkClosure(.broken, reason: "the connection was reset"))
        }
    }
}
