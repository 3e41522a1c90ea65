import Core

/// All sessions the console knows, and what concerns none of them. Bounded: ended calls go after a while.
struct SessionBook: Sendable, Equatable {
    /// Ended sessions kept for reading.
    static let endedLimit = 50
    static let eventLimit = 12_000

    private(set) var order: [SessionID] = []
    private(set) var byID: [SessionID: SessionModel] = [:]
    /// What every frame asks of all sessions, kept apart: a session's whole model is dear to copy two hundred times.
    private var marks: [SessionID: Marks] = [:]

    private struct Marks: Equatable {
        var isCall: Bool
        var isLive: Bool
        var hasTrouble: Bool
    }
    /// Rows of the table of calls.
    private var summaries: [SessionID: CallSummary] = [:]
    /// Newest events of all sessions, for the Events view.
    private(set) var events: [EventRecord] = []
    /// Events ever seen.
    private(set) var eventCount = 0
    /// Number of the oldest event kept; the newest is `eventCount - 1`.
    var firstEvent: Int { eventCount - events.count }
    /// The event of a number, as long as it is kept.
    func event(_ number: Int) -> EventRecord? {
        events.indices.contains(number - firstEvent) ? events[number - firstEvent] : nil
    }
    var system = SystemReport()
    var systemTroubles = TroubleList()
    /// Events that were lost between engine and screen.
    var dropped: UInt64 = 0

    /// Takes records in the order of the log.
    mutating func apply(_ records: [EventRecord]) {
        for record in records { apply(record) }
        if events.count > Self.eventLimit { events.removeFirst(events.count - Self.eventLimit) }
    }

    private mutating func apply(_ record: EventRecord) {
        eventCount += 1
        events.append(record)
        guard let id = record.session else {
            applySystem(record.event)
            return
        }
        if let known = byID[id], record.sequence <= known.lastSequence {
            // Told again after a loss: the story begins anew, anything else of it is known.
            guard case .sessionStarted = record.event else { return }
            byID[id] = SessionModel(id: id)
        }
        if byID[id] == nil {
            byID[id] = SessionModel(id: id)
            order.append(id)
            dropOldest()
        }
        byID[id]?.apply(record)
        switch record.event {
        case .sessionStarted, .sessionEnded, .trouble, .troubleCleared: mark(id)
        default: if marks[id] == nil { mark(id) }
        }
        if marks[id]?.isCall == true, record.event.changesCallSummary, let session = byID[id] {
            summaries[id] = CallSummary(session)
        }
    }

    private mutating func mark(_ id: SessionID) {
        guard let session = byID[id] else { return }
        marks[id] = Marks(isCall: session.isCall, isLive: session.isLive, hasTrouble: session.troubles.worst != nil)
    }

    private mutating func applySystem(_ event: Event) {
        switch event {
        case .system(let report): system = report
        case .trouble(let trouble): _ = systemTroubles.set(trouble)
        case .troubleCleared(let cleared): systemTroubles.clear(cleared.code)
        default: break
        }
    }

    private mutating func dropOldest() {
        var ended = order.filter { marks[$0]?.isLive == false }
        while ended.count > Self.endedLimit {
            let oldest = ended.removeFirst()
            order.removeAll { $0 == oldest }
            byID[oldest] = nil
            marks[oldest] = nil
            summaries[oldest] = nil
        }
    }

    subscript(id: SessionID?) -> SessionModel? { id.flatMap { byID[$0] } }

    /// Changes what the screen assumes of a session before the engine confirms it.
    mutating func edit(_ id: SessionID, _ change: (inout SessionModel) -> Void) {
        if var session = byID[id] {
            change(&session)
            byID[id] = session
            mark(id)
            if session.isCall { summaries[id] = CallSummary(session) }
        }
    }

    /// Our own conversation: at the devices or by text, the newest.
    var own: SessionModel? { order.last { marks[$0]?.isCall == false }.flatMap { byID[$0] } }

    /// Phone calls in the order they came.
    var calls: [CallSummary] { order.compactMap { summaries[$0] } }

    func call(_ id: SessionID) -> CallSummary? { summaries[id] }

    /// Live calls that somebody should look at.
    var alarmingCalls: Int { summaries.values.count { $0.isLive && $0.isAlarming } }

    var callCount: Int { marks.values.count { $0.isCall } }
    var liveCallCount: Int { marks.values.count { $0.isCall && $0.isLive } }

    var liveSessions: [SessionModel] { order.filter { marks[$0]?.isLive == true }.compactMap { byID[$0] } }
    var liveIDs: [SessionID] { order.filter { marks[$0]?.isLive == true } }

    /// The worst trouble anywhere, with its session.
    var worstTrouble: (trouble: Trouble, session: SessionModel?)? {
        var found: [(trouble: Trouble, session: SessionModel?)] = []
        if let trouble = systemTroubles.worst { found.append((trouble, nil)) }
        for id in order where marks[id]?.isLive == true && marks[id]?.hasTrouble == true {
            if let session = byID[id], let trouble = session.troubles.worst { found.append((trouble, session)) }
        }
        return found.max { $0.trouble.rank < $1.trouble.rank }
    }
}
