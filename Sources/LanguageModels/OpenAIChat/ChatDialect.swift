import Core
import ProviderKit

/// OpenAI Chat Completions and everything compatible with it (wire reference 5.1, 5.5).
struct ChatDialect: ModelDialect {
    let options: ModelOptions
    let chat: ChatOptions
    let quirks: ChatQuirks
    /// Fields that the server has refused.
    var refused: Set<String> = []
    private var memory = CallMemory<JSONValue>()
    private var assembly = ChatCallAssembly()
    private var number = 0
    private var hasEnded = false

    /// A dialect with these options.
    init(_ options: ModelOptions, _ chat: ChatOptions, _ quirks: ChatQuirks) {
        self.options = options
        self.chat = chat
        self.quirks = quirks
    }

    mutating func endpoint(_ request: ModelRequest) -> HTTPEndpoint {
        number = request.id
        assembly = ChatCallAssembly()
        hasEnded = false
        memory.align(request.messages)
        var headers = chat.headers
        if let key = options.key {
            headers.append(HeaderField("Authorization", "Bearer " + key.reveal(), secret: true))
        }
        return options.endpoint(body(request), headers: headers)
    }

    // MARK: Request

    private func body(_ request: ModelRequest) -> JSONValue {
        var body = RequestBody(refused: refused)
        body.add("model", .string(options.model))
        body.add("messages", .array(ChatMessages.make(request, role: chat.promptRole, memory)))
        body.add("stream", true)
        if quirks.asksUsage {
            let plain: JSONValue = ["include_usage": true]
            let silent: JSONValue = ["include_usage": true, "include_obfuscation": false]
            body.add("stream_options", quirks.refusesObfuscation ? silent : plain)
        }
        if !request.tools.isEmpty {
            body.add("tools", .array(request.tools.map(ToolSchema.nested)))
            if !quirks.lacks.contains("tool_choice") { body.add("tool_choice", choice(request)) }
            if let parallel = options.parallelToolCalls { body.add("parallel_tool_calls", .bool(parallel)) }
        }
        let temperature = options.temperature.map { max($0, quirks.leastTemperature) }
        body.add("temperature", temperature.map { .double($0) })
        body.add("top_p", options.topP.map { .double($0) })
        let isLimitRefused = refused.contains(chat.limitField)
        let other = chat.limitField == "max_tokens" ? "max_completion_tokens" : "max_tokens"
        body.add(isLimitRefused ? other : chat.limitField, options.maxTokens.map { .int(Int64($0)) })
        if !options.stop.isEmpty { body.add("stop", .array(options.stop.map { .string($0) })) }
        body.add("reasoning_effort", options.reasoningEffort.map { .string($0) })
        for field in chat.fields { body.add(field.key, field.value) }
        return body.merged(options.body)
    }

    private func choice(_ request: ModelRequest) -> JSONValue? {
        guard let choice = options.toolChoice else { return nil }
        if ["auto", "none", "required"].contains(choice) { return .string(choice) }
        guard request.tools.contains(where: { $0.name == choice }) else { return nil }
        return ["type": "function", "function": ["name": .string(choice)]]
    }

    mutating func adapt(_ error: VendorError) -> String? {
        let optional = [
            "stream_options", "max_tokens", "max_completion_tokens", "parallel_tool_calls", "tool_choice",
            "reasoning_effort", "temperature", "top_p", "stop", "seed", "verbosity", "service_tier", "store",
            "prompt_cache_key", "presence_penalty", "frequency_penalty", "user",
        ]
        guard let field = RequestBody.blamed(error, among: optional), refused.insert(field).inserted else { return nil }
        return "the server refused the field \(field); asked again without it: \(error.text)"
    }

    // MARK: Answer

    mutating func read(_ payload: Span<UInt8>, _ answer: inout ModelAnswer) {
        guard !payload.isEmpty else { return }
        if payload.count == 6, payload[0] == UInt8(ascii: "["), payload[1] == UInt8(ascii: "D") {
            answer.type = "[DONE]"
            hasEnded = true
            return finish(&answer)
        }
        guard let json = answer.object(payload) else { return }
        answer.type = json["object"]?.string ?? "chunk"
        if let error = json["error"], error != .null, error.members != nil || error.string != nil {
            answer.outcome = .failed(VendorError(json))
            return
        }
        readUsage(json, &answer)
        guard let choice = (json["choices"]?.array ?? []).first(where: { ($0["index"]?.int ?? 0) == 0 }) else { return }
        let delta = choice["delta"] ?? choice["message"] ?? .null
        if let text = delta["content"]?.string { answer.text += text }
        if let refusal = delta["refusal"]?.string { answer.text += refusal }
        for fragment in delta["tool_calls"]?.array ?? [] { assembly.add(fragment) }
        answer.heldBytes = assembly.bytes
        if let reason = choice["finish_reason"]?.string { answer.outcome = Self.outcome(reason, choice) }
    }

    private static func outcome(_ reason: String, _ choice: JSONValue) -> ModelAnswer.Outcome {
        switch reason {
        case "length": .cut("the answer was cut at the limit of tokens")
        case "content_filter": .cut("the vendor's content filter stopped the answer")
        case "error": .failed(VendorError(choice["error"] ?? choice))
        default: .completed
        }
    }

    private func readUsage(_ json: JSONValue, _ answer: inout ModelAnswer) {
        let usage = json["usage"]?.members != nil ? json["usage"] : json["x_groq"]?["usage"]
        guard let usage, usage.members != nil else { return }
        answer.tokens = TokenCount(
            input: TokenCount.count(usage["prompt_tokens"]),
            cached: TokenCount.count(usage["prompt_tokens_details"]?["cached_tokens"]),
            output: TokenCount.count(usage["completion_tokens"]))
    }

    mutating func finish(_ answer: inout ModelAnswer) {
        // Some servers end with [DONE] alone; without any sign of an end an answer is not whole.
        if answer.outcome == nil, hasEnded { answer.outcome = .completed }
        guard answer.outcome != nil, !answer.isOver else { return }
        answer.isOver = true
        answer.heldBytes = 0
        for draft in assembly.drafts {
            guard !draft.name.isEmpty else {
                answer.notices.append("a call without a name was left out")
                continue
            }
            let id = memory.unique(draft.id, request: number)
            memory[id] = draft.extra
            answer.calls.append(ToolCall(id: id, name: draft.name, arguments: draft.arguments))
        }
    }
}
