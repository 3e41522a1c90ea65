/// Computes from two channels alone how long the user waited to hear an answer: from the end of the user's speech to the
/// first audible sample of the agent. It knows no event; energy decides. Pure, nothing is allocated.
///
/// ```
/// user   ▁▁▅▇▅▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁    loud: 12 dB above the noise floor and over -45 dBFS, in blocks of 5 ms;
///              └── heard ──┐     a burst counts from 40 ms on, so that a click moves nothing
/// agent  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▅▇▅   audible: a sample over -50 dBFS after 100 ms without one
/// ```
///
/// An agent that begins while the user still speaks, and goes on, gives a negative time: the overlap.
public struct HeardLatency: Sendable, Equatable {
    /// One answer.
    public struct Answer: Sendable, Equatable {
        /// Positions on the audio clock: after the user's last sound, and of the agent's first.
        public var userEnd: Int64
        public var agentStart: Int64
        public var ms: Double
    }

    private let rate: Int
    private var user: UserEnergy
    private var agent: AgentEnergy
    /// The user spoke and was not answered yet.
    private var isPending = false
    /// The agent began; whether that is an answer shows when the user's channel has come as far.
    private var begun: Int64?
    private var found: Answer?

    /// - Parameter rate: samples per second of both channels.
    public init(rate: Int) {
        self.rate = max(1, rate)
        user = UserEnergy(rate: max(1, rate))
        agent = AgentEnergy(rate: max(1, rate))
    }

    /// The user's audio from a position on; positions only grow, what is left out was silence.
    public mutating func takeUser(_ pcm: Span<Int16>, at position: Int64) {
        if user.take(pcm, at: position) { isPending = true }
        resolve()
    }

    /// The agent's audio as played.
    public mutating func takeAgent(_ pcm: Span<Int16>, at position: Int64) {
        if let start = agent.take(pcm, at: position), isPending, begun == nil { begun = start }
        resolve()
    }

    /// The last answer heard since this was asked or `reset`.
    public mutating func takeAnswer() -> Answer? {
        defer { found = nil }
        return found
    }

    /// What was heard so far belongs to no answer.
    public mutating func reset() {
        (isPending, begun, found) = (false, nil, nil)
    }

    private mutating func resolve() {
        guard let start = begun, user.position >= start else { return }
        // Whoever speaks on at the agent's first sound either is cut off by it or interrupts it.
        if user.position - user.lastLoud < user.pause {
            if agent.position - agent.lastAudible > agent.pause { begun = nil }
            return
        }
        begun = nil
        isPending = false
        let ms = Double(start - user.lastLoud) * 1000 / Double(rate)
        found = Answer(userEnd: user.lastLoud, agentStart: start, ms: ms)
    }
}

/// When the user was last loud.
private struct UserEnergy: Sendable, Equatable {
    private let block: Int
    private let burst: Int
    private let gap: Int64
    /// Silence after which the user has stopped.
    let pause: Int64
    private(set) var position: Int64 = 0
    /// Behind the last loud block of a burst that counts.
    private(set) var lastLoud: Int64 = 0
    private var sum = 0.0
    private var count = 0
    /// Noise floor as mean square, samples of full scale 1.
    private var floor = 1e-7
    private var burstLength = 0
    private var burstEnd: Int64 = 0
    private let rise: Double

    init(rate: Int) {
        block = max(1, rate / 200)
        burst = rate / 25
        gap = Int64(rate * 60 / 1000)
        pause = Int64(rate / 10)
        rise = 1.0012  // 1 dB a second in blocks of 5 ms
    }

    /// True when a burst counts now.
    mutating func take(_ pcm: Span<Int16>, at start: Int64) -> Bool {
        if start > position {
            // Half a block before a hole says nothing.
            (sum, count) = (0, 0)
            position = start
        }
        var counts = false
        for i in 0..<pcm.count {
            let value = Double(pcm[i]) / 32768
            sum += value * value
            count += 1
            position += 1
            if count == block, judge() { counts = true }
        }
        return counts
    }

    private mutating func judge() -> Bool {
        let power = sum / Double(count)
        (sum, count) = (0, 0)
        let isLoud = power > max(3.16e-5, floor * 16)
        floor = power < floor ? max(1e-9, floor * 0.9 + power * 0.1) : min(1e-3, floor * rise)
        guard isLoud else { return false }
        if position - burstEnd > gap { burstLength = 0 }
        burstLength += block
        burstEnd = position
        guard burstLength >= burst else { return false }
        lastLoud = position
        return true
    }
}

/// When the agent began to sound.
private struct AgentEnergy: Sendable, Equatable {
    /// -50 dBFS.
    private static let audible = 104
    /// Silence after which a sound is a beginning.
    let pause: Int64
    private(set) var position: Int64 = 0
    private(set) var lastAudible: Int64

    init(rate: Int) {
        pause = Int64(rate / 10)
        lastAudible = -pause - 1
    }

    /// Where the agent began in this piece; nil when it did not.
    mutating func take(_ pcm: Span<Int16>, at start: Int64) -> Int64? {
        position = max(position, start)
        var begun: Int64?
        for i in 0..<pcm.count {
            if abs(Int(pcm[i])) > Self.audible {
                if position - lastAudible > pause, begun == nil { begun = position }
                lastAudible = position
            }
            position += 1
        }
        return begun
    }
}
