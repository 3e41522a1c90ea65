/// What a check of a session folder found.
public struct VerifyReport: Sendable, Equatable, Codable {
    /// One thing found.
    public struct Finding: Sendable, Equatable, Codable {
        /// `error` means the session is not whole or not aligned; `warning` is worth a look; `info` explains.
        public enum Severity: String, Sendable, Codable { case error, warning, info }
        public var severity: Severity
        /// Stable name: `audio.size`, `log.hole` …
        public var code: String
        /// Place and cause in words.
        public var text: String

        /// One thing found.
        public init(_ severity: Severity, _ code: String, _ text: String) {
            self.severity = severity
            self.code = code
            self.text = text
        }
    }

    public var name: String
    /// `recording`, `ended`, `stopped`, `interrupted`, or `live`.
    public var state: String
    /// Whether there is no error.
    public var isWhole: Bool { !findings.contains { $0.severity == .error } }
    public var findings: [Finding] = []
    public var records = 0
    public var frames: Int64 = 0
    public var sampleRate = 0
    /// Largest distance found between an event and the audio that it speaks of, ms; nil when nothing could be compared.
    public var alignmentMs: Double?

    /// A report without findings.
    public init(name: String, state: String) {
        self.name = name
        self.state = state
    }

    private enum Key: String, CodingKey {
        case name, state, isWhole, findings, records, frames, sampleRate, alignmentMs
    }

    /// Writes `isWhole` too, for scripts.
    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(name, forKey: .name)
        try object.encode(state, forKey: .state)
        try object.encode(isWhole, forKey: .isWhole)
        try object.encode(findings, forKey: .findings)
        try object.encode(records, forKey: .records)
        try object.encode(frames, forKey: .frames)
        try object.encode(sampleRate, forKey: .sampleRate)
        try object.encodeIfPresent(alignmentMs, forKey: .alignmentMs)
    }

    /// Adds a finding, at most 200; errors always.
    mutating func add(_ severity: Finding.Severity, _ code: String, _ text: String) {
        if findings.count < 200 || severity == .error && findings.count < 400 {
            findings.append(Finding(severity, code, text))
        }
    }

    /// For a terminal: one line with the verdict, one for each finding.
    public var lines: [String] {
        let seconds = sampleRate > 0 ? Double(frames) / Double(sampleRate) : 0
        let length = "\((seconds * 10).rounded() / 10) s of audio, \(records) records, \(state)"
        let aligned = alignmentMs.map { ", aligned within \(Int($0.rounded(.up))) ms" } ?? ""
        let head = "\(TranscriptVTT.plain(name)): \(isWhole ? "whole" : "NOT WHOLE") (\(length)\(aligned))"
        return [head] + findings.map { "  \($0.severity.rawValue) \($0.code): \(TranscriptVTT.plain($0.text))" }
    }
}
