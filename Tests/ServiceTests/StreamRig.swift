import Core
import Synchronization
import TestKit

@testable import Service

/// An engine that keeps its subscribers and refuses what it is told to.
final class TellingEngine: EngineClient {
    let told: Mutex<[EventRecord]>
    let sent = Mutex<[Command]>([])
    private let queues = Mutex<[EventQueue]>([])
    let refuses: Set<String>

    init(_ records: [EventRecord] = [], refuses: Set<String> = []) {
        told = Mutex(records)
        self.refuses = refuses
    }

    func send(_ command: Command) {
        sent.withLock { $0.append(command) }
        guard refuses.contains(command.name) else { return }
        publish(StreamRig.record(.commandRefused(CommandRefusal(command: command.name, reason: "not now")), nil, 9))
    }
    func subscribe(_ queue: EventQueue) {
        for record in told.withLock({ $0 }) { queue.push(record) }
        queues.withLock { $0.append(queue) }
    }
    func unsubscribe(_ queue: EventQueue) { queues.withLock { $0.removeAll { $0 === queue } } }
    func meters(of session: SessionID) -> MeterSnapshot? { MeterSnapshot(userLevel: -20, isMuted: true) }
    func publish(_ record: EventRecord) { for queue in queues.withLock({ $0 }) { queue.push(record) } }
}

/// A WebSocket in memory.
@EngineActor
final class RecordingPeer: WebSocketPeer {
    var texts: [String] = []
    var queuedBytes = 0
    nonisolated init() {}

    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool {
        texts.append(String(decoding: payload.withUnsafeBufferPointer { Array($0) }, as: UTF8.self))
        return true
    }
    func close(code: Int, reason: String) {}

    /// What was said besides meters, by type.
    var types: [String] {
        texts.compactMap { (try? JSONParser.parse($0))?["type"]?.string }.filter { $0 != "meters" }
    }
}

/// A link opener whose links a test ends and fills by hand.
@EngineActor
final class ManualOpener: LinkOpener, Link {
    private(set) var opened: [LinkID] = []
    private(set) var sent: [String] = []
    private weak var delegate: (any LinkDelegate)?
    let queuedBytes = 0
    nonisolated init() {}

    func open(_ id: LinkID, _ endpoint: Endpoint, delegate: any LinkDelegate) -> any Link {
        opened.append(id)
        self.delegate = delegate
        return self
    }
    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool {
        sent.append(String(decoding: payload.withUnsafeBufferPointer { Array($0) }, as: UTF8.self))
        return true
    }
    func finish() {}
    func close(code: Int, reason: String) {}

    func receive(_ bytes: [UInt8]) {
        guard let id = opened.last else { return }
        delegate?.linkReceived(id, .text, bytes.span)
    }
    func end(_ reason: String) {
        guard let id = opened.last else { return }
        delegate?.linkClosed(id, LinkClosure(.refused, reason: reason))
    }
}

enum StreamRig {
    static let who = ServiceIdentity(run: "r1", pid: 7, role: "serve", version: "0.1.0")

    static func record(_ event: Event, _ session: String? = "aa", _ sequence: UInt64 = 1) -> EventRecord {
        EventRecord(
            sequence: sequence, time: MonotonicTime(nanoseconds: 1_000_000_000_000), wall: WallTime(nanoseconds: 0),
            audio: 0, session: session.map { SessionID($0) }, event: event)
    }

    static func started(_ session: String) -> EventRecord {
        record(
            .sessionStarted(SessionStart(leg: .audioSocket, provider: "mock", agent: "a", sampleRate: 8000)), session)
    }
}
