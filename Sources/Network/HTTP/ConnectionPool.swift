import Core

/// A byte stream that can wait for its next exchange.
@EngineActor
protocol KeptStream: AnyObject {
    /// Who hears of it.
    var owner: (any ByteStreamOwner)? { get set }
    /// It is open and nothing has come that nobody has read, neither bytes nor the end.
    var isQuiet: Bool { get }
    /// Ends it; nothing follows.
    func close()
}

/// What two connections must share so that one can stand in for the other.
struct ConnectionKey: Hashable {
    var isSecure: Bool
    var host: String
    var port: Int
    /// Whom TLS trusts; nil for plain connections.
    var trust: ObjectIdentifier?
}

/// Open connections between two exchanges: the next exchange to the same place saves the look-up, TCP and TLS.
///
/// Whatever comes while a connection waits ends it: bytes nobody asked for, the peer's end, the idle limit.
@EngineActor
final class ConnectionPool<Stream: KeptStream> {
    /// How many wait, and for how long.
    struct Limits {
        var perHost = 4
        var total = 32
        /// Below the limits of usual servers and address translators (60 s), so that it is we who end a connection.
        var idle: Duration = .seconds(30)
    }

    private let loop: any EngineLoop
    private let limits: Limits
    /// The oldest first.
    private var waiting: [Waiting] = []

    /// How many connections wait.
    var count: Int { waiting.count }

    init(_ loop: any EngineLoop, limits: Limits = Limits()) {
        self.loop = loop
        self.limits = limits
    }

    isolated deinit { for entry in waiting { entry.close() } }

    /// Whether somebody asked for a connection since `release`: before that nothing is kept.
    private var isWanted = true

    /// Closes all that wait, and whatever comes until the next `take`: no conversation is left to use them.
    func release() {
        isWanted = false
        for entry in waiting { entry.close() }
        waiting = []
    }

    /// The connection to this place that waited least, if one still stands; its owner is the caller's to set.
    func take(_ key: ConnectionKey) -> Stream? {
        isWanted = true
        while let index = waiting.lastIndex(where: { $0.key == key }) {
            let entry = waiting.remove(at: index)
            if entry.stream.isQuiet {
                entry.letGo()
                return entry.stream
            }
            entry.close()
        }
        return nil
    }

    /// Keeps a connection whose exchange is over; `patience` is how long its server keeps it, when that is known.
    func give(_ stream: Stream, _ key: ConnectionKey, patience: Duration?) {
        // A second less than the server, whose clock runs since its last byte left.
        let idle = min(limits.idle, patience.map { $0 - .seconds(1) } ?? limits.idle)
        guard isWanted, idle > .zero, limits.perHost > 0, limits.total > 0, stream.isQuiet else {
            return stream.close()
        }
        if waiting.count(where: { $0.key == key }) >= limits.perHost { drop { $0.key == key } }
        if waiting.count >= limits.total { drop { _ in true } }
        let entry = Waiting(stream, key) { [weak self] entry in self?.waiting.removeAll { $0 === entry } }
        entry.timer = loop.schedule(after: idle) { [weak entry] in entry?.end() }
        stream.owner = entry
        waiting.append(entry)
    }

    private func drop(_ matches: (Waiting) -> Bool) {
        guard let index = waiting.firstIndex(where: matches) else { return }
        waiting.remove(at: index).close()
    }

    /// One connection that waits.
    private final class Waiting: ByteStreamOwner {
        let stream: Stream
        let key: ConnectionKey
        var timer: (any EngineTimer)?
        private let gone: @EngineActor (Waiting) -> Void

        init(_ stream: Stream, _ key: ConnectionKey, gone: @escaping @EngineActor (Waiting) -> Void) {
            self.stream = stream
            self.key = key
            self.gone = gone
        }

        func letGo() {
            timer?.cancel()
            timer = nil
            stream.owner = nil
        }

        func close() {
            letGo()
            stream.close()
        }

        func end() {
            close()
            gone(self)
        }

        func streamOpened() {}
        func streamReceived(_ bytes: UnsafeRawBufferPointer) { end() }
        func streamEnded(_ failure: LinkClosure?) { end() }
    }
}
