import Core

/// A line of the recorder's own in `events.jsonl`: `{"recorder": {"kind": …}}`. It explains what the session's records cannot
/// know: missing audio, lost records, new files. It has no sequence number.
public struct RecorderRemark: Sendable, Equatable, Codable {
    /// What it says.
    public enum Kind: String, Sendable, Codable {
        /// Audio of `channel` at `at` is missing: `samples` of silence stand there.
        case gap
        /// Records `first` to `last` were lost.
        case lost
        /// A new audio file `file` begins at position `at`.
        case segment
        /// Recording cannot go on.
        case failed
        /// Recording goes on.
        case resumed
        /// A file could not be made safe.
        case degraded
    }

    public var kind: Kind
    public var reason: String?
    public var channel: AudioGap.Channel?
    public var at: Int64?
    public var samples: Int64?
    public var first: UInt64?
    public var last: UInt64?
    public var file: String?

    /// A remark; only what its kind needs is given.
    public init(
        _ kind: Kind, reason: String? = nil, channel: AudioGap.Channel? = nil, at: Int64? = nil, samples: Int64? = nil,
        first: UInt64? = nil, last: UInt64? = nil, file: String? = nil
    ) {
        self.kind = kind
        self.reason = reason
        self.channel = channel
        self.at = at
        self.samples = samples
        self.first = first
        self.last = last
        self.file = file
    }

    /// The line's form.
    struct Line: Codable { var recorder: RecorderRemark }
}
