import Core

/// Latency of a session's turns. Percentiles count completed turns that are no greeting, and only from five on.
struct LatencyModel: Sendable, Equatable {
    static let limit = 300
    /// Turns needed before a percentile is said.
    static let least = 5

    private(set) var reports: [TurnReport] = []
    /// Turns over a budget since the start.
    private(set) var breaches = 0
    private var greetings: Set<Int> = []
    /// Turns that began without speech of the user: they have no speech parts to miss.
    private var silent: Set<Int> = []

    mutating func open(_ turn: TurnStart) {
        if turn.trigger == .greeting { greetings.insert(turn.turn) }
        if turn.trigger != .speech { silent.insert(turn.turn) }
        if silent.count > 2 * Self.limit { silent.formIntersection(reports.map(\.turn) + [turn.turn]) }
    }

    mutating func add(_ report: TurnReport) {
        if report.breaches?.isEmpty == false { breaches += 1 }
        reports.append(report)
        if reports.count > Self.limit { reports.removeFirst(reports.count - Self.limit) }
    }

    /// The newest turn that has figures, else the newest at all.
    var last: TurnReport? { reports.last { $0.e2eMs != nil } ?? reports.last }

    /// e2e of the turns that count, in order, milliseconds.
    var counted: [Double] {
        reports.filter(counts).compactMap(\.e2eMs)
    }

    /// The newest report of a turn; nil when it is not known any more.
    func report(of turn: Int?) -> TurnReport? { turn.flatMap { turn in reports.last { $0.turn == turn } } }

    /// Whether a turn goes into the percentiles.
    func counts(_ report: TurnReport) -> Bool {
        report.outcome == .completed && report.e2eMs != nil && !greetings.contains(report.turn)
    }

    /// The slowest of the turns that count, the newest of equals.
    var slowest: TurnReport? {
        reports.filter(counts).enumerated().max { one, other in
            (one.element.e2eMs ?? 0, one.offset) < (other.element.e2eMs ?? 0, other.offset)
        }?.element
    }

    /// Turns that count and took longer than the budget.
    func count(over budget: Double) -> Int { counted.count { $0 > budget } }

    /// Median time of a part in the other turns that count; nil below three of them. Stages are compared among turns
    /// that have them; a turn without a tool spent no time on tools.
    func usual(_ part: String, but turn: Int) -> Double? {
        let mayMiss = part == "tool" || part == "unattributed"
        let times = reports.filter { counts($0) && $0.turn != turn }.compactMap { report -> Double? in
            let all = report.parts.filter { $0.name == part && $0.ms.isFinite }
            return all.isEmpty && !mayMiss ? nil : all.reduce(0) { $0 + $1.ms }
        }
        return times.count < 3 ? nil : times.sorted()[times.count / 2]
    }

    /// Times of each part over the turns that count, in the order of a turn.
    var stages: [StageFigures] {
        var found: [StageFigures] = []
        for report in reports where counts(report) {
            for part in report.parts where part.ms.isFinite {
                if let index = found.firstIndex(where: { $0.name == part.name }) {
                    found[index].times.append(part.ms)
                } else if found.count < 12 {
                    found.append(StageFigures(name: part.name, owner: part.owner, times: [part.ms]))
                }
            }
        }
        return found
    }

    /// The waterfall of one of the turns.
    func waterfall(_ report: TurnReport) -> Waterfall { Waterfall(report, isSpoken: !silent.contains(report.turn)) }

    func isGreeting(_ report: TurnReport) -> Bool { greetings.contains(report.turn) }

    /// The value that `share` of the counted turns do not exceed (nearest rank); nil below five turns.
    func percentile(_ share: Double) -> Double? {
        let sorted = counted.sorted()
        guard sorted.count >= Self.least else { return nil }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(sorted.count - 1, max(0, rank - 1))]
    }
}

/// How long one part of the turns took.
struct StageFigures: Sendable, Equatable {
    var name: String
    var owner: TurnReport.Part.Owner
    var times: [Double]

    var median: Double? { times.isEmpty ? nil : times.sorted()[times.count / 2] }
    var longest: Double? { times.max() }
}

/// A row of the waterfall.
struct WaterfallRow: Sendable, Equatable {
    var name: String
    /// Nil: not measured, prints as `–`.
    var ms: Double?
    var startMs: Double
    var owner: TurnReport.Part.Owner?
    /// The setting that governs it.
    var setting: String?
}

/// A turn's latency as rows whose parts sum to the whole: what the provider did not account for is a row of its own.
struct Waterfall: Sendable, Equatable {
    var rows: [WaterfallRow] = []
    var total: Double?

    /// Parts every full turn has, by kind of provider; those not measured show as `–`.
    private static let realtime = ["vad_hang", "turn_commit", "model_ttfa", "playout"]
    private static let pipeline = ["vad_hang", "stt_final", "turn_commit", "llm_ttft", "tts_ttfb", "playout"]

    /// `isSpoken` expects the parts of recognising speech too.
    init(_ report: TurnReport, isSpoken: Bool = true) {
        total = report.e2eMs
        let measured = report.parts.map(\.name)
        let isPipeline = measured.contains { $0 == "llm_ttft" || $0 == "tts_ttfb" || $0 == "stt_final" }
        var at = 0.0
        var pending = (isPipeline ? Self.pipeline : Self.realtime).filter { name in
            (isSpoken || name != "vad_hang" && name != "stt_final")
                && (name != "llm_ttft" || !measured.contains("model_ttfa"))
        }[...]
        for part in report.parts {
            if let index = pending.firstIndex(of: part.name) {
                for name in pending[..<index] where !measured.contains(name) { add(name) }
                pending = pending[(index + 1)...]
            }
            let owner = part.name == "unattributed" ? nil : part.owner
            rows.append(WaterfallRow(name: part.name, ms: part.ms, startMs: at, owner: owner, setting: part.setting))
            at += part.ms
        }
        for name in pending where !measured.contains(name) { add(name) }
        if let total, abs(total - at) > 5 {
            rows.append(WaterfallRow(name: "unattributed", ms: total - at, startMs: at, owner: nil))
        }
    }

    private mutating func add(_ name: String) {
        rows.append(WaterfallRow(name: name, ms: nil, startMs: 0, owner: nil))
    }
}
