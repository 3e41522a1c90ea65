import Core

/// `wait`: the agent is asked again after some seconds, for a caller who looks something up.
public enum Wait {
    /// The tool.
    public static let tool = Tool(
        ToolDefinition(
            name: "wait",
            summary: "Waits some seconds before you speak again, for example while the caller looks for something.",
            parameters: [
                "type": "object", "required": ["seconds"], "additionalProperties": false,
                "properties": ["seconds": ["type": "number", "minimum": 0.5, "maximum": 30]],
            ]), timeout: .seconds(35)
    ) { invocation in
        let seconds = invocation.arguments["seconds"]?.double ?? 1
        let timer = invocation.ports.loop.schedule(after: .milliseconds(Int(seconds * 1000))) {
            invocation.finish(.success(ToolOutcome(["waited_seconds": .double(seconds)])))
        }
        return { timer.cancel() }
    }
}
