// Payloads of the operational events: trouble, recording, health, wire, operator.

/// `trouble`: stands on the screen until `troubleCleared` with the same code (and session).
public struct Trouble: Sendable, Equatable, Codable {
    /// How bad.
    public enum Severity: String, Sendable, Codable { case notice, warning, error }
    /// Stable name: `provider.auth`, `provider.lost`, `device.none`, `recording.stopped`, `listener.refused` …
    public var code: String
    public var severity: Severity
    /// Place and cause in words; may hold text from outside.
    public var text: String
    /// What to do.
    public var fix: String?

    public init(code: String, severity: Severity, text: String, fix: String? = nil) {
        self.code = code
        self.severity = severity
        self.text = text
        self.fix = fix
    }
}

/// `troubleCleared`
public struct TroubleCleared: Sendable, Equatable, Codable {
    public var code: String

    public init(code: String) { self.code = code }
}

/// `recording`
public struct RecordingChange: Sendable, Equatable, Codable {
    /// What the recorder does.
    public enum State: String, Sendable, Codable { case on, off, failed }
    public var state: State
    /// Folder name below the sessions folder.
    public var folder: String?
    public var reason: String?

    public init(_ state: State, folder: String? = nil, reason: String? = nil) {
        self.state = state
        self.folder = folder
        self.reason = reason
    }
}

/// `gap`
public struct AudioGap: Sendable, Equatable, Codable {
    /// Which channel.
    public enum Channel: String, Sendable, Codable { case user, agent }
    public var channel: Channel
    /// First missing sample on the session's audio clock.
    public var at: Int64
    /// Samples missing (filled with silence), or dropped when negative.
    public var samples: Int64
    public var reason: String

    public init(channel: Channel, at: Int64, samples: Int64, reason: String) {
        self.channel = channel
        self.at = at
        self.samples = samples
        self.reason = reason
    }
}

/// `health`: counters since the session's start and figures of the last second.
public struct Health: Sendable, Equatable, Codable {
    public var framesIn: Int = 0
    public var framesOut: Int = 0
    /// Outgoing frames that left more than 10 ms after their deadline.
    public var lateFrames: Int = 0
    /// Times that the agent's audio ran dry in the middle of an item.
    public var underruns: Int = 0
    /// Device xruns, capture and playback.
    public var captureXruns: Int = 0
    public var playbackXruns: Int = 0
    /// Agent audio waiting to be played.
    public var playoutQueueMs: Double = 0
    /// Bytes waiting on the provider's link.
    public var linkQueueBytes: Int = 0
    /// Caller audio held while no provider was ready.
    public var heldMs: Double = 0
    /// Caller audio that reached no provider because too much had to be held.
    public var callerLostMs: Double = 0
    public var reconnects: Int = 0
    /// Spread of the caller's frame intervals (p95 of |gap − nominal|) over the last second.
    public var jitterMs: Double?
    /// Time from device write to ear.
    public var deviceDelayMs: Double?
    /// Rate measured by counting samples against the monotonic clock.
    public var measuredInputRate: Double?

    public init() {}
}

/// `audioFormat`
public struct AudioFormat: Sendable, Equatable, Codable {
    /// Rate and coding of the leg as declared ("slin 8000", "hw:0 48000").
    public var leg: String
    public var legRate: Int
    public var providerInputRate: Int
    public var providerOutputRate: Int
    /// Words when something disagrees: "labelled slin but looks like u-law", "runs 1.5x fast".
    public var finding: String?
    /// What was assumed, advertised and measured of each side; nil from writers that did not know.
    public var sides: [Side]?

    /// One side of the audio chain.
    public struct Side: Sendable, Equatable, Codable {
        /// Which one.
        public enum Name: String, Sendable, Codable { case caller, toProvider, fromProvider }
        public var name: Name
        /// Encoding on the wire.
        public var encoding: String
        /// Samples per second that we go by.
        public var assumed: Int
        /// What the other end says of itself; nil when it says nothing.
        public var advertised: Int?
        /// Samples per second as they arrived; nil when it was not measured.
        public var measured: Double?

        public init(name: Name, encoding: String, assumed: Int, advertised: Int?, measured: Double?) {
            self.name = name
            self.encoding = encoding
            self.assumed = assumed
            self.advertised = advertised
            self.measured = measured
        }
    }

    public init(
        leg: String, legRate: Int, providerInputRate: Int, providerOutputRate: Int, finding: String? = nil,
        sides: [Side]? = nil
    ) {
        self.leg = leg
        self.legRate = legRate
        self.providerInputRate = providerInputRate
        self.providerOutputRate = providerOutputRate
        self.finding = finding
        self.sides = sides
    }
}

