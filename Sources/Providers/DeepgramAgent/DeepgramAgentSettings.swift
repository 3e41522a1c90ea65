import Core
import ProviderKit

/// The first message of a connection (wire reference 3.2), with what the vendor refused taken out.
struct DeepgramAgentSettings {
    /// Fields without which an agent still works, the longer names first: one may be part of another.
    private static let spare = [
        "agent_backchannel_sensitivity", "presence_check_interval_ms", "presence_check_max_count",
        "voice_prompt_opt_out", "eager_eot_threshold", "frustration_max_count", "restricted_terms", "defer_until_eot",
        "language_hints", "reasoning_mode", "context_length", "eot_timeout_ms", "eot_threshold", "smart_format",
        "experimental", "mip_opt_out", "expressivity", "temperature", "think_live", "keyterms", "language", "greeting",
        "flags", "speed", "tags",
    ]

    /// What was taken out so far.
    private(set) var refused: [String] = []
    /// The message to send.
    private(set) var json: JSONValue

    /// The message for these options and this context. The last user item is left out when it will be asked again.
    init(_ options: DeepgramAgentOptions, _ context: ProviderContext) {
        var settings: JSONValue = ["type": "Settings"]
        if !options.tags.isEmpty { settings["tags"] = .array(options.tags.map { .string($0) }) }
        settings["experimental"] = options.experimental.map { .bool($0) }
        settings["mip_opt_out"] = options.mipOptOut.map { .bool($0) }
        var output = Self.format(options.outputFormat)
        output["container"] = "none"
        settings["audio"] = ["input": Self.format(options.inputFormat), "output": output]
        settings["agent"] = options.agentID.map { .string($0) } ?? Self.agent(options, context)
        json = settings
    }

    private static func format(_ format: VendorCodec.Format) -> JSONValue {
        let name = format.encoding == .pcm16 ? "linear16" : format.encoding.rawValue
        return ["encoding": .string(name), "sample_rate": .int(Int64(format.rate))]
    }

    private static func agent(_ options: DeepgramAgentOptions, _ context: ProviderContext) -> JSONValue {
        var listen = options.listen
        if listen["version"]?.string == "v1", listen["language"] == nil {
            listen["language"] = (options.language ?? context.language).map { .string($0) }
        }
        var agent: JSONValue = ["listen": ["provider": listen]]
        let think = options.think.map { Self.think($0, options, context) }
        agent["think"] = think.count == 1 ? think[0] : .array(think)
        agent["think_live"] = options.thinkLive
        agent["speak"] = options.speak.count == 1 ? options.speak[0] : .array(options.speak)
        if context.isContinuation {
            let messages = history(asked(context) == nil ? context.history : context.history.dropLast())
            if !messages.isEmpty { agent["context"] = ["messages": .array(messages)] }
        } else if let greeting = context.greeting, !greeting.isEmpty {
            agent["greeting"] = .string(greeting)
        }
        return agent
    }

    /// The question that waits for its answer: it is asked again when the settings are applied.
    static func asked(_ context: ProviderContext) -> String? {
        guard context.answerPending, case .user(let text)? = context.history.last else { return nil }
        return text
    }

    private static func think(
        _ provider: JSONValue, _ options: DeepgramAgentOptions, _ context: ProviderContext
    ) -> JSONValue {
        var think = provider
        if !context.instructions.isEmpty { think["prompt"] = .string(context.instructions) }
        guard !context.tools.isEmpty else { return think }
        think["functions"] = .array(
            context.tools.map { tool in
                var function = ToolSchema.functions(tool)
                if options.deferUntilEot.contains(tool.name) { function["defer_until_eot"] = true }
                return function
            })
        return think
    }

    private static func history(_ items: some Sequence<ContextItem>) -> [JSONValue] {
        items.enumerated().map { number, item in
            switch item {
            case .user(let text): ["type": "History", "role": "user", "content": .string(text)]
            case .agent(let text): ["type": "History", "role": "assistant", "content": .string(text)]
            case .tool(let call, let output):
                [
                    "type": "History",
                    "function_calls": [
                        [
                            "id": .string("before_\(number)"), "name": .string(call.name), "client_side": true,
                            "arguments": .string(call.arguments), "response": .string(output),
                        ]
                    ],
                ]
            }
        }
    }

    /// Takes out the spare field that the vendor's words name; nil when they name none that was sent.
    mutating func remove(namedIn words: String) -> String? {
        let lower = words.lowercased()
        for name in Self.spare where lower.contains(name) && !refused.contains(name) {
            guard Self.remove(name, from: &json) else { continue }
            refused.append(name)
            return name
        }
        return nil
    }

    /// Takes out again what was refused before.
    mutating func remove(_ names: [String]) {
        for name in names where Self.remove(name, from: &json) { refused.append(name) }
    }

    private static func remove(_ name: String, from node: inout JSONValue) -> Bool {
        switch node {
        case .object(var members):
            let before = members.count
            members.removeAll { $0.key == name }
            var found = members.count != before
            // A tool's parameters are the tool's own words.
            for i in members.indices where members[i].key != "parameters" {
                if remove(name, from: &members[i].value) { found = true }
            }
            node = .object(members)
            return found
        case .array(var items):
            var found = false
            for i in items.indices where remove(name, from: &items[i]) { found = true }
            node = .array(items)
            return found
        default: return false
        }
    }
}
