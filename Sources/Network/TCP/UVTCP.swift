import CLinux
import CUV
import Core
import Glibc

/// TCP on the loop, over raw non-blocking sockets (docs/decisions/0002-engine-thread.md has the measurements).
@EngineActor
public final class UVTCP: TCPPort {
    /// How sockets are made.
    public struct Options: Sendable {
        /// Several processes may listen on one port (`SO_REUSEPORT`): one engine a process.
        public var sharePort: Bool
        /// Kernel send buffer of accepted connections in bytes, so that a peer which stops reading is noticed early;
        /// nil leaves the system's (megabytes on loopback).
        public var sendBuffer: Int?

        /// How sockets are made.
        public init(sharePort: Bool = false, sendBuffer: Int? = nil) {
            self.sharePort = sharePort
            self.sendBuffer = sendBuffer
        }
    }

    private let loop: UVLoop
    private let options: Options

    /// TCP on `loop`.
    public init(loop: UVLoop, options: Options = Options()) {
        self.loop = loop
        self.options = options
    }

    public func listen(
        _ address: SocketAddress, backlog: Int, trouble: @escaping @EngineActor (String?) -> Void,
        accepted: @escaping @EngineActor (any TCPConnection) -> Void
    ) throws(ConfigurationError) -> any TCPListener {
        let (loop, options) = (loop, options)
        return try UVTCPListener(
            loop, address, backlog: backlog, sharePort: options.sharePort, trouble: trouble
        ) { descriptor, from in
            if let size = options.sendBuffer {
                SocketNames.set(descriptor, SOL_SOCKET, SO_SNDBUF, Int32(clamping: size))
            }
            let connection = UVTCPConnection(loop, accepted: descriptor, from: from)
            if connection.startReading() { accepted(connection) }
        }
    }

    public func connect(
        _ address: SocketAddress, timeout: Duration, delegate: any TCPConnectionDelegate,
        opened: @escaping @EngineActor (any TCPConnection) -> Void
    ) -> any TCPConnection {
        UVTCPConnection(loop, to: address, timeout: timeout, delegate: delegate, opened: opened)
    }
}
