import Core

/// The event log of a stored session, as far as it can be read.
public struct SessionLog: Sendable {
    /// A line that says nothing we understand.
    public struct Fault: Sendable, Equatable, Codable {
        public var file: String
        /// From 1.
        public var line: Int
        public var cause: String
    }

    /// Records in the order of the file.
    public var records: [EventRecord] = []
    /// The recorder's remarks.
    public var remarks: [RecorderRemark] = []
    /// Lines that cannot be read, the torn end excepted.
    public var faults: [Fault] = []
    /// Bytes of a torn last line, by file.
    public var torn: [String: Int] = [:]
    /// Whether the last line lacks only its line end, by file.
    public var lacksLineEnd: Set<String> = []

    /// Largest position that is believed: 70 years at 384 kHz, far from any overflow.
    static let farthest: Int64 = 1 << 50

    /// An empty log.
    public init() {}

    /// Reads files of a folder in order.
    public init(folder: String, files: [String]) throws(DiskError) {
        for name in files { add(try ReadFile(folder + "/" + name).readAll(), file: name) }
    }

    /// Adds the content of one file. Anything may stand in `bytes`.
    public mutating func add(_ bytes: [UInt8], file: String) {
        var start = 0
        var line = 0
        while start < bytes.count {
            line += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let cause = take(bytes[start..<(end ?? bytes.count)])
            if let cause { note(cause, file, line, bytes[start...], isWhole: end != nil) }
            if cause == nil, end == nil { lacksLineEnd.insert(file) }
            start = (end ?? bytes.count) + 1
        }
    }

    private mutating func note(_ cause: String, _ file: String, _ line: Int, _ rest: ArraySlice<UInt8>, isWhole: Bool) {
        // A power failure may leave zeros where the last lines were.
        let isTorn = !isWhole || rest.allSatisfy { $0 == 0 || $0 == UInt8(ascii: "\n") }
        if isTorn, torn[file] == nil {
            torn[file] = rest.count
        } else if !isTorn, faults.count < 1000 {
            faults.append(Fault(file: file, line: line, cause: cause))
        }
    }

    /// Takes a line; nil, or what is wrong with it.
    private mutating func take(_ line: ArraySlice<UInt8>) -> String? {
        if line.isEmpty { return nil }
        guard line.first == UInt8(ascii: "{") else { return "the line is not a JSON object" }
        if line.starts(with: "{\"recorder\":".utf8),
            let found = try? EventCodec.decode(RecorderRemark.Line.self, from: line)
        {
            let places = [
                found.recorder.at, found.recorder.samples.map { $0.magnitude > UInt64(Self.farthest) ? -1 : 0 },
            ]
            guard places.allSatisfy({ (0...Self.farthest).contains($0 ?? 0) }) else { return "its position cannot be" }
            remarks.append(found.recorder)
            return nil
        }
        do {
            let record = try EventCodec.decode(line)
            guard (0...Self.farthest).contains(record.audio) else { return "its position \(record.audio) cannot be" }
            records.append(record)
            return nil
        } catch {
            return "it is not a record: \(Self.brief(error))"
        }
    }

    private static func brief(_ error: any Error) -> String {
        let text = TranscriptVTT.plain(String(describing: error))
        return text.count > 160 ? text.prefix(160) + "…" : text
    }

    /// The session's first record that tells how it began.
    public var start: SessionStart? {
        for record in records { if case .sessionStarted(let start) = record.event { return start } }
        return nil
    }

    /// How the session ended, when it has.
    public var end: SessionEnd? {
        for record in records.reversed() { if case .sessionEnded(let end) = record.event { return end } }
        return nil
    }
}
