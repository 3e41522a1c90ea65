import Core

/// The tools of an agent by name. One line a tool in `builtIn`.
public struct ToolRegistry: Sendable {
    /// Tools in the order in which models see them.
    public let tools: [Tool]

    /// A registry of these tools; of two with one name the first stands.
    public init(_ tools: [Tool]) {
        var seen: Set<String> = []
        self.tools = tools.filter { seen.insert($0.definition.name).inserted }
    }

    /// The tools that come with the program.
    public static let builtIn = ToolRegistry([CurrentTime.tool, Calculate.tool, HangUp.tool])

    /// What the models see.
    public var definitions: [ToolDefinition] { tools.map(\.definition) }

    /// The tool named `name`.
    public subscript(_ name: String) -> Tool? { tools.first { $0.definition.name == name } }
}
