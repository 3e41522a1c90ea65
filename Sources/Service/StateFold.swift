import Core

/// Folds event records into what the API and Prometheus show. Pure.
struct StateFold {
    private struct Live {
        var start: SessionStart
        /// Who serves now.
        var provider: String
        var began: WallTime
        var state = ConversationState.connecting
        var reason: String?
        var turn = 0
        var lastE2E: Double?
        var isRecording = false
        /// Why it is not being recorded though it should be.
        var recordingTrouble: String?
        var isTakenOver = false
        var isAgentMuted = false
    }

    private var report = SystemReport()
    private var sessions: [SessionID: Live] = [:]
    private var troubles: [String: Trouble] = [:]
    private var counters: [String: Int] = [:]
    private var latency = Histogram(bounds: LatencyMetrics.bounds)
    private var times = LatencyMetrics()
    private var dollars = 0.0

    /// Sessions that have begun and are not over, by name.
    var liveSessions: [SessionID] { sessions.keys.sorted { $0.text < $1.text } }

    private mutating func count(_ name: String) { counters[name, default: 0] += 1 }

    /// Takes one record.
    mutating func add(_ record: EventRecord) {
        switch record.event {
        case .system(let report): self.report = report
        case .sessionStarted(let start):
            guard let id = record.session else { return }
            sessions[id] = Live(start: start, provider: start.provider, began: record.wall)
            count("sessions_started_total")
        case .sessionEnded(let end):
            record.session.map { sessions[$0] = nil }
            count("sessions_ended_total{by=\"\(end.by.rawValue)\"}")
        case .trouble(let trouble):
            troubles[Self.key(record, trouble.code)] = trouble
            count("troubles_total{code=\"\(Self.label(trouble.code))\"}")
        case .troubleCleared(let cleared): troubles[Self.key(record, cleared.code)] = nil
        default: addTurn(record)
        }
        if case .sessionEnded = record.event {
            troubles = troubles.filter { !$0.key.hasPrefix("\(record.session?.text ?? "-")/") }
        }
    }

    private mutating func addTurn(_ record: EventRecord) {
        guard let id = record.session else { return }
        switch record.event {
        case .stateChanged(let change):
            sessions[id]?.state = change.state
            sessions[id]?.reason = change.reason
        case .turnStarted(let turn): sessions[id]?.turn = turn.turn
        case .turnEnded(let report):
            count("turns_total{outcome=\"\(report.outcome.rawValue)\"}")
            times.add(report)
            guard let e2e = report.e2eMs else { return }
            sessions[id]?.lastE2E = e2e
            if report.outcome == .completed { latency.add(e2e / 1000) }
        case .speechIgnored(let ignored): count("speech_ignored_total{kind=\"\(ignored.kind.rawValue)\"}")
        case .bargeIn(let cut): count("barge_ins_total{detector=\"\(cut.detector.rawValue)\"}")
        case .toolCallEnded(let end): count("tool_calls_total{outcome=\"\(end.outcome.rawValue)\"}")
        case .providerChanged(let change) where change.state == .reconnecting: count("reconnects_total")
        case .providerSwitch(let change):
            count("provider_switches_total{phase=\"\(change.phase.rawValue)\"}")
            if change.phase == .done { sessions[id]?.provider = change.to }
        case .recording(let change):
            sessions[id]?.isRecording = change.state == .on
            sessions[id]?.recordingTrouble = change.state == .failed ? change.reason : nil
        case .operatorAction(let action): note(action.kind, id)
        case .usage(let usage): dollars += usage.dollars ?? 0
        default: break
        }
    }

    private mutating func note(_ kind: OperatorAction.Kind?, _ id: SessionID) {
        switch kind {
        case .takeOver?: sessions[id]?.isTakenOver = true
        case .giveBack?: sessions[id]?.isTakenOver = false
        case .agentMuted?: sessions[id]?.isAgentMuted = true
        case .agentUnmuted?: sessions[id]?.isAgentMuted = false
        case .whisper?, .digits?, .note?, .talkMode?, .talk?, nil: break
        }
        if let kind { count("operator_actions_total{kind=\"\(kind.rawValue)\"}") }
    }

    private static func key(_ record: EventRecord, _ code: String) -> String {
        "\(record.session?.text ?? "-")/\(code)"
    }

