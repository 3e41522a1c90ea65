import Core

/// `meta.json`: what a session folder is, readable without the rest. Unknown members are ignored by readers.
public struct SessionMeta: Sendable, Equatable, Codable {
    /// Version of the folder format.
    public static let currentVersion = 1

    /// Whether the recording was ended in order.
    public enum State: String, Sendable, Codable {
        /// Being written, or cut off by a crash and not repaired yet.
        case recording
        /// Ended in order.
        case ended
        /// The program ended before the session.
        case stopped
        /// Cut off, repaired since.
        case interrupted
    }

    /// One audio file.
    public struct Segment: Sendable, Equatable, Codable {
        /// File name in the folder.
        public var file: String
        /// Position of its first sample on the session's audio clock. Where segments overlap the later one holds.
        public var at: Int64

        /// One audio file.
        public init(file: String, at: Int64) {
            self.file = file
            self.at = at
        }
    }

    /// One moment on all three clocks.
    public struct Anchor: Sendable, Equatable, Codable {
        /// Position on the session's audio clock.
        public var audio: Int64
        /// Nanoseconds of the monotonic clock.
        public var t: Int64
        /// Nanoseconds since 1970.
        public var wall: Int64

        /// One moment.
        public init(audio: Int64, t: Int64, wall: Int64) {
            self.audio = audio
            self.t = t
            self.wall = wall
        }
    }

    public var version = SessionMeta.currentVersion
    /// Program that wrote it, with its version.
    public var application: String
    public var session: SessionID
    /// Start in UTC, RFC 3339.
    public var started: String
    /// End in UTC, RFC 3339.
    public var ended: String?
    public var state: State
    /// Why it ended, in words.
    public var endReason: String?
    /// Provider, model, voice, agent, rates, caller as at the start.
    public var start: SessionStart
    /// Whether something is missing or could not be made safe; `degradedReasons` says what.
    public var isDegraded = false
    public var degradedReasons: [String] = []
    /// Audio files in order.
    public var audio: [Segment] = []
    /// Event files in order.
    public var logs: [String] = []
    /// Length in samples.
    public var frames: Int64?
    /// Records in the log.
    public var records: Int?
    public var anchors: [Anchor] = []
    /// How the people recorded have agreed, as the configuration says; nil when it says nothing.
    public var consent: String?

    /// The meta data of a session that begins.
    public init(application: String, session: SessionID, wall: WallTime, start: SessionStart, state: State) {
        self.application = application
        self.session = session
        self.started = wall.rfc3339
        self.state = state
        self.start = start
    }

    /// Marks the recording as not whole, once for each reason (at most 100).
    public mutating func degrade(_ reason: String) {
        isDegraded = true
        if !degradedReasons.contains(reason), degradedReasons.count < 100 { degradedReasons.append(reason) }
    }
}
