// Payloads of `Event`. All intervals are milliseconds (Double) unless named otherwise; absent means not measured.

/// How the user's audio reaches a session.
public enum LegKind: String, Sendable, Codable, CaseIterable {
    /// Microphone and speaker of this machine.
    case device
    /// A phone call from Asterisk's AudioSocket.
    case audioSocket
    /// No audio: typed text only.
    case text
    /// A recorded session played again.
    case replay
}

/// `sessionStarted`
public struct SessionStart: Sendable, Equatable, Codable {
    /// Version of the log format; 1.
    public var version: Int
    /// How the user's audio comes in.
    public var leg: LegKind
    /// Name of the provider at the start.
    public var provider: String
    /// Model, as the provider names it.
    public var model: String?
    /// Voice, as the provider names it.
    public var voice: String?
    /// Name of the agent.
    public var agent: String
    /// Samples per second of the session's audio clock and recording.
    public var sampleRate: Int
    /// Caller's number or name, from outside.
    public var caller: String?
    /// The leg's peer: address of Asterisk, or the device's name.
    public var peer: String?
    /// The call's UUID on the wire.
    public var callID: String?
    /// Prompt given to the agent.
    public var instructions: String?

    public init(
        leg: LegKind, provider: String, model: String? = nil, voice: String? = nil, agent: String, sampleRate: Int,
        caller: String? = nil, peer: String? = nil, callID: String? = nil, instructions: String? = nil
    ) {
        version = 1
        self.leg = leg
        self.provider = provider
        self.model = model
        self.voice = voice
        self.agent = agent
        self.sampleRate = sampleRate
        self.caller = caller
        self.peer = peer
        self.callID = callID
        self.instructions = instructions
    }
}

/// `sessionEnded`
public struct SessionEnd: Sendable, Equatable, Codable {
    /// Who ended it.
    public enum By: String, Sendable, Codable { case caller, agent, operator_ = "operator", provider, system }
    public var by: By
    /// In words.
    public var reason: String

    public init(by: By, reason: String) {
        self.by = by
        self.reason = reason
    }
}

/// What a conversation is doing; each is a word on the screen.
public enum ConversationState: String, Sendable, Codable, CaseIterable {
    case connecting, ready, listening, thinking, speaking, stalled, reconnecting, failedOver, ending, ended
    /// A human operator speaks to the caller; the agent is silent.
    case takenOver
}

/// `stateChanged`
public struct StateChange: Sendable, Equatable, Codable {
    public var state: ConversationState
    /// Why, when that is not plain.
    public var reason: String?

    public init(_ state: ConversationState, reason: String? = nil) {
        self.state = state
        self.reason = reason
    }
}

/// What a provider is doing.
public enum ProviderState: String, Sendable, Codable, CaseIterable {
    case connecting, ready, reconnecting, failed, closed
}

/// `providerChanged`
public struct ProviderChange: Sendable, Equatable, Codable {
    public var provider: String
    public var state: ProviderState
    /// Cause and fix in words, from outside in part.
    public var reason: String?
    /// Time from the order to connect to ready.
    public var connectMs: Double?
    /// Which try this is, from 1.
    public var attempt: Int?
    /// Time until the next try.
    public var retryInMs: Double?
    /// Turns of conversation carried over.
    public var contextTurns: Int?

    public init(
        provider: String, state: ProviderState, reason: String? = nil, connectMs: Double? = nil, attempt: Int? = nil,
        retryInMs: Double? = nil, contextTurns: Int? = nil
    ) {
        self.provider = provider
        self.state = state
        self.reason = reason
        self.connectMs = connectMs
        self.attempt = attempt
        self.retryInMs = retryInMs
        self.contextTurns = contextTurns
    }
}

/// `toolCallStarted`
public struct ToolCallStart: Sendable, Equatable, Codable {
    public var id: String
    public var turn: Int
    public var name: String
    /// JSON text as the model gave it.
    public var arguments: String

    public init(id: String, turn: Int, name: String, arguments: String) {
        self.id = id
        self.turn = turn
        self.name = name
        self.arguments = arguments
    }
}

/// `toolCallEnded`
public struct ToolCallEnd: Sendable, Equatable, Codable {
    /// Exactly one for each call.
    public enum Outcome: String, Sendable, Codable { case result, error, cancelled, timedOut }
    public var id: String
    public var turn: Int
    public var name: String
    public var outcome: Outcome
    /// Result JSON, or what went wrong.
    public var output: String
    public var ms: Double

    public init(id: String, turn: Int, name: String, outcome: Outcome, output: String, ms: Double) {
        self.id = id
        self.turn = turn
        self.name = name
        self.outcome = outcome
        self.output = output
        self.ms = ms
    }
}

/// `providerSwitch`
public struct ProviderSwitch: Sendable, Equatable, Codable {
    /// Where a switch stands.
    public enum Phase: String, Sendable, Codable { case requested, preparing, done, failed, undone }
    public var phase: Phase
    public var from: String
    public var to: String
    /// Turns of conversation carried over.
    public var contextTurns: Int?
    /// From the request to done.
    public var ms: Double?
    /// Why it failed.
    public var reason: String?
    /// Digest of the conversation: with `preparing` what the new provider was given, with `done` what it should know.
    public var contextDigest: String?

    public init(
        phase: Phase, from: String, to: String, contextTurns: Int? = nil, ms: Double? = nil, reason: String? = nil,
        contextDigest: String? = nil
    ) {
        self.phase = phase
        self.from = from
        self.to = to
        self.contextTurns = contextTurns
        self.ms = ms
        self.reason = reason
        self.contextDigest = contextDigest
    }
}

/// `textSubmitted`
public struct TextSubmitted: Sendable, Equatable, Codable {
    public var turn: Int
    public var text: String

    public init(turn: Int, text: String) {
        self.turn = turn
        self.text = text
    }
}

/// `dtmf`
public struct DTMF: Sendable, Equatable, Codable {
    /// One of `0-9 A-D * #`.
    public var digit: String

    public init(digit: String) { self.digit = digit }
}

/// `usage`: what one response cost, as the provider counted it.
public struct Usage: Sendable, Equatable, Codable {
    public var provider: String
    public var inputTokens: Int?
    public var cachedTokens: Int?
    public var outputTokens: Int?
    public var inputAudioTokens: Int?
    public var outputAudioTokens: Int?
    /// US dollars by the provider's price list; nil when there is none for the model.
    public var dollars: Double?

    public init(
        provider: String, inputTokens: Int? = nil, cachedTokens: Int? = nil, outputTokens: Int? = nil,
        inputAudioTokens: Int? = nil, outputAudioTokens: Int? = nil, dollars: Double? = nil
    ) {
        self.provider = provider
        self.inputTokens = inputTokens
        self.cachedTokens = cachedTokens
        self.outputTokens = outputTokens
        self.inputAudioTokens = inputAudioTokens
        self.outputAudioTokens = outputAudioTokens
        self.dollars = dollars
    }
}
