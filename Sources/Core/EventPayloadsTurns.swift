// Payloads of `Event` that tell of speech and turns; the others are in EventPayloads.swift.

/// Who noticed something: our own detector or the provider's.
public enum Detector: String, Sendable, Codable { case local, provider }

/// `userSpeechStarted`, `userSpeechStopped`
public struct SpeechMark: Sendable, Equatable, Codable {
    public var detector: Detector
    /// Speech probability at the decision, 0...1, of the local detector.
    public var probability: Double?
    /// Where speech began or ended on the session's audio clock, in samples (the decision came later).
    public var at: Int64?
    /// Turn that it belongs to.
    public var turn: Int

    public init(detector: Detector, probability: Double? = nil, at: Int64? = nil, turn: Int) {
        self.detector = detector
        self.probability = probability
        self.at = at
        self.turn = turn
    }
}

/// `userTranscript`
public struct UserTranscript: Sendable, Equatable, Codable {
    /// The provider's or our name for the utterance.
    public var item: String
    public var turn: Int
    /// The whole text so far.
    public var text: String
    public var isFinal: Bool

    public init(item: String, turn: Int, text: String, isFinal: Bool) {
        self.item = item
        self.turn = turn
        self.text = text
        self.isFinal = isFinal
    }
}

/// `agentText`
public struct AgentText: Sendable, Equatable, Codable {
    public var item: String
    public var turn: Int
    /// What is added; the whole text when `isFinal`.
    public var text: String
    public var isFinal: Bool

    public init(item: String, turn: Int, text: String, isFinal: Bool) {
        self.item = item
        self.turn = turn
        self.text = text
        self.isFinal = isFinal
    }
}

/// `agentSpeechStarted`, `agentSpeechProgress`, `agentSpeechStopped`
public struct AgentSpeech: Sendable, Equatable, Codable {
    public var item: String
    public var turn: Int
    /// Played to the listener so far.
    public var heardMs: Double
    /// Received from the provider so far.
    public var generatedMs: Double
    /// Whether it was cut before its end (only meaningful when stopped).
    public var wasCut: Bool

    public init(item: String, turn: Int, heardMs: Double, generatedMs: Double, wasCut: Bool = false) {
        self.item = item
        self.turn = turn
        self.heardMs = heardMs
        self.generatedMs = generatedMs
        self.wasCut = wasCut
    }
}

/// `bargeIn`
public struct BargeIn: Sendable, Equatable, Codable {
    public var item: String
    public var turn: Int
    public var detector: Detector
    /// Played to the listener when it was cut.
    public var heardMs: Double
    /// Received from the provider when it was cut.
    public var generatedMs: Double
    /// From speech onset to the decision.
    public var detectMs: Double?
    /// From speech onset to the last agent sample that the listener hears.
    public var yieldMs: Double?
    /// Speech probability at the decision.
    public var probability: Double?
    /// Why in words: "user speech p 0.83 for 240 ms while agent at 2.3 s", "operator", "provider".
    public var reason: String
    /// How like the sound that interrupted was to the agent's own audio, 0...1; nil when that was not looked at.
    public var echoLikeness: Double?
    /// Whether it was probably the agent's own voice coming back from the speaker; nil when that was not looked at.
    public var isEchoSuspected: Bool?

    public init(
        item: String, turn: Int, detector: Detector, heardMs: Double, generatedMs: Double, detectMs: Double? = nil,
        probability: Double? = nil, reason: String, echoLikeness: Double? = nil, isEchoSuspected: Bool? = nil
    ) {
        self.item = item
        self.turn = turn
        self.detector = detector
        self.heardMs = heardMs
        self.generatedMs = generatedMs
        self.detectMs = detectMs
        self.probability = probability
        self.reason = reason
        self.echoLikeness = echoLikeness
        self.isEchoSuspected = isEchoSuspected
    }
}

/// `turnStarted`
public struct TurnStart: Sendable, Equatable, Codable {
    /// Who opened it.
    public enum Trigger: String, Sendable, Codable { case speech, text, greeting, dtmf, agent }
    public var turn: Int
    public var trigger: Trigger

    public init(turn: Int, trigger: Trigger) {
        self.turn = turn
        self.trigger = trigger
    }
}

/// `turnEnded`: the waterfall. Parts in order sum to `e2eMs` within 5 ms, with an `unattributed` part if need be.
public struct TurnReport: Sendable, Equatable, Codable {
    /// How a turn ended.
    public enum Outcome: String, Sendable, Codable {
        case completed, interrupted, noOutput, toolError, modelError, aborted, timeout
    }

    /// One part of the latency.
    public struct Part: Sendable, Equatable, Codable {
        /// Who can change it.
        public enum Owner: String, Sendable, Codable { case setting, service, tool, transport }
        /// `vad_hang`, `stt_final`, `turn_commit`, `model_ttfa`, `llm_ttft`, `tool`, `tts_ttfb`, `playout`, `unattributed`.
        public var name: String
        public var ms: Double
        public var owner: Owner

        public init(name: String, ms: Double, owner: Owner) {
            self.name = name
            self.ms = ms
            self.owner = owner
        }
    }

    public var turn: Int
    public var outcome: Outcome
    /// From the last speech sample of the user to the first audible sample of the agent; nil when an anchor is missing.
    public var e2eMs: Double?
    public var parts: [Part]
    /// Provider that served the turn.
    public var provider: String
    /// The same span computed from the audio as it is recorded, by its energy, without regard to any event; nil when the
    /// audio does not show it.
    public var heardE2eMs: Double?
    /// Budgets that the turn went over; nil when there are none.
    public var breaches: [BudgetBreach]?

    public init(turn: Int, outcome: Outcome, e2eMs: Double?, parts: [Part], provider: String) {
        self.turn = turn
        self.outcome = outcome
        self.e2eMs = e2eMs
        self.parts = parts
        self.provider = provider
    }
}
