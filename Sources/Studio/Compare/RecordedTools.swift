import Core
import Tools

/// Tools that answer from a recording and do nothing: a comparison books no table twice. Engine thread.
public enum RecordedTools {
    /// The tools of `registry`, and those that the recording called and the registry does not know, each answering with what was
    /// recorded: for equal arguments that answer, else the next of its name, the last again and again. A tool that was never called
    /// in the recording fails with words that say so; but those that only compute are themselves.
    public static func registry(_ script: CallerScript, over registry: ToolRegistry) -> ToolRegistry {
        let calls = script.turns.flatMap(\.calls)
        var tools = registry.tools.filter { $0.phase == .during }
        for call in calls where !tools.contains(where: { $0.definition.name == call.name }) {
            tools.append(Tool(definition(call)) { _ in nil })
        }
        for index in tools.indices where !computing.contains(tools[index].definition.name) {
            let own = calls.filter { $0.name == tools[index].definition.name && $0.output != nil }
            let book = AnswerBook(own)
            tools[index].work = { invocation in
                invocation.finish(book.answer(invocation.arguments))
                return nil
            }
            tools[index].slow = nil
        }
        return ToolRegistry(tools)
    }

    /// Tools that touch nothing outside.
    private static let computing: Set<String> = ["get_current_time", "calculate", "wait"]

    /// What a model is told of a tool that only the recording knows: its arguments by name, of any kind.
    private static func definition(_ call: CallerScript.Call) -> ToolDefinition {
        let arguments = (try? JSONParser.parse(call.arguments))?.members ?? []
        return ToolDefinition(
            name: call.name, summary: "As recorded: \(call.name).",
            parameters: [
                "type": "object", "properties": .object(arguments.map { .init($0.key, kind($0.value)) }),
            ])
    }

    private static func kind(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string: ["type": "string"]
        case .int, .double: ["type": "number"]
        case .bool: ["type": "boolean"]
        default: .object([])
        }
    }

    /// The answers of one tool in one conversation.
    @EngineActor
    private final class AnswerBook {
        private let calls: [CallerScript.Call]
        private var next = 0

        nonisolated init(_ calls: [CallerScript.Call]) { self.calls = calls }

        func answer(_ arguments: JSONValue) -> Result<ToolOutcome, ToolFailure> {
            guard !calls.isEmpty else { return .failure(ToolFailure("this tool has no recorded answer")) }
            let equal = calls.first { ToolComparison.same($0.arguments, arguments.text) }
            let call = equal ?? calls[min(next, calls.count - 1)]
            if equal == nil { next += 1 }
            let output = (try? JSONParser.parse(call.output ?? "null")) ?? .string(call.output ?? "")
            if call.outcome == .error { return .failure(ToolFailure(output["error"]?.string ?? output.text)) }
            return .success(ToolOutcome(output))
        }
    }
}
