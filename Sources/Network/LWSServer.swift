import Core

/// The HTTP/1.1 and WebSocket server on the loop.
///
/// Plain requests are read and answered here; an accepted upgrade hands its socket to libwebsockets.
@EngineActor
public final class LWSServer: HTTPServerPort {
    /// The server's bounds.
    public struct Options: Sendable {
        /// Largest request body in bytes; a larger one is answered with 413.
        public var maximumBody: Int
        /// Several processes may listen on one port.
        public var sharePort: Bool

        /// The server's bounds.
        public init(maximumBody: Int = 1 << 20, sharePort: Bool = false) {
            self.maximumBody = maximumBody
            self.sharePort = sharePort
        }
    }

    private let loop: UVLoop
    private let options: Options
    private let trouble: @EngineActor (String?) -> Void

    /// A server on `loop`; `trouble` is told when descriptors run out, and nil when it goes on.
    public init(
        loop: UVLoop, options: Options = Options(), trouble: @escaping @EngineActor (String?) -> Void = { _ in }
    ) {
        self.loop = loop
        self.options = options
        self.trouble = trouble
    }

    public func serve(
        _ address: SocketAddress, handler: any HTTPHandler
    ) throws(ConfigurationError) -> any TCPListener {
        let loop = loop
        var rules = HTTPServerConnection.Rules()
        rules.maximumBody = options.maximumBody
        return try UVTCPListener(
            loop, address, backlog: 512, sharePort: options.sharePort, trouble: trouble
        ) { descriptor, remote in
            _ = HTTPServerConnection(loop, descriptor, from: remote, rules: rules, handler: handler)
        }
    }
}
