import Core

/// `end_of_call_note`: a remark of the agent about the call, kept in the session's log.
public enum EndOfCallNote {
    /// The tool.
    public static let tool = Tool(
        ToolDefinition(
            name: "end_of_call_note",
            summary: "Keeps a note about this call for whoever reads it later: what was wanted, what was agreed.",
            parameters: [
                "type": "object", "required": ["note"], "additionalProperties": false,
                "properties": ["note": ["type": "string", "minLength": 1, "maxLength": 4000]],
            ])
    ) { invocation in
        let text = invocation.arguments["note"]?.string ?? ""
        invocation.finish(.success(ToolOutcome(["status": "kept"], effect: .note(text))))
        return nil
    }
}
