/// A tool as a model sees it: vendor-neutral; providers translate it into their own shape.
public struct ToolDefinition: Sendable, Equatable {
    /// Name, `[a-zA-Z0-9_-]{1,64}`.
    public var name: String
    /// What it does, for the model.
    public var summary: String
    /// JSON Schema of the arguments (an object schema).
    public var parameters: JSONValue

    /// A tool as a model sees it.
    public init(name: String, summary: String, parameters: JSONValue) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
    }
}

/// One call that a model asks for.
public struct ToolCall: Sendable, Equatable {
    /// The provider's name for the call; unique in its connection.
    public var id: String
    /// The tool's name as the model gave it.
    public var name: String
    /// Arguments as JSON text, possibly broken.
    public var arguments: String

    /// One call.
    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}