    private static func label(_ text: String) -> String {
        String(
            text.unicodeScalars.filter { $0.isASCII && $0 != "\"" && $0 != "\\" && $0.value >= 0x20 }.map(
                Character.init))
    }

    private static func json(_ health: ProviderHealth) -> JSONValue {
        [
            "name": .string(health.name), "obstacle": health.obstacle.map { .string($0) } ?? .null,
            "reachable": health.isReachable.map { .bool($0) } ?? .null, "connects": .int(Int64(health.connects)),
            "failures": .int(Int64(health.failures)),
            "connect_p50_ms": health.connectP50Ms.map { .double($0) } ?? .null,
            "last_error": health.lastError.map { .string($0) } ?? .null,
            "last_error_at": health.lastErrorAt.map { .string($0.rfc3339) } ?? .null,
        ]
    }

    /// The state as JSON.
    var state: JSONValue {
        let list = sessions.sorted { $0.key.text < $1.key.text }.map { id, live in
            JSONValue.object([
                .init("id", .string(id.text)), .init("leg", .string(live.start.leg.rawValue)),
                .init("provider", .string(live.provider)), .init("agent", .string(live.start.agent)),
                .init("caller", live.start.caller.map { .string($0) } ?? .null),
                .init("peer", live.start.peer.map { .string($0) } ?? .null),
                .init("state", .string(live.state.rawValue)), .init("reason", live.reason.map { .string($0) } ?? .null),
                .init("turn", .int(Int64(live.turn))), .init("e2e_ms", live.lastE2E.map { .double($0) } ?? .null),
                .init("taken_over", .bool(live.isTakenOver)), .init("agent_muted", .bool(live.isAgentMuted)),
                .init("recording", .bool(live.isRecording)),
                .init("recording_trouble", live.recordingTrouble.map { .string($0) } ?? .null),
                .init("started", .string(live.began.rfc3339)),
            ])
        }
        return [
            "audiosocket": report.audioSocket.map { .string($0) } ?? .null,
            "accepted": .int(Int64(report.accepted)), "active": .int(Int64(sessions.count)),
            "rejected": .int(Int64(report.rejected)), "capture": report.capture.map { .string($0) } ?? .null,
            "playback": report.playback.map { .string($0) } ?? .null,
            "providers": .array(report.providers.map { .string($0) }), "sessions": .array(list),
            "provider_health": .array((report.health ?? []).map(Self.json)),
            "budgets_ms": report.budgets.map { JSONValue(limits: $0) } ?? .null,
            "troubles": .array(
                troubles.sorted { $0.key < $1.key }.map {
                    [
                        "code": .string($0.value.code), "severity": .string($0.value.severity.rawValue),
                        "text": .string($0.value.text),
                    ]
                }),
        ]
    }

    /// Prometheus text.
    var prometheus: String {
        var out = "# TYPE sidetone_sessions_active gauge\nsidetone_sessions_active \(sessions.count)\n"
        out +=
            "# TYPE sidetone_connections_rejected_total counter\nsidetone_connections_rejected_total \(report.rejected)\n"
        out += "# TYPE sidetone_cost_dollars_total counter\nsidetone_cost_dollars_total \(dollars)\n"
        var family = ""
        for (name, value) in counters.sorted(by: { $0.key < $1.key }) {
            let base = name.prefix { $0 != "{" }
            if base != family {
                family = String(base)
                out += "# TYPE sidetone_\(family) counter\n"
            }
            out += "sidetone_\(name) \(value)\n"
        }
        out += latency.prometheus("sidetone_turn_latency_seconds", "End of user speech to first agent audio.")
        return out + times.prometheus + budgets
    }

    /// Limits, and in how many sessions each is exceeded now.
    private var budgets: String {
        guard let limits = report.budgets, !limits.set.isEmpty else { return "" }
        var out = "# TYPE sidetone_budget_seconds gauge\n"
        for name in limits.set { out += "sidetone_budget_seconds{budget=\"\(name)\"} \((limits[name] ?? 0) / 1000)\n" }
        out += "# TYPE sidetone_budget_exceeded_sessions gauge\n"
        for name in limits.set {
            let code = LatencyBudgets.troublePrefix + name
            let standing = troubles.values.count { $0.code == code }
            out += "sidetone_budget_exceeded_sessions{budget=\"\(name)\"} \(standing)\n"
        }
        return out
    }
}
