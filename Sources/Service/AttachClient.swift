import Core
import Synchronization

/// Where a running engine is reached.
public struct AttachTarget: Sendable, Equatable {
    /// The WebSocket of its events.
    public var url: URLParts
    /// Its token, beyond loopback.
    public var token: Secret?

    /// The control socket at a path.
    public init(socketPath: String) {
        url = URLParts(socketPath: socketPath, scheme: "ws", target: "/v1/events?console=1")
    }

    /// The HTTP service at a URL (`http`, `https`, `ws` or `wss`); a path in it is taken as a prefix.
    public init(url text: String, token: Secret?) throws(ConfigurationError) {
        url = try URLParts(parsing: text)
        url.scheme = url.isSecure ? "wss" : "ws"
        url.path = (url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path) + "/v1/events"
        url.query = "console=1"
        self.token = token
    }

    /// As words: the path, or the URL without its query.
    public var name: String { url.host.hasPrefix("/") ? url.host : "\(url.scheme)://\(url.authority)" }
    /// Whether it is on this machine, where the monotonic clock is ours.
    var isHere: Bool { url.host.hasPrefix("/") }
}

/// How it stands with the connection to a running engine.
public enum AttachState: Sendable, Equatable {
    case connecting
    /// Everything there is has been told.
    case attached(ServiceIdentity)
    /// No connection, why, and how often it was tried since the last one.
    case lost(reason: String, tries: Int)
}

/// A running engine, in this process or on another machine, in the place of the engine: the console draws the same panes.
/// All members may be used from any thread.
///
/// A loss of the connection is a trouble (`attach.lost`) until it is back; it is tried again after 0.25, 0.5, 1, 2, then
/// every 4 seconds. Back again, all is told anew, and what ended meanwhile is ended here.
public final class AttachClient: EngineClient {
    private let loop: any EngineLoop
    private let shared: AttachShared
    private let box: Box

    /// Holds the connection for the engine thread.
    private final class Box: Sendable {
        @EngineActor var connection: AttachConnection?
        init() {}
    }

    /// A client that connects at once. `opener` is made on the engine thread; `onState` is called there. `isReadOnly` sends
    /// no command.
    public init(
        _ target: AttachTarget, loop: any EngineLoop, isReadOnly: Bool = false,
        opener: @escaping @EngineActor @Sendable () -> any LinkOpener,
        onState: @escaping @EngineActor @Sendable (AttachState) -> Void
    ) {
        let (shared, box) = (AttachShared(), Box())
        self.loop = loop
        self.shared = shared
        self.box = box
        loop.post {
            let made = AttachConnection(
                target, loop: loop, opener: opener(), shared: shared, isReadOnly: isReadOnly, onState: onState)
            box.connection = made
            made.connect()
        }
    }

    public func send(_ command: Command) { ask(command) { _ in } }

    /// Sends a command; `answer` comes on the engine thread when the engine has taken it: nil, or the reason why not.
    public func ask(_ command: Command, answer: @escaping @EngineActor @Sendable (String?) -> Void) {
        loop.post { [box] in
            guard let connection = box.connection else { return answer("not connected") }
            connection.ask(command, answer: answer)
        }
    }

    public func subscribe(_ queue: EventQueue) { loop.post { [box] in box.connection?.add(queue) } }
    public func unsubscribe(_ queue: EventQueue) { loop.post { [box] in box.connection?.remove(queue) } }
    public func meters(of session: SessionID) -> MeterSnapshot? { shared.meters.withLock { $0[session] } }

    /// Leaves: nothing comes after it.
    public func close() {
        loop.post { [box] in
            box.connection?.close()
            box.connection = nil
        }
    }
}

/// What other threads read.
final class AttachShared: Sendable {
    let meters = Mutex<[SessionID: MeterSnapshot]>([:])
}
