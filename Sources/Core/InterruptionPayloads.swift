// Payloads of what follows when somebody speaks while the agent does.

/// `speechIgnored`: the user made a sound while the agent spoke, and the agent went on.
public struct SpeechIgnored: Sendable, Equatable, Codable {
    /// Why it did not count.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Shorter than `barge_in_ms`.
        case short
        /// A sign of listening ("mhm", "yes"), or shorter than `backchannel_ms`.
        case backchannel
        /// It is like what the agent was saying: our own playback.
        case echo
    }

    public var turn: Int
    public var kind: Kind
    /// How long it lasted.
    public var speechMs: Double
    /// Speech probability.
    public var probability: Double?
    /// How far the agent was, as heard.
    public var agentMs: Double?
    /// What was said, when the recogniser knew; from outside.
    public var words: String?
    /// How like it was to the agent's audio, 0...1.
    public var likeness: Double?
    /// In words.
    public var reason: String

    public init(
        turn: Int, kind: Kind, speechMs: Double, probability: Double? = nil, agentMs: Double? = nil,
        words: String? = nil, likeness: Double? = nil, reason: String
    ) {
        self.turn = turn
        self.kind = kind
        self.speechMs = speechMs
        self.probability = probability
        self.agentMs = agentMs
        self.words = words
        self.likeness = likeness
        self.reason = reason
    }
}

/// `agentYielded`: an interrupted agent is not heard any more. Follows `bargeIn`.
public struct AgentYield: Sendable, Equatable, Codable {
    /// The item that was cut.
    public var item: String
    public var turn: Int
    /// From the onset of speech to the decision; nil when no onset is known (an operator's cut).
    public var detectMs: Double?
    /// From the onset of speech, or from the decision when no onset is known, to the last audible sample of the agent.
    public var yieldMs: Double

    public init(item: String, turn: Int, detectMs: Double?, yieldMs: Double) {
        self.item = item
        self.turn = turn
        self.detectMs = detectMs
        self.yieldMs = yieldMs
    }
}
