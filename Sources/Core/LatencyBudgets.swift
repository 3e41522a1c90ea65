/// Limits of the time that parts of a turn may take, milliseconds by name: `e2e`, `yield`, the parts of the waterfall.
public struct LatencyBudgets: Sendable, Equatable, Codable {
    /// Names that may have a limit, in the order of a turn.
    public static let names = [
        "e2e", "vad_hang", "stt_final", "turn_commit", "llm_ttft", "llm_first_sentence", "model_ttfa", "tool",
        "tts_ttfb", "playout", "yield",
    ]
    /// Limits that make sense, milliseconds.
    public static let range = 10.0...60_000.0
    /// A trouble of a budget has this before the budget's name.
    public static let troublePrefix = "budget."

    public private(set) var limits: [String: Double]

    /// Limits of names that are none, and those out of range, are left out.
    public init(_ limits: [String: Double] = [:]) {
        self.limits = limits.filter { Self.names.contains($0.key) && Self.range.contains($0.value) }
    }

    /// Reads what was written, as `init(_:)` does.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([String: Double].self))
    }

    /// Writes one object: names with milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(limits)
    }

    public subscript(name: String) -> Double? { limits[name] }

    /// Another limit; nil takes it away. False when there is no such budget or the limit makes no sense.
    public mutating func set(_ name: String, _ ms: Double?) -> Bool {
        guard Self.names.contains(name), ms.map(Self.range.contains) ?? true else { return false }
        limits[name] = ms
        return true
    }

    /// Reads `1.5s`, `900ms` or seconds without a unit; nil when it is no time or none that makes sense.
    public static func milliseconds(_ text: String) -> Double? {
        let isMilliseconds = text.hasSuffix("ms")
        let number = isMilliseconds ? text.dropLast(2) : text.hasSuffix("s") ? text.dropLast() : text[...]
        guard let value = Double(number) else { return nil }
        let ms = isMilliseconds ? value : value * 1000
        return range.contains(ms) ? ms : nil
    }

    /// Names with a limit, in the order of a turn.
    public var set: [String] { Self.names.filter { limits[$0] != nil } }

    /// What a turn took of each name: e2e and its parts, those of one name together.
    public static func times(_ report: TurnReport) -> [String: Double] {
        var times: [String: Double] = [:]
        for part in report.parts where part.ms.isFinite { times[part.name, default: 0] += part.ms }
        if let e2e = report.e2eMs, e2e.isFinite { times["e2e"] = e2e }
        return times
    }

    /// Budgets that a turn went over, in the order of a turn.
    public func breaches(_ report: TurnReport) -> [BudgetBreach] {
        let times = Self.times(report)
        return set.compactMap { name in
            guard let limit = limits[name], let ms = times[name], ms > limit else { return nil }
            let owner = report.parts.last { $0.name == name }?.owner
            return BudgetBreach(name: name, ms: ms, budgetMs: limit, owner: owner)
        }
    }
}

/// A budget that was gone over.
public struct BudgetBreach: Sendable, Equatable, Codable {
    /// One of `LatencyBudgets.names`.
    public var name: String
    public var ms: Double
    public var budgetMs: Double
    /// Whose the part is; nil for e2e and yield, which are nobody's alone.
    public var owner: TurnReport.Part.Owner?

    public init(name: String, ms: Double, budgetMs: Double, owner: TurnReport.Part.Owner? = nil) {
        self.name = name
        self.ms = ms
        self.budgetMs = budgetMs
        self.owner = owner
    }

    /// `llm_ttft 2.1 s over budget 1.5 s`.
    public var words: String { "\(name) \(Self.seconds(ms)) over budget \(Self.seconds(budgetMs))" }

    /// Tenths from a second on, hundredths below.
    private static func seconds(_ ms: Double) -> String {
        guard ms.isFinite, abs(ms) < 1e9 else { return "–" }
        let places = abs(ms) < 1000 ? 100.0 : 10.0
        return "\((ms / 1000 * places).rounded() / places) s"
    }
}

extension TurnReport.Part {
    /// The key of `sidetone.yaml` that governs the part; nil when it is no setting's.
    public var setting: String? {
        guard owner == .setting else { return nil }
        return switch name {
        case "vad_hang": "endpointing_ms"
        case "filler": "pipeline.filler_after_ms"
        default: nil
        }
    }
}

extension TurnReport {
    /// How far e2e from the audio may be from the reported one before they are said to disagree, ms.
    public static let heardTolerance = 100.0

    /// By how much the audio says more than the events; nil when either is missing.
    public var heardDifferenceMs: Double? {
        guard let heardE2eMs, let e2eMs else { return nil }
        return heardE2eMs - e2eMs
    }

    /// Whether what was heard and what was reported are too far apart to be of one turn.
    public var heardDisagrees: Bool { abs(heardDifferenceMs ?? 0) > Self.heardTolerance }
}
