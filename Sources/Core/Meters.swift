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
    /// How the microphone is used; nil where nobody chooses that (a phone call).
    public var talkMode: TalkMode?
    /// Whether what the microphone hears goes to the agent: not muted, and open by the talk mode.
    public var isMicOpen: Bool
    /// Samples at full scale since the start, of the user and of the agent as played.
    public var userClips: Int
    public var agentClips: Int
    /// Spectrum of the user, `SessionMeters.bandCount` bands of dBFS from low to high; nil unless asked for.
    public var spectrum: [Double]?

    public init(
        userLevel: Double? = nil, userPeak: Double? = nil, speechProbability: Double = 0, speechThreshold: Double = 0.5,
        noiseFloor: Double? = nil, userSpeaking: Bool = false, agentLevel: Double? = nil, agentPeak: Double? = nil,
        playoutQueueMs: Double = 0, isMuted: Bool = false, talkMode: TalkMode? = nil, isMicOpen: Bool = true,
        userClips: Int = 0, agentClips: Int = 0, spectrum: [Double]? = nil
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
        self.talkMode = talkMode
        self.isMicOpen = isMicOpen
        self.userClips = userClips
        self.agentClips = agentClips
        self.spectrum = spectrum
    }
}

/// Meters that the engine writes each frame and the screen reads when it draws; no lock, no event.
public final class SessionMeters: Sendable {
    /// Bands of the spectrum.
    public static let bandCount = 28
    /// Level of a band that holds nothing, dBFS.
    public static let bandFloor = -70.0
    /// The spectrum is computed this long after somebody read it last.
    private static let spectrumInterest = Duration.seconds(1)

    private let cells: [Cell]
    private let bands: [Cell]
    private let spectrumWanted = Atomic<Int64>(.min)

    private final class Cell: Sendable {
        let bits = Atomic<UInt64>(Double.nan.bitPattern)
    }

    private enum Slot: Int, CaseIterable {
        case userLevel, userPeak, probability, threshold, noise, speaking, agentLevel, agentPeak, queue, muted, mode,
            open, userClips, agentClips
    }

    public init() {
        cells = Slot.allCases.map { _ in Cell() }
        bands = (0..<Self.bandCount).map { _ in Cell() }
    }

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

    /// Writes how the microphone is used and whether it reaches the agent.
    public func setTalk(_ mode: TalkMode?, isOpen: Bool) {
        set(.mode, mode.flatMap { TalkMode.allCases.firstIndex(of: $0) }.map(Double.init))
        set(.open, isOpen ? 1 : 0)
    }

    /// Writes the clipped samples of both sides since the start.
    public func setClips(user: Int, agent: Int) {
        set(.userClips, Double(user))
        set(.agentClips, Double(agent))
    }

    // MARK: Spectrum

    /// Whether somebody looks at the spectrum: nothing is computed otherwise. Engine thread.
    public func wantsSpectrum(now: MonotonicTime) -> Bool {
        now.nanoseconds < spectrumWanted.load(ordering: .relaxed)
    }

    /// Writes a band, 0 to `bandCount - 1`, in dBFS. Engine thread.
    public func setBand(_ index: Int, _ level: Double) {
        guard bands.indices.contains(index) else { return }
        bands[index].bits.store(level.bitPattern, ordering: .relaxed)
    }

    /// Reads all with the spectrum, and asks for more of it. Any thread.
    public func snapshotWithSpectrum(now: MonotonicTime) -> MeterSnapshot {
        spectrumWanted.store((now + Self.spectrumInterest).nanoseconds, ordering: .relaxed)
        var result = snapshot
        result.spectrum = bands.map { cell in
            let level = Double(bitPattern: cell.bits.load(ordering: .relaxed))
            return level.isNaN ? Self.bandFloor : level
        }
        return result
    }

    /// Reads all. Any thread; the values may be of neighbouring frames.
    public var snapshot: MeterSnapshot {
        MeterSnapshot(
            userLevel: get(.userLevel), userPeak: get(.userPeak), speechProbability: get(.probability) ?? 0,
            speechThreshold: get(.threshold) ?? 0.5, noiseFloor: get(.noise), userSpeaking: get(.speaking) == 1,
            agentLevel: get(.agentLevel), agentPeak: get(.agentPeak), playoutQueueMs: get(.queue) ?? 0,
            isMuted: get(.muted) == 1, talkMode: talkMode, isMicOpen: get(.open) != 0,
            userClips: Int(get(.userClips) ?? 0), agentClips: Int(get(.agentClips) ?? 0))
    }

    private var talkMode: TalkMode? {
        guard let index = get(.mode).map({ Int($0) }), TalkMode.allCases.indices.contains(index) else { return nil }
        return TalkMode.allCases[index]
    }
}
