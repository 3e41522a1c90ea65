import Core

/// Counts refusals by reason and decides which are reported: five of a reason in ten seconds, then only a count with
/// the next report, so that a flood does not flood the log.
struct RefusalLog {
    static let window = Duration.seconds(10)
    static let reportsPerWindow = 5

    private struct Tally {
        var total = 0
        var windowStart: MonotonicTime?
        var reported = 0
        var unreported = 0
        var last: MonotonicTime?
    }

    private var tallies: [AudioSocketRefusal: Tally] = [:]

    init() {}

    /// Refusals of a reason so far.
    func count(_ why: AudioSocketRefusal) -> Int { tallies[why]?.total ?? 0 }

    /// All refusals.
    var total: Int { tallies.values.reduce(0) { $0 + $1.total } }

    /// Name of the trouble that stands for a reason.
    static func code(_ why: AudioSocketRefusal) -> String { "listener.refused.\(why.rawValue)" }

    /// Counts a refusal of `peer`; returns the trouble to report, or nil when there were too many of late.
    mutating func add(_ why: AudioSocketRefusal, peer: String, _ now: MonotonicTime) -> Trouble? {
        var tally = tallies[why] ?? Tally()
        defer { tallies[why] = tally }
        tally.total += 1
        tally.last = now
        if let start = tally.windowStart, now - start < Self.window, tally.reported >= Self.reportsPerWindow {
            tally.unreported += 1
            return nil
        }
        if tally.windowStart.map({ now - $0 >= Self.window }) ?? true {
            tally.windowStart = now
            tally.reported = 0
        }
        tally.reported += 1
        let more = tally.unreported > 0 ? " (and \(tally.unreported) more before)" : ""
        tally.unreported = 0
        return Trouble(
            code: Self.code(why), severity: .notice,
            text: "AudioSocket connection from \(peer) refused: \(why.cause)\(more)", fix: why.fix)
    }

    /// Reasons whose last refusal is older than `age`: their trouble is over. Each is given once.
    mutating func settled(_ now: MonotonicTime, age: Duration) -> [AudioSocketRefusal] {
        let over = AudioSocketRefusal.allCases.filter { why in tallies[why]?.last.map { now - $0 >= age } ?? false }
        for why in over { tallies[why]?.last = nil }
        return over
    }

    /// Whether any trouble stands.
    var isStanding: Bool { tallies.values.contains { $0.last != nil } }
}
