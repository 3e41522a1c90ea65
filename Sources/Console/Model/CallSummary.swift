import Core

/// What the table of calls shows of one: small, so that two hundred cost little to sort, filter and draw.
struct CallSummary: Sendable, Equatable {
    let id: SessionID
    var caller: String
    var provider: String
    var agent: String
    var peer: String
    var callID: String
    var state: ConversationState
    var startedAt: MonotonicTime?
    var endedAt: MonotonicTime?
    var startedWall: WallTime?
    var turn: Int
    var e2eMs: Double?
    var heardMs: Double?
    var p95Ms: Double?
    var bargeIns: Int
    /// Turns over a budget so far.
    var breaches: Int
    var health: Health
    var dollars: Double?
    var digits: String
    var isRecording: Bool
    var isAgentMuted: Bool
    /// The worst trouble that stands; after the end, what it ended with.
    var trouble: Trouble?
    var end: SessionEnd?

    init(_ session: SessionModel) {
        id = session.id
        caller = session.callerName
        provider = session.provider
        agent = session.start?.agent ?? "–"
        peer = session.start?.peer ?? "–"
        callID = session.start?.callID ?? "–"
        state = session.state
        startedAt = session.startedAt
        endedAt = session.endedAt
        startedWall = session.startedWall
        turn = session.turn
        let last = session.latency.last
        e2eMs = last?.e2eMs
        heardMs = last?.heardE2eMs
        p95Ms = session.latency.percentile(0.95)
        bargeIns = session.bargeIns
        breaches = session.latency.breaches
        health = session.health
        dollars = session.usage.dollars
        digits = session.digits
        isRecording = session.isRecording
        isAgentMuted = session.isAgentMuted
        trouble = session.troubles.worst
        end = session.end
    }

    var isLive: Bool { end == nil }

    /// Ended by what should not happen: the provider, or with an error that stood.
    var hasFailed: Bool { end.map { $0.by == .provider || trouble?.severity == .error } ?? false }

    /// Whether somebody should look.
    var isAlarming: Bool { isLive ? trouble.map { $0.severity != .notice } ?? false : hasFailed }

    /// What to know of it first: its trouble, or why it ended.
    var alert: String {
        guard let end else { return trouble.map(\.text) ?? "" }
        if hasFailed, let trouble { return trouble.text }
        return end.reason
    }

    /// How long it has been going on, or went on.
    func length(at now: MonotonicTime) -> Duration? { startedAt.map { (endedAt ?? now) - $0 } }
}

extension Event {
    /// Whether it changes what the table of calls shows; what comes many times a second does not, `health` once a second does.
    var changesCallSummary: Bool {
        switch self {
        case .sessionStarted, .sessionEnded, .stateChanged, .providerChanged, .providerSwitch, .userSpeechStarted,
            .bargeIn, .turnStarted, .turnEnded, .dtmf, .usage, .trouble, .troubleCleared, .recording, .health,
            .operatorAction:
            true
        case .userSpeechStopped, .userTranscript, .agentText, .agentSpeechStarted, .agentSpeechProgress,
            .agentSpeechStopped, .toolCallStarted, .toolCallEnded, .textSubmitted, .gap, .audioFormat, .wire,
            .commandRefused, .note, .system, .agentYielded, .speechIgnored:
            false
        }
    }
}
