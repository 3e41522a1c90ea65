import Core

/// What a tool call gave back.
public struct ToolOutcome: Sendable, Equatable {
    /// Something that the session does besides answering the model.
    public enum Effect: Sendable, Equatable {
        /// End the call when the agent's farewell was heard.
        case hangUp(reason: String)
    }

    /// JSON for the model.
    public var output: JSONValue
    /// What the session does besides.
    public var effect: Effect?

    /// What a tool call gave back.
    public init(_ output: JSONValue, effect: Effect? = nil) {
        self.output = output
        self.effect = effect
    }
}

/// Why a tool call failed, in words for the model and the screen.
public struct ToolFailure: Error, Sendable, Equatable {
    /// In words.
    public var text: String

    /// A failure.
    public init(_ text: String) { self.text = text }
}

/// A tool: what the model sees of it, and the code that runs. `run` is called on Swift's pool, never on the engine thread.
public struct Tool: Sendable {
    /// What the model sees.
    public var definition: ToolDefinition
    /// Longest run; then the call ends as timed out and the model is told.
    public var timeout: Duration
    /// Runs one call with arguments that fit the schema. Throws `ToolFailure` for what the model should know.
    public var run: @Sendable (JSONValue) async throws -> ToolOutcome

    /// A tool.
    public init(
        _ definition: ToolDefinition, timeout: Duration = .seconds(10),
        run: @escaping @Sendable (JSONValue) async throws -> ToolOutcome
    ) {
        self.definition = definition
        self.timeout = timeout
        self.run = run
    }
}