/// `wire`
public struct WireMessage: Sendable, Equatable, Codable {
    /// As seen from here.
    public enum Direction: String, Sendable, Codable { case sent, received }
    public var source: String
    public var direction: Direction
    /// Message type in the vendor's words.
    public var type: String
    public var bytes: Int
    /// How often it repeated since the last such event (audio messages are merged).
    public var count: Int
    /// The message as JSON text, its audio named by size and long texts cut; nil when it is no text.
    public var body: String?

    /// In JSON the type is `message`: `type` names the event itself.
    private enum CodingKeys: String, CodingKey { case source, direction, type = "message", bytes, count, body }

    public init(source: String, direction: Direction, type: String, bytes: Int, count: Int = 1) {
        self.source = source
        self.direction = direction
        self.type = type
        self.bytes = bytes
        self.count = count
    }
}

/// `operatorAction`
public struct OperatorAction: Sendable, Equatable, Codable {
    /// What was done, where programs go by it.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case whisper, takeOver, giveBack, agentMuted, agentUnmuted, digits, note
        /// The talk mode changed; `text` is its name.
        case talkMode
        /// Push-to-talk: `text` is `on` or `off`.
        case talk
    }

    /// In words.
    public var action: String
    /// Nil for actions that are only words, and from writers that did not know.
    public var kind: Kind?
    /// What was whispered, pressed or noted; with `giveBack` what the agent was told.
    public var text: String?

    public init(_ action: String, kind: Kind? = nil, text: String? = nil) {
        self.action = action
        self.kind = kind
        self.text = text
    }
}

/// `commandRefused`
public struct CommandRefusal: Sendable, Equatable, Codable {
    public var command: String
    public var reason: String

    public init(command: String, reason: String) {
        self.command = command
        self.reason = reason
    }
}

/// `note`
public struct Note: Sendable, Equatable, Codable {
    public var text: String

    public init(_ text: String) { self.text = text }
}

/// `system`
public struct SystemReport: Sendable, Equatable, Codable {
    /// Address of the AudioSocket listener, when it listens.
    public var audioSocket: String?
    public var http: String?
    public var capture: String?
    public var playback: String?
    /// Why there is no audio device.
    public var deviceReason: String?
    /// The devices there are, once somebody asked.
    public var devices: DeviceCatalog?
    /// The last test of the devices.
    public var deviceTest: DeviceTestReport?
    /// Gain behind the microphone, dB; nil without devices.
    public var microphoneGain: Double?
    /// Whether echo is cancelled when both devices run; nil without devices.
    public var cancelsEcho: Bool?
    public var sessionsFolder: String?
    public var accepted: Int
    public var active: Int
    public var rejected: Int
    /// Names of the providers that may be chosen.
    public var providers: [String]
    /// How each of them fares; nil from writers that did not know.
    public var health: [ProviderHealth]?
    /// Limits of a turn's latency; nil when there are none.
    public var budgets: LatencyBudgets?

    public init(
        audioSocket: String? = nil, http: String? = nil, capture: String? = nil, playback: String? = nil,
        deviceReason: String? = nil, sessionsFolder: String? = nil, accepted: Int = 0, active: Int = 0,
        rejected: Int = 0, providers: [String] = [], health: [ProviderHealth]? = nil
    ) {
        self.audioSocket = audioSocket
        self.http = http
        self.capture = capture
        self.playback = playback
        self.deviceReason = deviceReason
        self.sessionsFolder = sessionsFolder
        self.accepted = accepted
        self.active = active
        self.rejected = rejected
        self.providers = providers
        self.health = health
    }
}

/// How a provider fares in this process.
public struct ProviderHealth: Sendable, Equatable, Codable {
    public var name: String
    /// Why it cannot be used as things stand (no key set); nil when it can, as far as is known.
    public var obstacle: String?
    /// Whether the last attempt to connect came to ready; nil before the first.
    public var isReachable: Bool?
    /// Connections that came to ready, and attempts that failed or were lost.
    public var connects: Int
    public var failures: Int
    /// Median time from the order to connect to ready, of the newest 100; nil before the first.
    public var connectP50Ms: Double?
    /// Cause of the newest failure, in part from outside.
    public var lastError: String?
    /// When that was.
    public var lastErrorAt: WallTime?

    /// A provider that was not used yet.
    public init(name: String, obstacle: String? = nil) {
        self.name = name
        self.obstacle = obstacle
        connects = 0
        failures = 0
    }
}
