import Core

/// The course of the session: providers, stalls, tools, troubles, the end.
extension CauseSearch {
    var courseFindings: [Finding] {
        [providers, stalls, switches, tools, troubles, recording, end].compactMap { $0 }
    }

    private var providers: Finding? {
        let places = all { event -> String? in
            guard case .providerChanged(let change) = event, change.state == .failed || change.state == .reconnecting
            else { return nil }
            return "\(change.provider) \(change.state.rawValue): \(change.reason ?? "no reason given")"
        }.map { evidence($0.record, $0.value) }
        return finding(
            .error, "provider.lost", places, knob: "fallbacks: names providers to go to; check key and network"
        ) {
            "the provider was lost or failed \(Self.times($0))"
        }
    }

    private var stalls: Finding? {
        let places = all { event -> String? in
            guard case .stateChanged(let change) = event, change.state == .stalled else { return nil }
            return change.reason ?? "no answer came"
        }.map { evidence($0.record, $0.value) }
        return finding(.warning, "turn.stalled", places, knob: "another provider; the user waited in silence") {
            "the conversation stalled \(Self.times($0))"
        }
    }

    private var switches: Finding? {
        let places = all { event -> String? in
            guard case .providerSwitch(let change) = event, change.phase == .failed else { return nil }
            return "\(change.from) → \(change.to): \(change.reason ?? "no reason given")"
        }.map { evidence($0.record, $0.value) }
        return finding(.warning, "provider.switch-failed", places, knob: "sidetone providers check NAME tells more") {
            "\($0) switches of the provider failed"
        }
    }

    private var tools: Finding? {
        let places = all { event -> String? in
            guard case .toolCallEnded(let end) = event, end.outcome == .error || end.outcome == .timedOut else {
                return nil
            }
            return "\(end.name) \(end.outcome.rawValue) after \(Self.ms(end.ms)): \(String(end.output.prefix(120)))"
        }.map { evidence($0.record, $0.value) }
        return finding(.error, "tool.failed", places, knob: "sidetone tools call NAME runs it alone") {
            "\($0) tool calls failed"
        }
    }

    /// Troubles that no other finding tells of.
    private var troubles: Finding? {
        let known = [LatencyBudgets.troublePrefix, "provider.", "recording."]
        let places = all { event -> Trouble? in
            guard case .trouble(let trouble) = event, trouble.severity != .notice,
                !known.contains(where: { trouble.code.hasPrefix($0) })
            else { return nil }
            return trouble
        }
        let worst: Finding.Severity = places.contains { $0.value.severity == .error } ? .error : .warning
        let fix = places.lazy.compactMap(\.value.fix).first
        return finding(
            worst, "trouble", places.map { evidence($0.record, "\($0.value.code): \($0.value.text)") }, knob: fix
        ) { "\($0) troubles were shown" }
    }

    private var recording: Finding? {
        let places = all { event -> String? in
            guard case .recording(let change) = event, change.state == .failed else { return nil }
            return change.reason ?? "no reason given"
        }.map { evidence($0.record, $0.value) }
        return finding(.warning, "recording.failed", places, knob: "free space on the disk (recording.keep_gb)") {
            "recording failed \(Self.times($0))"
        }
    }

    private var end: Finding? {
        let ends = all { event -> SessionEnd? in
            if case .sessionEnded(let end) = event { end } else { nil }
        }
        guard let (record, last) = ends.last else {
            return Finding(
                severity: .warning, code: "session.no-end", text: "the log has no end: the program was stopped")
        }
        let isBad = last.by == .provider
        return Finding(
            severity: isBad ? .error : .info, code: "session.end", text: "ended by \(last.by.rawValue): \(last.reason)",
            evidence: [evidence(record, last.reason)])
    }
}
