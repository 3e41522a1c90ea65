import Core

/// `send_dtmf`: keys pressed towards the far end, as tones in the agent's audio.
public enum SendDTMF {
    /// The tool.
    public static let tool = Tool(
        ToolDefinition(
            name: "send_dtmf",
            summary: "Presses telephone keys towards the other end of the call. A comma waits half a second.",
            parameters: [
                "type": "object", "required": ["digits"], "additionalProperties": false,
                "properties": [
                    "digits": [
                        "type": "string", "pattern": "^[0-9A-D*#,]{1,32}$",
                        "description": "Keys 0-9, A-D, * and #, and commas, such as 1,234#.",
                    ]
                ],
            ])
    ) { invocation in
        guard invocation.scope.isPhoneCall else {
            invocation.fail("this is no phone call, so there is nobody to send digits to")
            return nil
        }
        let digits = invocation.arguments["digits"]?.string ?? ""
        invocation.finish(
            .success(ToolOutcome(["status": "sent", "digits": .string(digits)], effect: .digits(digits))))
        return nil
    }
}
