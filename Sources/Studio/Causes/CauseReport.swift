import Core
import Recording

/// Why a session went as it did, from its log and audio alone: the same session gives the same report.
public struct CauseReport: Sendable, Equatable, Encodable {
    /// One thing found out.
    public struct Finding: Sendable, Equatable, Encodable {
        /// How bad: `error` was heard or lost, `warning` could have been, `info` is a fact.
        public enum Severity: String, Sendable, Encodable { case error, warning, info }
        public var severity: Severity
        /// Stable name: `audio.ratio`, `turn.slow`, `gate.flutter` …
        public var code: String
        /// What, in words; may hold text from outside.
        public var text: String
        /// Where it can be seen.
        public var evidence: [Evidence] = []
        /// What to change; nil when there is nothing to.
        public var knob: String?
    }

    /// A place in the session.
    public struct Evidence: Sendable, Equatable, Encodable {
        /// Seconds of the session's audio.
        public var time: Double
        /// The event's name, and what of it counts.
        public var event: String
        public var text: String
    }

    /// Folder name.
    public var name: String
    public var seconds: Double
    public var turns: Int
    /// The worst first; of equals, in the order they were looked for.
    public var findings: [Finding]

    /// Looks at a stored session. Reads its audio once; any thread.
    public init(_ session: StoredSession) {
        let records = HeardTurns.records(session)
        let search = CauseSearch(
            records: records, rate: session.audio?.sampleRate ?? session.meta.start.sampleRate,
            missing: session.meta.degradedReasons + session.faults)
        name = session.name
        seconds = session.seconds
        turns = search.reports.count
        let order: [Finding.Severity] = [.error, .warning, .info]
        let all = search.findings
        findings = order.flatMap { severity in all.filter { $0.severity == severity } }
    }

    /// One JSON object in one line; what could steer a terminal is escaped.
    public var json: String {
        guard let bytes = try? EventCodec.encode(any: self) else { return "null" }
        return JSONExport.visible(String(decoding: bytes, as: UTF8.self))
    }

    /// For people, a line each.
    public var lines: [String] {
        var out = ["\(name): \(ExportNumber.clock(seconds)), \(turns) turns"]
        for finding in findings {
            let sign = finding.severity == .error ? "✗" : finding.severity == .warning ? "!" : "·"
            out += ["", "\(sign) \(finding.code)  \(TranscriptVTT.plain(finding.text))"]
            out += finding.evidence.map {
                "    \(ExportNumber.clock($0.time))  \($0.event)  \(TranscriptVTT.plain($0.text))"
            }
            if let knob = finding.knob { out.append("    → \(TranscriptVTT.plain(knob))") }
        }
        if !findings.contains(where: { $0.severity != .info }) { out += ["", "nothing went wrong that the log shows"] }
        return out
    }
}
