import Core

/// Turns and runs as JSON: the lines of `results.jsonl`, and the recorded figures of a fixture. Pure.
enum CompareJSON {
    /// Version of `results.jsonl`.
    static let version = 1

    static func turn(_ turn: CompareTurn) -> JSONValue {
        var value: JSONValue = ["turn": .int(Int64(turn.number))]
        if !turn.heard.isEmpty { value["heard"] = .string(turn.heard) }
        put(turn.wordErrorRate, "wer", &value)
        value["said"] = .string(turn.said)
        value["calls"] = .array(turn.calls.map(call))
        put(turn.e2eMs, "e2eMs", &value)
        put(turn.heardE2eMs, "heardE2eMs", &value)
        value["parts"] = .array(
            turn.parts.map { ["name": .string($0.name), "ms": .double($0.ms), "owner": .string($0.owner.rawValue)] })
        if let tokens = turn.inputTokens { value["inputTokens"] = .int(Int64(tokens)) }
        if let tokens = turn.outputTokens { value["outputTokens"] = .int(Int64(tokens)) }
        put(turn.dollars, "dollars", &value)
        value["audioMs"] = .double(turn.audioMs)
        if let outcome = turn.outcome { value["outcome"] = .string(outcome.rawValue) }
        value["answers"] = .int(Int64(turn.answers))
        if let trouble = turn.trouble { value["trouble"] = .string(trouble) }
        value["from"] = .int(turn.audioRange.lowerBound)
        value["to"] = .int(turn.audioRange.upperBound)
        return value
    }

    private static func put(_ number: Double?, _ name: String, _ value: inout JSONValue) {
        if let number, number.isFinite { value[name] = .double(number) }
    }

    private static func call(_ call: CompareTurn.Call) -> JSONValue {
        var value: JSONValue = [
            "name": .string(call.name), "arguments": .string(call.arguments), "verdict": .string(call.verdict.rawValue),
        ]
        if let expected = call.expected { value["expected"] = .string(expected) }
        if let outcome = call.outcome { value["outcome"] = .string(outcome.rawValue) }
        put(call.ms, "ms", &value)
        return value
    }

    static func run(_ run: CompareRunResult) -> JSONValue {
        var value: JSONValue = [
            "type": "run", "provider": .string(run.provider), "run": .int(Int64(run.run)),
        ]
        switch run.state {
        case .done: value["state"] = "done"
        case .failed(let why), .skipped(let why):
            value["state"] = if case .failed = run.state { "failed" } else { "skipped" }
            value["reason"] = .string(why)
        }
        put(run.connectMs, "connectMs", &value)
        put(run.lateMs, "lateMs", &value)
        if let file = run.file { value["audio"] = .string(file) }
        value["turns"] = .array(run.turns.map(turn))
        return value
    }

    static func judgement(_ judgement: BudgetJudgement) -> JSONValue {
        [
            "type": "budget", "budget": .string(judgement.budget.text), "provider": .string(judgement.provider),
            "met": .bool(judgement.isMet), "passed": .int(Int64(judgement.passed)),
            "judged": .int(Int64(judgement.judged)), "failures": .array(judgement.failures.map { .string($0) }),
        ]
    }

    // MARK: - Reading

    /// The figures of a turn as written; what is missing or of another kind is not there.
    static func turn(_ value: JSONValue, number: Int) -> CompareTurn? {
        guard value.members != nil else { return nil }
        var turn = CompareTurn(number: number)
        turn.heard = value["heard"]?.string ?? ""
        turn.wordErrorRate = value["wer"]?.double
        turn.said = value["said"]?.string ?? ""
        turn.e2eMs = value["e2eMs"]?.double
        turn.heardE2eMs = value["heardE2eMs"]?.double
        turn.inputTokens = value["inputTokens"]?.int
        turn.outputTokens = value["outputTokens"]?.int
        turn.dollars = value["dollars"]?.double
        turn.audioMs = value["audioMs"]?.double ?? 0
        turn.outcome = value["outcome"]?.string.flatMap(TurnReport.Outcome.init)
        turn.answers = value["answers"]?.int ?? 0
        turn.calls = (value["calls"]?.array ?? []).compactMap(call)
        turn.parts = (value["parts"]?.array ?? []).compactMap { part in
            guard let name = part["name"]?.string, let ms = part["ms"]?.double else { return nil }
            let owner = part["owner"]?.string.flatMap(TurnReport.Part.Owner.init) ?? .service
            return TurnReport.Part(name: name, ms: ms, owner: owner)
        }
        return turn
    }

    private static func call(_ value: JSONValue) -> CompareTurn.Call? {
        guard let name = value["name"]?.string else { return nil }
        return CompareTurn.Call(
            name: name, arguments: value["arguments"]?.string ?? "{}",
            verdict: value["verdict"]?.string.flatMap(CompareTurn.Call.Verdict.init) ?? .equal,
            expected: value["expected"]?.string,
            outcome: value["outcome"]?.string.flatMap(ToolCallEnd.Outcome.init), ms: value["ms"]?.double)
    }
}
