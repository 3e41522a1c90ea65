import Core

/// Turns: the slowest and why, budgets, what was heard otherwise than reported, interruptions.
extension CauseSearch {
    var turnFindings: [Finding] {
        slowest + [overBudget, heard, unanswered, interruptions, falseInterruptions].compactMap { $0 }
    }

    /// Up to three turns, the slowest first, when there is anything to tell them apart from the others.
    private var slowest: [Finding] {
        let counted = reports.filter { $0.report.outcome == .completed && $0.report.e2eMs?.isFinite == true }
        let sorted = counted.sorted { ($0.report.e2eMs ?? 0, $1.report.turn) > ($1.report.e2eMs ?? 0, $0.report.turn) }
        return sorted.prefix(3).enumerated().compactMap { index, turn in
            let e2e = turn.report.e2eMs ?? 0
            guard index == 0 || e2e > 900 else { return nil }
            let most = turn.report.parts.filter { $0.ms.isFinite }.max { excess($0) < excess($1) }
            let part = most.map { "; most of it \($0.name) with \(Self.ms($0.ms)), \(usual($0.name))" } ?? ""
            return Finding(
                severity: e2e > 900 ? .warning : .info, code: "turn.slow",
                text: "turn \(turn.report.turn) took \(Self.ms(e2e))\(part)",
                evidence: [
                    evidence(
                        turn.record,
                        turn.report.parts.map { "\($0.name) \(ExportNumber.fixed($0.ms, 0))" }.joined(separator: ", "))
                ], knob: most.map { knob($0, turn.report) })
        }
    }

    private func median(_ name: String) -> Double? {
        let times = reports.filter { $0.report.outcome == .completed }.compactMap {
            $0.report.parts.first { $0.name == name && $0.ms.isFinite }?.ms
        }
        return times.count < 3 ? nil : times.sorted()[times.count / 2]
    }

    private func excess(_ part: TurnReport.Part) -> Double { part.ms - (median(part.name) ?? 0) }

    private func usual(_ name: String) -> String {
        median(name).map { "usually \(Self.ms($0))" } ?? "too few to compare"
    }

    private func knob(_ part: TurnReport.Part, _ report: TurnReport) -> String {
        switch part.owner {
        case .setting: return "\(part.setting ?? part.name) is your own setting: lower it"
        case .tool:
            let names = all {
                if case .toolCallStarted(let call) = $0, call.turn == report.turn { call.name } else { nil }
            }
            return
                "the tool \(names.map(\.value).joined(separator: ", ")): make it faster, or let the agent say something meanwhile"
        case .service: return "\(report.provider): another model, region or provider (sidetone compare tells which)"
        case .transport: return "the way to the listener: network, playout queue, device"
        }
    }

    private var overBudget: Finding? {
        let places = reports.flatMap { turn in
            (turn.report.breaches ?? []).map { evidence(turn.record, "turn \(turn.report.turn): \($0.words)") }
        }
        return finding(.warning, "turn.budget", places, knob: "budgets: in sidetone.yaml holds the limits") {
            "budgets were gone over \(Self.times($0))"
        }
    }

    private var heard: Finding? {
        let places = reports.filter(\.report.heardDisagrees).map { turn in
            evidence(
                turn.record,
                "turn \(turn.report.turn): reported \(Self.ms(turn.report.e2eMs ?? 0)), "
                    + "heard \(Self.ms(turn.report.heardE2eMs ?? 0))")
        }
        return finding(
            .warning, "turn.heard", places,
            knob: "trust the audio: an anchor of the events is late or early; listen to these places"
        ) { "in \($0) turns the audio tells another latency than the events" }
    }

    private var unanswered: Finding? {
        let bad = reports.filter { turn in
            switch turn.report.outcome {
            case .noOutput, .toolError, .modelError, .timeout: true
            case .completed, .interrupted, .aborted: false
            }
        }
        let places = bad.map { evidence($0.record, "turn \($0.report.turn): \($0.report.outcome.rawValue)") }
        return finding(.error, "turn.unanswered", places, knob: "look at the provider's errors around these turns") {
            "\($0) turns had no proper answer"
        }
    }

    private var cuts: [(record: EventRecord, value: BargeIn)] {
        all { if case .bargeIn(let cut) = $0 { cut } else { nil } }
    }

    private var interruptions: Finding? {
        let places = cuts.map { record, cut in
            let times = [
                cut.detectMs.map { "detected in \(Self.ms($0))" }, cut.yieldMs.map { "yielded in \(Self.ms($0))" },
            ]
            let text = ["turn \(cut.turn)", cut.reason] + times.compactMap { $0 }
            return evidence(record, text.joined(separator: ", "))
        }
        return finding(.info, "turn.interruptions", places, knob: nil) { "the agent was interrupted \(Self.times($0))" }
    }

    /// Interruptions after which nobody said anything.
    private var falseInterruptions: Finding? {
        let places = cuts.filter { record, cut in
            cut.reason != "operator"
                && !records.contains { later in
                    guard later.sequence > record.sequence, (later.time - record.time).milliseconds < 8_000 else {
                        return false
                    }
                    if case .userTranscript(let said) = later.event { return !said.text.isEmpty }
                    return false
                }
        }.map { evidence($0.record, $0.value.reason) }
        return finding(
            .warning, "turn.false-interruption", places,
            knob: "raise barge_in_ms, or set barge_in: provider; echo counts too (devices.echo_cancellation)"
        ) { "\($0) interruptions were followed by no words" }
    }
}
