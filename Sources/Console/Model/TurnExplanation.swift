import Core

/// Why a turn took as long as it did, in words: what it is measured against, the part that stands out, whose it is.
struct TurnExplanation: Sendable, Equatable {
    /// Whole sentences. Names of parts and tools in it come from outside.
    let text: String

    init(_ report: TurnReport, in latency: LatencyModel, budget: Double, tools: [ToolEntry] = []) {
        guard let e2e = report.e2eMs else {
            text =
                "Turn \(report.turn) has no e2e (\(report.outcome.words)): "
                + "the end of speech or the first sound of the answer is missing."
            return
        }
        var sentences = [Self.size(report, e2e, latency)]
        if let part = Self.outstanding(report, latency) {
            sentences.append(Self.words(part.part, usual: part.usual, report.turn, tools))
        }
        if e2e > budget {
            sentences.append("Over the budget of \(Format.seconds(budget)) by \(Format.seconds(e2e - budget)).")
        }
        for breach in report.breaches ?? [] where breach.name != "e2e" { sentences.append(breach.words + ".") }
        if report.heardDisagrees, let heard = report.heardE2eMs {
            sentences.append("The audio tells \(Format.seconds(heard)): trust the audio.")
        }
        if let why = Self.notCounted(report, latency) { sentences.append("Not in the percentiles: \(why).") }
        text = sentences.joined(separator: " ")
    }

    private static func size(_ report: TurnReport, _ e2e: Double, _ latency: LatencyModel) -> String {
        let start = "Turn \(report.turn) took \(Format.seconds(e2e))"
        guard let median = latency.percentile(0.5) else { return start + "." }
        let difference = e2e - median
        if abs(difference) < 20 { return start + ", as most do (p50 \(Format.seconds(median)))." }
        let words = difference > 0 ? "more" : "less"
        return start + ", \(Format.seconds(abs(difference))) \(words) than p50 \(Format.seconds(median))."
    }

    /// The part furthest above its usual time, else the longest; and what is usual.
    private static func outstanding(
        _ report: TurnReport, _ latency: LatencyModel
    ) -> (part: TurnReport.Part, usual: Double?)? {
        let judged = report.parts.filter { $0.ms.isFinite }.map { ($0, latency.usual($0.name, but: report.turn)) }
        let most = judged.max { $0.0.ms - ($0.1 ?? $0.0.ms) < $1.0.ms - ($1.1 ?? $1.0.ms) }
        if let most, let usual = most.1, most.0.ms - usual >= 20 { return most }
        return judged.max { $0.0.ms < $1.0.ms }.map { ($0.0, nil) }
    }

    private static func words(
        _ part: TurnReport.Part, usual: Double?, _ turn: Int, _ tools: [ToolEntry]
    ) -> String {
        let label = part.name.split(separator: "_").joined(separator: " ")
        let names = part.name == "tool" ? tools.filter { $0.turn == turn }.map(\.name) : []
        let tool = names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
        let time = Format.milliseconds(part.ms)
        let owner = "\(label) is \(part.owner.possessive)\(part.setting.map { " (\($0))" } ?? "")."
        guard let usual else { return "Most of it: \(label)\(tool) with \(time); \(owner)" }
        let before = usual < 1 ? "usually none" : "usually \(Format.milliseconds(usual))"
        return "What stands out: \(label)\(tool) with \(time), \(before); \(owner)"
    }

    private static func notCounted(_ report: TurnReport, _ latency: LatencyModel) -> String? {
        if latency.isGreeting(report) { return "a greeting" }
        return report.outcome == .completed ? nil : report.outcome.words
    }
}

extension TurnReport.Part.Owner {
    /// Whose a part is, in a sentence.
    var possessive: String {
        switch self {
        case .setting: "your own setting"
        case .service: "the service's"
        case .tool: "the tool's"
        case .transport: "the transport's"
        }
    }
}
