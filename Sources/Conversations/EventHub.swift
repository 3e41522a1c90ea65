import Core

/// Numbers the events of a session and hands them to its taps and to all subscribers. Engine thread.
///
/// Keeps the records that rebuild the session's state (bounded), so that a console that attaches late, or a recording
/// that is turned on in mid-call, has the whole story.
@EngineActor
final class SessionLog {
    /// Most records kept; the oldest go first.
    static let bound = 2000

    let session: SessionID
    private unowned let hub: EventHub
    private var sequence: UInt64 = 0
    private(set) var kept: [EventRecord] = []
    private var taps: [(tap: any SessionTap, sequence: UInt64)] = []

    init(session: SessionID, hub: EventHub) {
        self.session = session
        self.hub = hub
    }

    /// Appends an event at an audio position.
    func append(_ event: Event, audio: Int64, now: MonotonicTime) {
        sequence += 1
        let record = EventRecord(
            sequence: sequence, time: now, wall: .now(), audio: audio, session: session, event: event)
        if !event.isFrequent {
            if kept.count >= Self.bound { kept.removeFirst(Self.bound / 4) }
            kept.append(record)
        }
        for i in taps.indices { deliver(record, toTap: i) }
        hub.publish(record)
    }

    /// Whether anyone looks: then frequent events are worth making.
    var isWatched: Bool { !taps.isEmpty || hub.hasSubscribers }

    private func deliver(_ record: EventRecord, toTap index: Int) {
        taps[index].sequence += 1
        var own = record
        own.sequence = taps[index].sequence
        taps[index].tap.tapEvent(own)
    }

    /// Adds a tap. It gets what was kept, numbered from 1, then all that follows.
    func add(_ tap: any SessionTap) {
        taps.append((tap, 0))
        for record in kept { deliver(record, toTap: taps.count - 1) }
    }

    func remove(_ tap: any SessionTap) { taps.removeAll { $0.tap === tap } }
}

/// The subscribers of the process. Engine thread.
@EngineActor
final class EventHub {
    private var queues: [EventQueue] = []
    /// How the providers fare, folded from what the sessions tell.
    private(set) var health = ProviderHealthBook()
    /// Called when it changed.
    var onHealth: (@EngineActor () -> Void)?
    private var systemSequence: UInt64 = 0

    /// Whether somebody wants to see every change at once.
    var hasSubscribers: Bool { queues.contains { $0.wantsFrequent } }

    func publish(_ record: EventRecord) {
        for queue in queues { queue.push(record) }
        if case .providerChanged(let change) = record.event, health.take(change, at: record.wall) { onHealth?() }
    }

    /// Publishes an event of the process.
    func publish(system event: Event, now: MonotonicTime) {
        systemSequence += 1
        publish(
            EventRecord(sequence: systemSequence, time: now, wall: .now(), audio: 0, session: nil, event: event))
    }

    func add(_ queue: EventQueue, replaying records: [EventRecord]) {
        for record in records { queue.push(record) }
        queues.append(queue)
    }

    func remove(_ queue: EventQueue) { queues.removeAll { $0 === queue } }
}
