import Core

/// Measures one turn: anchors in, waterfall out. Parts sum to `e2e` because each ends where the next begins; an anchor
/// that was not seen makes its part merge into the next, and without first or last anchor there is no figure at all.
struct TurnClock: Equatable {
    /// End of the user's speech, as heard; for typed turns, the moment of sending.
    var speechEnd: MonotonicTime?
    /// Somebody decided that the turn is over.
    var committed: MonotonicTime?
    /// The provider began to answer.
    var responseStarted: MonotonicTime?
    /// First agent audio received.
    var firstAudio: MonotonicTime?
    /// First agent sample at the listener's ear.
    var firstHeard: MonotonicTime?
    /// Whether we decided the end of the turn (then the hang-over is our setting).
    var committedLocally = false
    /// Time that tools ran between the turn's end and the first audio.
    var tools: Duration = .zero
    /// Stages that a pipeline reported, in order: the early ones stand within the wait for the response, the others within the
    /// model's part.
    private(set) var stages: [TurnReport.Part] = []
    private var earlyStages = 0

    /// Notes a stage; what comes after the first audio is part of no latency.
    mutating func add(_ stage: TurnReport.Part) {
        guard firstAudio == nil else { return }
        stages.append(stage)
        if responseStarted == nil { earlyStages += 1 }
    }

    /// The user goes on: what led to an answer so far counts no more.
    mutating func reopen() {
        speechEnd = nil
        committed = nil
        stages = []
        earlyStages = 0
    }

    /// From the last speech sample to the first audible sample; nil when an anchor is missing or the order makes no sense.
    var e2eMs: Double? {
        guard let speechEnd, let firstHeard, firstHeard > speechEnd else { return nil }
        return (firstHeard - speechEnd).milliseconds
    }

    /// The parts in order; empty when there is no e2e.
    var parts: [TurnReport.Part] {
        guard let e2e = e2eMs, let start = speechEnd else { return [] }
        var result: [TurnReport.Part] = []
        var from = start
        func add(_ name: String, until: MonotonicTime?, _ owner: TurnReport.Part.Owner) {
            guard let until, until > from else { return }
            result.append(TurnReport.Part(name: name, ms: (until - from).milliseconds, owner: owner))
            from = until
        }
        add("vad_hang", until: committed, committedLocally ? .setting : .service)
        appendWait(&result, from: &from)
        appendModel(&result, from: &from)
        add("playout", until: firstHeard, .transport)
        let rest = e2e - result.reduce(0) { $0 + $1.ms }
        if abs(rest) > 0.5 { result.append(TurnReport.Part(name: "unattributed", ms: rest, owner: .transport)) }
        return result
    }

    /// From the turn's end to the response: what a pipeline did in it, and the rest.
    private func appendWait(_ result: inout [TurnReport.Part], from: inout MonotonicTime) {
        guard let responseStarted, responseStarted > from else { return }
        let left = append(stages.prefix(earlyStages), (responseStarted - from).milliseconds, &result)
        if left > 0.5 { result.append(TurnReport.Part(name: "turn_commit", ms: left, owner: .service)) }
        from = responseStarted
    }

    /// Appends the stages that fit; gives what is left of the time.
    private func append(
        _ found: some Sequence<TurnReport.Part>, _ time: Double, _ result: inout [TurnReport.Part]
    ) -> Double {
        var left = time
        // A stage is measured when the provider is called, an anchor when its event is taken: a little later.
        for var stage in found where stage.ms > 0 && stage.ms <= left + 5 {
            stage.ms = min(stage.ms, left)
            left -= stage.ms
            if stage.ms > 0.05 { result.append(stage) }
        }
        return left
    }

    /// The model's part: the tools' time is shown apart, reported stages stand in its place where there are any.
    private func appendModel(_ result: inout [TurnReport.Part], from: inout MonotonicTime) {
        guard let firstAudio, firstAudio > from else { return }
        var left = (firstAudio - from).milliseconds
        let toolMs = min(left, tools.milliseconds)
        if toolMs > 0 { result.append(TurnReport.Part(name: "tool", ms: toolMs, owner: .tool)) }
        left -= toolMs
        let known = result.count
        left = append(stages.dropFirst(earlyStages), left, &result)
        // Beside reported stages the rest is nobody's; without any it is the model's.
        let isExplained = result.count > known
        if left > 0.5 {
            result.append(
                TurnReport.Part(name: isExplained ? "unattributed" : "model_ttfa", ms: left, owner: .service))
        }
        from = firstAudio
    }
}
