import Core
import ProviderKit

/// Who may interrupt the agent.
public enum BargeInMode: String, Sendable, Codable, CaseIterable {
    /// The provider where it detects speech itself, else the local detector.
    case auto
    /// Only the provider's detector.
    case provider
    /// Only the local detector.
    case local
    /// Whichever hears the user first.
    case either
    /// Nobody; the operator's cut still works.
    case off
}

/// How a session behaves: what the agent is, and the limits that the engine keeps.
public struct SessionSettings: Sendable, Equatable {
    /// Name of the agent.
    public var agent = "default"
    /// The prompt.
    public var instructions = "You are a helpful voice agent. Answer briefly, in spoken language."
    /// Said at the start; nil for none.
    public var greeting: String?
    /// BCP 47 language.
    public var language: String?
    public var bargeIn = BargeInMode.auto
    /// Silence after which a user turn is over, where we decide (local endpointing). 100...5000 ms.
    public var endpointingMs = 600
    /// Speech before the agent is interrupted by the local detector. 20...1000 ms.
    public var bargeInMs = 120
    /// Speech over the agent that is shorter than this is a sign of listening and does not interrupt it; nor do
    /// `backchannelWords`. 0 turns that off, else more than `bargeInMs`, up to 3000 ms. Only where the local detector
    /// interrupts.
    public var backchannelMs = 0
    /// What is not an interruption when nothing else was said, in lower case.
    public var backchannelWords = SessionSettings.standardBackchannels
    /// Speech that is probably the agent's own voice coming back does not interrupt it. Only where the local detector
    /// interrupts; else it is only reported.
    public var ignoresEcho = false
    /// How the microphone of our own conversation is used at the start.
    public var talkMode = TalkMode.openMic
    /// Audio kept before a detected onset, so that no first syllable is lost. 0...2000 ms.
    public var prerollMs = 400
    /// An answer is overdue after this: the state becomes `stalled`.
    public var stallAfter: Duration = .seconds(3)
    /// An overdue answer leads to a new connection after this.
    public var stallReconnectAfter: Duration = .seconds(10)
    /// Silence of both sides after which the agent is asked to speak; nil never asks.
    public var noInputAfter: Duration?
    /// Prompts before the call is ended; 0 never ends it.
    public var noInputPrompts = 0
    /// Longest wait for a farewell to be heard.
    public var farewellLimit: Duration = .seconds(15)
    /// Waits between tries to reconnect; the last one repeats.
    public var backoff: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16)]
    /// Providers to go to when the active one cannot be had.
    public var fallbacks: [String] = []
    /// Longest wait for tools before the call; the caller hears silence meanwhile.
    public var preparationLimit: Duration = .seconds(3)
    /// Caller audio held while no provider is ready. 5...60 s.
    public var holdLimit: Duration = .seconds(10)

    /// Limits of a turn's latency; going over one is trouble that stands until a turn keeps it.
    public var budgets = LatencyBudgets()

    /// What was said before this conversation began; the first provider is told of it as at a switch.
    public var history: [ContextItem] = []
    /// Signs of listening in some languages.
    public static let standardBackchannels: Set<String> = [
        "mhm", "mm", "mmm", "hmm", "hm", "uh-huh", "uhhuh", "uh huh", "aha", "ah", "oh", "okay", "ok", "yeah", "yes",
        "yep", "right", "sure", "i see", "ja", "oui", "sí", "si", "genau", "d'accord",
    ]

    /// The defaults.
    public init() {}
}
