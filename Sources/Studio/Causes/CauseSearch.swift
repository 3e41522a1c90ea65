import Core

/// Looks for causes in the records of a session. Extensions hold the parts: `+Audio`, `+Turns`, `+Course`.
struct CauseSearch {
    typealias Finding = CauseReport.Finding
    typealias Evidence = CauseReport.Evidence
    /// Places shown for one finding.
    static let evidenceLimit = 5

    let records: [EventRecord]
    let rate: Int
    /// What the recording lacks, in words.
    let missing: [String]
    let reports: [(record: EventRecord, report: TurnReport)]

    init(records: [EventRecord], rate: Int, missing: [String]) {
        self.records = records
        self.rate = max(1, rate)
        self.missing = missing
        reports = records.compactMap { record in
            if case .turnEnded(let report) = record.event { (record, report) } else { nil }
        }
    }

    var findings: [Finding] {
        (missing.isEmpty
            ? []
            : [Finding(severity: .warning, code: "recording.incomplete", text: missing.joined(separator: "; "))])
            + audioFindings + turnFindings + courseFindings
    }

    // MARK: - Helpers of all parts

    func evidence(_ record: EventRecord, _ text: String) -> Evidence {
        Evidence(time: Double(record.audio) / Double(rate), event: record.event.kind.rawValue, text: text)
    }

    /// A finding from places; nil when there are none. More than a few are counted, not shown.
    func finding(
        _ severity: Finding.Severity, _ code: String, _ places: [Evidence], knob: String?, _ text: (Int) -> String
    ) -> Finding? {
        guard !places.isEmpty else { return nil }
        return Finding(
            severity: severity, code: code, text: text(places.count),
            evidence: Array(places.prefix(Self.evidenceLimit)), knob: knob)
    }

    /// Records of one kind with what matters of them.
    func all<T>(_ pick: (Event) -> T?) -> [(record: EventRecord, value: T)] {
        records.compactMap { record in pick(record.event).map { (record, $0) } }
    }

    static func percent(_ ratio: Double) -> String {
        let value = (ratio - 1) * 100
        return (value < 0 ? "" : "+") + ExportNumber.fixed(value, 2) + " %"
    }

    static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    static func ms(_ value: Double) -> String { ExportNumber.fixed(value, 0) + " ms" }
}
