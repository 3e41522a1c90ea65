import Core

/// One client of `/v1/events`: every record as a JSON text message. A client that does not read misses records and is told
/// how many (`{"type":"missed","count":n}`); a console (`?console=1`, see `StreamNote`) is then told all again. Engine
/// thread; only long runs of records are put into JSON elsewhere.
///
/// Engine → `EventQueue` → `pending` → JSON → socket. What the socket does not take waits in `pending`; what waits too long
/// is dropped and counted.
@EngineActor
final class EventStream: WebSocketPeerDelegate {
    /// Bytes that may wait in the socket's queue; the rest waits as records.
    private static let mostQueued = 256 << 10
    /// Records that may wait; a telling of many calls is long.
    private static let bound = 1 << 17
    /// Records put into JSON at once elsewhere, and the most that are done on the engine's thread.
    private static let batch = 256
    private static let inPlace = 8
    /// What is older than this when its turn comes is dropped: first what only refreshes, then everything.
    private static let frequentAge: Duration = .seconds(1)
    private static let age: Duration = .seconds(10)
    private static let pause: Duration = .milliseconds(5)
    /// Meters go out this often with few sessions and with many.
    private static let fewMeters: Duration = .milliseconds(50)
    private static let manyMeters: Duration = .milliseconds(200)

    private weak var service: ServiceHandler?
    private let client: any EngineClient
    private let loop: any EngineLoop
    private let isConsole: Bool
    private var peer: (any WebSocketPeer)?
    private var queue: EventQueue?
    private var pending: ArraySlice<EventRecord> = []
    /// How many of those that wait are the telling.
    private var telling = 0
    private var isTelling = false
    private var isEncoding = false
    private var missed: UInt64 = 0
    private var timer: (any EngineTimer)?
    private var meterTimer: (any EngineTimer)?
    private var ended: (@EngineActor () -> Void)?

    init(_ service: ServiceHandler, isConsole: Bool) {
        self.service = service
        self.isConsole = isConsole
        client = service.client
        loop = service.loop
    }

    func begin(_ peer: any WebSocketPeer, ended: @escaping @EngineActor () -> Void) {
        self.peer = peer
        self.ended = ended
        let loop = loop
        let queue = EventQueue(bound: Self.bound, policy: .lossless) { [weak self] in loop.post { self?.pump() } }
        self.queue = queue
        tell()
        if isConsole { sendMeters() }
    }

    // MARK: - The telling

    /// Subscribes (again): what rebuilds the state of all sessions comes first.
    private func tell() {
        guard let queue else { return }
        isTelling = true
        client.unsubscribe(queue)
        pending = []
        _ = queue.take()
        client.subscribe(queue)
        // After the subscription: what waits then is the telling.
        loop.post { [weak self] in self?.beginTelling() }
    }

    private func beginTelling() {
        guard let queue, let service else { return }
        missed = take(from: queue)
        telling = pending.count
        isTelling = false
        if isConsole {
            say(.hello(service.identity, now: loop.now, sessions: service.liveSessions))
            if telling == 0 { say(.told) }
        }
        pump()
    }

    // MARK: - Sending

    private func pump() {
        guard !isTelling, !isEncoding, timer == nil else { return }
        while let peer, let queue {
            if pending.isEmpty { missed += take(from: queue) }
            guard peer.queuedBytes < Self.mostQueued else { return wait() }
            dropStale()
            if missed > 0, tellMissed() { return }
            guard !pending.isEmpty else { return }
            let records = Array(pending.prefix(Self.batch))
            pending.removeFirst(records.count)
            guard records.count <= Self.inPlace else { return encodeElsewhere(records) }
            send(Self.encode(records), of: records.count)
        }
    }

    /// Takes what waits; how many were dropped before. A console hears of refusals by its answers, not of those of others.
    private func take(from queue: EventQueue) -> UInt64 {
        let (records, dropped) = queue.take()
        guard isConsole else {
            pending = records[...]
            return dropped
        }
        pending =
            records.filter { record in
                if case .commandRefused = record.event { record.session != nil } else { true }
            }[...]
        return dropped
    }

    private func wait() {
        timer = loop.schedule(after: Self.pause) { [weak self] in
            self?.timer = nil
            self?.pump()
        }
    }

    /// A client that reads too slowly gets what is new, and word of what it did not get.
    private func dropStale() {
        guard telling == 0, let oldest = pending.first, loop.now - oldest.time > Self.frequentAge else { return }
        let now = loop.now
        let before = pending.count
        pending =
            pending.filter { record in
                let age = now - record.time
                return age < Self.age && (age < Self.frequentAge || !record.event.isFrequent)
            }[...]
        missed += UInt64(before - pending.count)
    }

    /// True when all is told again.
    private func tellMissed() -> Bool {
        guard say(.missed(missed)) else { return false }
        missed = 0
        guard isConsole, telling == 0 else { return false }
        tell()
        return true
    }

    private func encodeElsewhere(_ records: [EventRecord]) {
        isEncoding = true
        Task { [weak self] in
            let lines = await Self.encodeOffThread(records)
            self?.isEncoding = false
            self?.send(lines, of: records.count)
            self?.pump()
        }
    }

    private func send(_ lines: [[UInt8]], of count: Int) {
        guard let peer else { return }
        missed += UInt64(count - lines.count)
        for line in lines where !peer.send(.text, line.span) { missed += 1 }
        guard telling > 0 else { return }
        telling = max(0, telling - count)
        if telling == 0, isConsole { say(.told) }
    }

    @discardableResult
    private func say(_ note: StreamNote) -> Bool { peer?.send(.text, note.bytes.span) ?? false }

    private nonisolated static func encode(_ records: [EventRecord]) -> [[UInt8]] {
        records.compactMap { try? EventCodec.encode($0) }
    }

    @concurrent
    private nonisolated static func encodeOffThread(_ records: [EventRecord]) async -> [[UInt8]] { encode(records) }

    // MARK: - Meters

    private func sendMeters() {
        guard let peer, let service else { return }
        let live = service.liveSessions
        meterTimer = loop.schedule(after: live.count > 10 ? Self.manyMeters : Self.fewMeters) { [weak self] in
            self?.sendMeters()
        }
        // Old levels are worth nothing: a socket that is behind gets none.
        guard !live.isEmpty, peer.queuedBytes < Self.mostQueued / 4 else { return }
        var all: [SessionID: MeterSnapshot] = [:]
        for id in live { all[id] = client.meters(of: id) }
        say(.meters(all))
    }

    // MARK: - Commands

    func peerReceived(_ peer: any WebSocketPeer, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        guard kind == .text, let service else { return }
        let bytes = payload.withUnsafeBufferPointer { Array($0) }
        if let numbered = try? EventCodec.decode(NumberedCommand.self, from: bytes) {
            return service.perform(numbered.command) { [weak self] refused in
                self?.say(.answer(id: numbered.id, refused: refused))
            }
        }
        if let command = try? EventCodec.decode(Command.self, from: bytes) { return client.send(command) }
        if isConsole, bytes == StreamNote.retell { return isTelling ? () : tell() }
        let fault: JSONValue = ["type": "refused", "reason": "not a command"]
        _ = peer.send(.text, fault.bytes.span)
    }

    func peerClosed(_ peer: any WebSocketPeer, _ closure: LinkClosure) {
        if let queue { client.unsubscribe(queue) }
        queue = nil
        self.peer = nil
        timer?.cancel()
        timer = nil
        meterTimer?.cancel()
        meterTimer = nil
        ended?()
        ended = nil
    }
}
