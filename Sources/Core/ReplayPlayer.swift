/// What a viewer may do with a replay.
public enum ReplayControl: Sendable, Equatable {
    case setPaused(Bool)
    case togglePause
    /// Times as fast; kept within what the player can.
    case setSpeed(Double)
    /// To a place.
    case seek(Duration)
    /// Relative to the place, may be negative.
    case skip(Duration)
    case turn(Int)
    case nextTurn, previousTurn
    case nextBargeIn
    case nextTrouble
    /// Plays the turn at the place again and again, or no longer.
    case setLoop(Bool)
    case setChannel(ReplayChannel)
    /// Loudness, 0...1.
    case setVolume(Double)
}

/// Who is heard in a replay.
public enum ReplayChannel: String, Sendable, CaseIterable, Equatable {
    case both, user, agent
}

/// Where a replay stands and how it runs.
public struct ReplayStatus: Sendable, Equatable {
    /// Folder name of the session; from outside.
    public var name: String
    public var session: SessionID
    /// The place, and the end.
    public var time: Duration
    public var length: Duration
    /// The place on the clock of the records that the player sends.
    public var now: MonotonicTime
    /// The label of the place: the wall clock of the recording.
    public var wall: WallTime
    public var speed: Double
    public var isPaused = false
    public var isAtEnd = false
    /// How many turns have begun at the place, and how many there are.
    public var turn = 0
    public var turns = 0
    /// Number of the turn that is played again and again.
    public var loop: Int?
    public var channel = ReplayChannel.both
    /// 0...1.
    public var volume = 1.0
    /// Why nothing is heard, in words; nil when it is.
    public var silence: String?

    /// A replay at its start.
    public init(
        name: String, session: SessionID, time: Duration = .zero, length: Duration,
        now: MonotonicTime = MonotonicTime(nanoseconds: 0), wall: WallTime = WallTime(nanoseconds: 0), speed: Double = 1
    ) {
        self.name = name
        self.session = session
        self.time = time
        self.length = length
        self.now = now
        self.wall = wall
        self.speed = speed
    }
}

/// Something on the time line of a replay worth a jump.
public struct ReplayMark: Sendable, Equatable {
    public enum Kind: Sendable, Equatable { case turn, bargeIn, trouble, providerSwitch, note }
    public var kind: Kind
    public var time: Duration
    /// Number of the turn, for turns.
    public var number: Int?
    /// From outside.
    public var text: String

    /// A mark at a place.
    public init(_ kind: Kind, at time: Duration, number: Int? = nil, text: String = "") {
        self.kind = kind
        self.time = time
        self.number = number
        self.text = text
    }
}

/// The whole of a replayed session at once: levels over its length and marks.
public struct ReplayOverview: Sendable, Equatable {
    /// Peaks of the user and of the agent in dB above −60 dBFS, 0...60, over equal parts of the session; those not read yet are
    /// missing at the end.
    public var user: [UInt8] = []
    public var agent: [UInt8] = []
    /// How many parts there will be; 0 without audio.
    public var parts = 0
    /// In order of time.
    public var marks: [ReplayMark] = []
    /// Files with their sizes, what was verified, what is missing: lines for a reader. From outside in part.
    public var files: [LibraryDetail.File] = []
    public var verdict = ""

    /// Nothing yet.
    public init() {}
}

/// A recorded session in the place of the engine. All members may be used from any thread.
public protocol ReplayPlayer: EngineClient, AnyObject {
    /// Where it stands now.
    var status: ReplayStatus { get }
    /// As far as it is known by now; grows while the audio is read.
    var overview: ReplayOverview { get }
    /// Does what the viewer asks.
    func control(_ control: ReplayControl)
}
