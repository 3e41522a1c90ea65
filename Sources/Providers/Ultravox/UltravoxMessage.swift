import Core
import ProviderKit

/// What goes to Ultravox: the body that makes a call, and the data messages of the call (wire reference 5.2).
enum UltravoxMessage {
    /// The body of `POST /api/calls`. A vendor's agent has its own prompt, voice, model and tools.
    static func call(_ options: UltravoxOptions, _ context: ProviderContext, history: [ContextItem]) -> JSONValue {
        var body: JSONValue = .object(options.body)
        if !options.usesAgent {
            body["systemPrompt"] = .string(context.instructions)
            body["languageHint"] = (options.languageHint ?? context.language).map { .string($0) }
            if !context.tools.isEmpty { body["selectedTools"] = .array(context.tools.map(tool)) }
        }
        body["maxDuration"] = .string("\(options.maxSeconds)s")
        if !history.isEmpty { body["initialMessages"] = .array(history.map(message)) }
        body["firstSpeakerSettings"] = first(context)
        body["medium"] = [
            "serverWebSocket": [
                "inputSampleRate": .int(Int64(options.inputRate)), "outputSampleRate": .int(Int64(options.outputRate)),
                "clientBufferSizeMs": .int(Int64(options.bufferMs)),
            ]
        ]
        return body
    }

    /// Who speaks first: the agent with a greeting, else the user, so that nobody is greeted twice.
    private static func first(_ context: ProviderContext) -> JSONValue {
        guard !context.isContinuation, let greeting = context.greeting, !greeting.isEmpty else {
            return ["user": .object([])]
        }
        return ["agent": ["text": .string(greeting)]]
    }

    /// A tool that the client runs; each argument is a parameter of its own.
    static func tool(_ tool: ToolDefinition) -> JSONValue {
        let required = Set((tool.parameters["required"]?.array ?? []).compactMap(\.string))
        let parameters: [JSONValue] = (tool.parameters["properties"]?.members ?? []).map { member in
            [
                "name": .string(member.key), "location": "PARAMETER_LOCATION_BODY", "schema": member.value,
                "required": .bool(required.contains(member.key)),
            ]
        }
        return [
            "temporaryTool": [
                "modelToolName": .string(tool.name), "description": .string(tool.summary),
                "dynamicParameters": .array(parameters), "client": .object([]),
            ]
        ]
    }

    private static func message(_ item: ContextItem) -> JSONValue {
        switch item {
        case .user(let text): ["role": "MESSAGE_ROLE_USER", "text": .string(text)]
        case .agent(let text): ["role": "MESSAGE_ROLE_AGENT", "text": .string(text)]
        case .tool(let call, let output):
            [
                "role": "MESSAGE_ROLE_USER",
                "text": .string("[The tool \(call.name) was called with \(call.arguments) and returned: \(output)]"),
            ]
        }
    }

    /// `later` waits for the user to speak; `immediate` interrupts.
    static func text(_ text: String, urgency: String) -> JSONValue {
        ["type": "user_text_message", "text": .string(text), "urgency": .string(urgency)]
    }

    /// Words for the model that the user did not say.
    static func instruction(_ text: String) -> String { "<instruction>\(text)</instruction>" }

    static func toolResult(id: String, output: String, isError: Bool, reaction: String?) -> JSONValue {
        var json: JSONValue = ["type": "client_tool_result", "invocationId": .string(id)]
        if isError {
            json["errorType"] = "implementation-error"
            json["errorMessage"] = .string(output)
        } else {
            json["result"] = .string(output)
            json["responseType"] = "tool-response"
        }
        json["agentReaction"] = reaction.map { .string($0) }
        return json
    }
}
