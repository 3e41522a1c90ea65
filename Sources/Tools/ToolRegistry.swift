import Core

/// The tools of an agent by name. One line a tool in `builtIn`.
public struct ToolRegistry: Sendable {
    /// Tools in the order in which models see them.
    public let tools: [Tool]
    /// Names that are wanted, `server__*` for all that begin so; nil wants all.
    public let selection: [String]?

    /// A registry of those of these tools that are selected; of two with one name the first stands.
    public init(_ tools: [Tool], selection: [String]? = nil) {
        var seen: Set<String> = []
        self.selection = selection
        self.tools = tools.filter { tool in
            Self.wants(tool.definition.name, selection) && seen.insert(tool.definition.name).inserted
        }
    }

    /// The tools that come with the program.
    public static let builtIn = ToolRegistry([
        CurrentTime.tool, Calculate.tool, HangUp.tool, TransferCall.tool, SendDTMF.tool, Wait.tool, EndOfCallNote.tool,
    ])

    private static func wants(_ name: String, _ selection: [String]?) -> Bool {
        guard let selection else { return true }
        return selection.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : $0 == name }
    }

    /// This registry with more tools, as far as they are selected.
    public func adding(_ more: [Tool]) -> ToolRegistry { ToolRegistry(tools + more, selection: selection) }

    /// The tools that this agent has.
    public func of(agent: String) -> ToolRegistry {
        ToolRegistry(tools.filter { $0.audience.admits(agent: agent) }, selection: selection)
    }

    /// The tools of a phase, in order.
    public func tools(_ phase: ToolPhase) -> [Tool] { tools.filter { $0.phase == phase } }

    /// What the models see: the tools for during the call.
    public var definitions: [ToolDefinition] { tools(.during).map(\.definition) }

    /// The tool named `name`.
    public subscript(_ name: String) -> Tool? { tools.first { $0.definition.name == name } }
}

/// Tools that are only known while the program runs. Engine thread.
@EngineActor
public protocol ToolSource: AnyObject {
    /// The tools as known now.
    var tools: [Tool] { get }
    /// Calls `done` once, later: when the tools are known, or known not to come for now.
    func whenReady(_ done: @escaping @EngineActor () -> Void)
}
