/// A socket address: numbers, or the path of a unix domain socket.
public struct SocketAddress: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Numeric host: `127.0.0.1`, `::1`; or the absolute path of a unix domain socket.
    public var host: String
    /// Port, 0...65535.
    public var port: Int

    /// A socket address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// The unix domain socket at an absolute path.
    public init(socketPath path: String) { self.init(host: path, port: 0) }

    /// The path of a unix domain socket; nil for an address in numbers.
    public var socketPath: String? { host.hasPrefix("/") ? host : nil }

    /// `127.0.0.1:9092`, `[::1]:9092`, `/run/user/1000/sidetone.sock`.
    public var description: String {
        if let socketPath { return socketPath }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Reads `HOST:PORT`, `[V6]:PORT` or `:PORT` (loopback); the error names what is wrong.
    public init(parsing text: String) throws(ConfigurationError) {
        let refuse = { (why: String) in
            ConfigurationError(
                place: "address \"\(text)\"", cause: why, fix: "write HOST:PORT, for example 127.0.0.1:9092")
        }
        guard let colon = text.lastIndex(of: ":") else { throw refuse("has no port") }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw refuse("an IPv6 address needs brackets")
        }
        guard !host.hasPrefix("/") else { throw refuse("is a path") }
        guard let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
            throw refuse("the port must be a number from 0 to 65535")
        }
        self.init(host: host.isEmpty ? "127.0.0.1" : host, port: port)
    }
}

/// Why a TCP connection ended.
public enum TCPClosure: Sendable, Equatable {
    /// The peer sent FIN (all its bytes were delivered before).
    case remote
    /// The peer reset the connection (bytes that had arrived were delivered before).
    case reset
    /// We closed it.
    case local
    /// Connect failed or another error, in words.
    case failed(String)
}

/// One TCP connection. Engine thread. Reads are always drained: nothing ever stops reading from a peer.
@EngineActor
public protocol TCPConnection: AnyObject {
    /// The peer's address.
    var remoteAddress: SocketAddress { get }

    /// Who hears of it; held weakly.
    var delegate: (any TCPConnectionDelegate)? { get set }

    /// Sends `bytes` in one send call (TCP_NODELAY is on). What the kernel does not take is queued and sent whole later, in order.
    /// Returns false, and drops all of `bytes`, when more than `queueLimit` bytes would wait.
    @discardableResult
    func send(_ bytes: Span<UInt8>) -> Bool

    /// Most bytes that may wait for a peer that does not read.
    var queueLimit: Int { get set }

    /// Bytes waiting.
    var queuedBytes: Int { get }

    /// Sends what waits, then FIN, then closes when the peer's FIN came or after one second. `tcpClosed` follows.
    func close()

    /// Drops the connection at once with RST. `tcpClosed` follows.
    func abort()
}

/// Who hears of a TCP connection; never called from inside a call into it.
@EngineActor
public protocol TCPConnectionDelegate: AnyObject {
    /// Bytes as they came; they live until return.
    func tcpReceived(_ connection: any TCPConnection, _ bytes: Span<UInt8>)
    /// The connection has ended: once, and nothing after it.
    func tcpClosed(_ connection: any TCPConnection, _ closure: TCPClosure)
}

/// A listening socket.
@EngineActor
public protocol TCPListener: AnyObject {
    /// The address bound (with the real port when 0 was asked for).
    var localAddress: SocketAddress { get }
    /// Stops listening; accepted connections stay.
    func close()
}

/// TCP as the transports see it. Implemented over libuv in Network, in memory in TestKit.
@EngineActor
public protocol TCPPort: AnyObject {
    /// Listens; `accepted` is called for each connection and must set its delegate at once.
    /// Throws `ConfigurationError` naming the address and the cause (in use, not permitted, bad address).
    /// When descriptors run out, accepting pauses and `trouble` is told, then told again (nil) when it goes on.
    func listen(
        _ address: SocketAddress, backlog: Int, trouble: @escaping @EngineActor (String?) -> Void,
        accepted: @escaping @EngineActor (any TCPConnection) -> Void
    ) throws(ConfigurationError) -> any TCPListener

    /// Connects; the outcome comes as `opened` or, on failure, as the delegate's `tcpClosed`.
    func connect(
        _ address: SocketAddress, timeout: Duration, delegate: any TCPConnectionDelegate,
        opened: @escaping @EngineActor (any TCPConnection) -> Void
    ) -> any TCPConnection
}

/// A mistake in what the user gave (configuration, argument, file): place, cause and fix in words.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where: `sidetone.yaml:12 providers.openai.voice`, `--audiosocket`, a path.
    public var place: String
    /// What is wrong.
    public var cause: String
    /// What to do.
    public var fix: String

    /// A mistake in what the user gave.
    public init(place: String, cause: String, fix: String) {
        self.place = place
        self.cause = cause
        self.fix = fix
    }

    public var description: String {
        let end = fix.last.map { ".?!".contains($0) } == true ? "" : "."
        return "\(place): \(cause). \(fix.prefix(1).uppercased())\(fix.dropFirst())\(end)"
    }
}
