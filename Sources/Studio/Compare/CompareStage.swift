import Core

/// Holds the conversations of a comparison: the engine behind a port. Engine thread.
@EngineActor
public protocol CompareStage: AnyObject {
    /// Time and timers.
    var loop: any EngineLoop { get }
    /// Why a provider cannot be used, in words with the fix; nil when it can.
    func obstacle(of provider: String) -> String?
    /// Whether the agent speaks first.
    func greets(_ script: CallerScript) -> Bool
    /// Begins a conversation of `leg` with `provider`, the script's context told to it; `tap` gets all of it from its first event.
    func begin(_ leg: any Leg, provider: String, script: CallerScript, tap: any SessionTap) -> any CompareConversation
}

/// A conversation that runs. Engine thread.
@EngineActor
public protocol CompareConversation: AnyObject {
    /// Sends a typed turn.
    func send(text: String)
    /// Cuts the agent.
    func cut()
}

/// Times that a run keeps.
public struct CompareLimits: Sendable, Equatable {
    /// Longest wait for the provider to be ready.
    public var connect = Duration.seconds(20)
    /// Longest wait for the first sign of an answer to an utterance.
    public var answer = Duration.seconds(20)
    /// Longest answer; then the agent is cut.
    public var speech = Duration.seconds(60)
    /// Quiet after which an answer counts as over, and the next turn is said.
    public var quiet = Duration.milliseconds(700)
    /// Longest wait for a greeting to begin.
    public var greeting = Duration.seconds(5)

    public init() {}
}
