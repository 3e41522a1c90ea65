import Core

/// `hang_up`: the agent ends the call once its farewell was heard.
public enum HangUp {
    /// The tool.
    public static let tool = Tool(
        ToolDefinition(
            name: "hang_up",
            summary: "Ends the call. Say goodbye first; the call ends when your farewell has been heard.",
            parameters: [
                "type": "object",
                "properties": ["reason": ["type": "string", "description": "Why the call ends, in a few words."]],
            ])
    ) { arguments in
        ToolOutcome(
            ["status": "the call ends after the farewell"],
            effect: .hangUp(reason: arguments["reason"]?.string ?? "the agent hung up"))
    }
}
