import Core

/// Times of the parts of turns, of e2e as it was heard, and the budgets that were gone over, for Prometheus. Pure.
struct LatencyMetrics {
    /// Seconds.
    static let bounds = [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 3, 5]
    /// Names of parts come from providers: no more are kept apart.
    private static let partLimit = 24

    private var parts: [String: Histogram] = [:]
    private var heard = Histogram(bounds: bounds)
    private var breaches: [String: Int] = [:]
    private var overBudget = 0

    mutating func add(_ report: TurnReport) {
        let over = report.breaches ?? []
        if !over.isEmpty { overBudget += 1 }
        for breach in over where LatencyBudgets.names.contains(breach.name) { breaches[breach.name, default: 0] += 1 }
        guard report.outcome == .completed, report.e2eMs != nil else { return }
        if let ms = report.heardE2eMs, ms.isFinite { heard.add(ms / 1000) }
        for (name, ms) in LatencyBudgets.times(report) where name != "e2e" {
            guard parts[name] != nil || parts.count < Self.partLimit else { continue }
            parts[name, default: Histogram(bounds: [0.05, 0.1] + Self.bounds)].add(ms / 1000)
        }
    }

    /// Prometheus text.
    var prometheus: String {
        var out = heard.prometheus(
            "sidetone_heard_latency_seconds", "The same from the audio alone: end of user sound to first agent sound.")
        let name = "sidetone_stage_latency_seconds"
        out += "# HELP \(name) Parts of the latency of completed turns.\n# TYPE \(name) histogram\n"
        for (part, histogram) in parts.sorted(by: { $0.key < $1.key }) {
            out += histogram.series(name, labels: "stage=\"\(Self.label(part))\",")
        }
        out += "# TYPE sidetone_turns_over_budget_total counter\nsidetone_turns_over_budget_total \(overBudget)\n"
        out += "# TYPE sidetone_budget_breaches_total counter\n"
        for (name, count) in breaches.sorted(by: { $0.key < $1.key }) {
            out += "sidetone_budget_breaches_total{budget=\"\(name)\"} \(count)\n"
        }
        return out
    }

    private static func label(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0.isASCII && $0.properties.isAlphabetic || $0 == "_" }.map(Character.init))
    }
}

/// Counts in fixed buckets.
struct Histogram {
    private let bounds: [Double]
    private var counts: [Int]
    private var sum = 0.0
    private var total = 0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count)
    }

    mutating func add(_ value: Double) {
        sum += value
        total += 1
        for (i, bound) in bounds.enumerated() where value <= bound { counts[i] += 1 }
    }

    func prometheus(_ name: String, _ help: String) -> String {
        "# HELP \(name) \(help)\n# TYPE \(name) histogram\n" + series(name, labels: "")
    }

    /// The lines of one histogram; `labels` are empty or end with a comma.
    func series(_ name: String, labels: String) -> String {
        var out = ""
        for (i, bound) in bounds.enumerated() { out += "\(name)_bucket{\(labels)le=\"\(bound)\"} \(counts[i])\n" }
        let own = labels.isEmpty ? "" : "{\(labels.dropLast())}"
        return out
            + "\(name)_bucket{\(labels)le=\"+Inf\"} \(total)\n\(name)_sum\(own) \(sum)\n\(name)_count\(own) \(total)\n"
    }
}

extension JSONValue {
    /// Limits in milliseconds by name.
    init(limits: LatencyBudgets) {
        self = .object(limits.set.map { .init($0, .double(limits[$0] ?? 0)) })
    }
}
