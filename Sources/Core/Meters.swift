import Synchronization

/// Levels and detector figures of a session at one moment.
public struct MeterSnapshot: Sendable, Equatable {
    /// RMS of the last frames in dBFS; nil is digital silence.
    public var userLevel: Double?
    /// Peak with hold, dBFS.
    public var userPeak: Double?
    /// Speech probability, 0...1.
    public var speechProbability: Double
    /// Probability at which speech counts.
    public var speechThreshold: Double
    /// Noise floor in dBFS.
    public var noiseFloor: Double?
    /// Whether the detector says speech.
    public var userSpeaking: Bool
    /// Agent as played, dBFS; nil is silence.
    public var agentLevel: Double?
    public var agentPeak: Double?
    /// Agent audio waiting to be played, ms.
    public var playoutQueueMs: Double
    /// Whether the microphone is muted.
    public var isMuted: Bool

    public init(
        userLevel: Double? = nil, userPeak: Double? = nil, speechProbability: Double = 0, speechThreshold: Double = 0.5,
        noiseFloor: Double? = nil, userSpeaking: Bool = false, agentLevel: Double? = nil, agentPeak: Double? = nil,
        playoutQueueMs: Double = 0, isMuted: Bool = false
    ) {
        self.userLevel = userLevel
        self.userPeak = userPeak
        self.speechProbability = speechProbability
        self.speechThreshold = speechThreshold
        self.noiseFloor = noiseFloor
        self.userSpeaking = userSpeaking
        self.agentLevel = agentLevel
        self.agentPeak = agentPeak
        self.playoutQueueMs = playoutQueueMs
        self.isMuted = isMuted
    }
}

/// Meters that the engine writes each frame and the screen reads when it draws; no lock, no event.
public final class SessionMeters: Sendable {
    private let cells: [Cell]

    private final class Cell: Sendable {
        let bits = Atomic<UInt64>(Double.nan.bitPattern)
    }

    private enum Slot: Int, CaseIterable {
        case userLevel, userPeak, probability, threshold, noise, speaking, agentLevel, agentPeak, queue, muted
    }

    public init() { cells = Slot.allCases.map { _ in Cell() } }

    private func set(_ slot: Slot, _ value: Double?) {
        cells[slot.rawValue].bits.store((value ?? .nan).bitPattern, ordering: .relaxed)
    }

    private func get(_ slot: Slot) -> Double? {
        let value = Double(bitPattern: cells[slot.rawValue].bits.load(ordering: .relaxed))
        return value.isNaN ? nil : value
    }

    /// Writes the user's side. Engine thread, once a frame.
    public func setUser(
        level: Double?, peak: Double?, probability: Double, threshold: Double, noiseFloor: Double?, speaking: Bool
    ) {
        set(.userLevel, level)
        set(.userPeak, peak)
        set(.probability, probability)
        set(.threshold, threshold)
        set(.noise, noiseFloor)
        set(.speaking, speaking ? 1 : 0)
    }

    /// Writes the agent's side. Engine thread, once a frame.
    public func setAgent(level: Double?, peak: Double?, queueMs: Double) {
        set(.agentLevel, level)
        set(.agentPeak, peak)
        set(.queue, queueMs)
    }

    /// Writes the mute state.
    public func setMuted(_ on: Bool) { set(.muted, on ? 1 : 0) }

    /// Reads all. Any thread; the values may be of neighbouring frames.
    public var snapshot: MeterSnapshot {
        MeterSnapshot(
            userLevel: get(.userLevel), userPeak: get(.userPeak), speechProbability: get(.probability) ?? 0,
            speechThreshold: get(.threshold) ?? 0.5, noiseFloor: get(.noise), userSpeaking: get(.speaking) == 1,
            agentLevel: get(.agentLevel), agentPeak: get(.agentPeak), playoutQueueMs: get(.queue) ?? 0,
            isMuted: get(.muted) == 1)
    }
}
