import Core
import Terminal

/// The columns that the table of calls can have, in their order on the screen.
enum CallColumn: String, Sendable, CaseIterable, Hashable {
    case state, caller, agent, provider, peer, started, dur, turn, e2e, heard, p95, barge, over, late, jitter, queue
    case cost, rec, dtmf, alert

    /// Shown until others are chosen.
    static let standard: Set<CallColumn> = [.state, .caller, .dur, .turn, .e2e, .alert]

    /// One line for the chooser.
    var help: String {
        switch self {
        case .state: "what the call is doing"
        case .caller: "who calls"
        case .agent: "the agent that answers"
        case .provider: "who serves it now"
        case .peer: "address of Asterisk"
        case .started: "time of day that it began"
        case .dur: "how long it has been going on"
        case .turn: "number of the turn"
        case .e2e: "latency of the last turn"
        case .heard: "the same from the audio alone"
        case .p95: "p95 of e2e, from five turns on"
        case .barge: "interruptions"
        case .over: "turns over a budget"
        case .late: "frames that left late"
        case .jitter: "spread of the caller's frames"
        case .queue: "agent audio waiting to be played"
        case .cost: "US dollars so far"
        case .rec: "whether it is recorded"
        case .dtmf: "keys that the caller pressed"
        case .alert: "trouble, or why it ended"
        }
    }

    /// Cells that it takes; caller and alert grow into what is left.
    var width: Int {
        switch self {
        case .state: 10
        case .caller: 9
        case .agent, .provider: 12
        case .peer: 21
        case .started, .cost: 8
        case .dur, .e2e, .heard: 6
        case .jitter, .queue: 7
        case .turn, .p95, .barge, .over, .late, .dtmf: 5
        case .rec: 4
        case .alert: 8
        }
    }

    var isRightAligned: Bool {
        switch self {
        case .dur, .turn, .e2e, .heard, .p95, .barge, .over, .late, .jitter, .queue, .cost: true
        case .state, .caller, .agent, .provider, .peer, .started, .rec, .dtmf, .alert: false
        }
    }

    /// Which goes first when there is no room: the least wanted has the highest number.
    var sacrifice: Int {
        let kept: [CallColumn] = [.state, .caller, .dur, .e2e, .alert, .turn]
        return kept.firstIndex(of: self) ?? 10 + (Self.allCases.firstIndex(of: self) ?? 0)
    }

    /// Whether the first sorts before the other, smaller or earlier first; nil when they are alike.
    func isBefore(_ one: CallSummary, _ other: CallSummary, now: MonotonicTime) -> Bool? {
        func compare<T: Comparable>(_ a: T, _ b: T) -> Bool? { a == b ? nil : a < b }
        func figures(_ a: Double?, _ b: Double?) -> Bool? { compare(a ?? -1, b ?? -1) }
        switch self {
        case .state: return compare(one.rank, other.rank)
        case .caller: return compare(one.caller, other.caller)
        case .agent: return compare(one.agent, other.agent)
        case .provider: return compare(one.provider, other.provider)
        case .peer: return compare(one.peer, other.peer)
        case .started: return compare(one.startedWall?.nanoseconds ?? 0, other.startedWall?.nanoseconds ?? 0)
        case .dur: return compare(one.length(at: now) ?? .zero, other.length(at: now) ?? .zero)
        case .turn: return compare(one.turn, other.turn)
        case .e2e: return figures(one.e2eMs, other.e2eMs)
        case .heard: return figures(one.heardMs, other.heardMs)
        case .p95: return figures(one.p95Ms, other.p95Ms)
        case .barge: return compare(one.bargeIns, other.bargeIns)
        case .over: return compare(one.breaches, other.breaches)
        case .late: return compare(one.health.lateFrames, other.health.lateFrames)
        case .jitter: return figures(one.health.jitterMs, other.health.jitterMs)
        case .queue: return figures(one.health.playoutQueueMs, other.health.playoutQueueMs)
        case .cost: return figures(one.dollars, other.dollars)
        case .rec: return compare(one.isRecording ? 1 : 0, other.isRecording ? 1 : 0)
        case .dtmf: return compare(one.digits, other.digits)
        case .alert: return compare(one.trouble?.rank ?? -1, other.trouble?.rank ?? -1)
        }
    }
}

extension CallSummary {
    /// States in the order in which somebody should look at them, the quiet ones first.
    fileprivate var rank: Int { ConversationState.allCases.firstIndex(of: state) ?? 0 }
}
