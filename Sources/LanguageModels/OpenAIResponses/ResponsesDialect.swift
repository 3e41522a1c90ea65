import Core
import ProviderKit

/// OpenAI's Responses API (wire reference 5.2, 10.2). The whole conversation goes with each request: what the user did not hear must
/// not stay in a memory of the vendor.
struct ResponsesDialect: ModelDialect {
    /// A call under way, by its output index.
    private struct Draft {
        var itemID: String
        var callID: String?
        var name: String
        var arguments: String
        var isDone = false
    }

    private static let mostItems = 128

    let options: ModelOptions
    let responses: ResponsesOptions
    private var refused: Set<String> = []
    private var memory = CallMemory<[JSONValue]>()
    private var drafts: [Draft] = []
    private var reasoning: [JSONValue] = []
    private var number = 0

    /// A dialect with these options.
    init(_ options: ModelOptions, _ responses: ResponsesOptions) {
        self.options = options
        self.responses = responses
    }

    mutating func endpoint(_ request: ModelRequest) -> HTTPEndpoint {
        number = request.id
        (drafts, reasoning) = ([], [])
        memory.align(request.messages)
        var headers = responses.headers
        if let key = options.key {
            headers.append(HeaderField("Authorization", "Bearer " + key.reveal(), secret: true))
        }
        return options.endpoint(body(request), headers: headers)
    }

    private func body(_ request: ModelRequest) -> JSONValue {
        var body = RequestBody(refused: refused)
        body.add("model", .string(options.model))
        if !request.instructions.isEmpty { body.add("instructions", .string(request.instructions)) }
        body.add("input", .array(ResponsesInput.make(request) { memory[$0] }))
        body.add("stream", true)
        body.add("stream_options", ["include_obfuscation": false])
        body.add("store", .bool(responses.store))
        if !responses.store { body.add("include", ["reasoning.encrypted_content"]) }
        if !request.tools.isEmpty {
            body.add("tools", .array(request.tools.map(Self.tool)))
            body.add("tool_choice", choice(request))
            body.add("parallel_tool_calls", options.parallelToolCalls.map { .bool($0) })
        }
        body.add("temperature", options.temperature.map { .double($0) })
        body.add("top_p", options.topP.map { .double($0) })
        body.add("max_output_tokens", options.maxTokens.map { .int(Int64(max(16, $0))) })
        body.add("reasoning", options.reasoningEffort.map { ["effort": .string($0)] })
        body.add("text", responses.verbosity.map { ["verbosity": .string($0)] })
        body.add("service_tier", responses.serviceTier.map { .string($0) })
        body.add("prompt_cache_key", responses.cacheKey.map { .string($0) })
        return body.merged(options.body)
    }

    /// Without `strict: false` the vendor would rewrite the schema so that every field is required.
    private static func tool(_ tool: ToolDefinition) -> JSONValue {
        var flat = ToolSchema.flat(tool)
        flat["strict"] = false
        return flat
    }

    private func choice(_ request: ModelRequest) -> JSONValue? {
        guard let choice = options.toolChoice else { return nil }
        if ["auto", "none", "required"].contains(choice) { return .string(choice) }
        guard request.tools.contains(where: { $0.name == choice }) else { return nil }
        return ["type": "function", "name": .string(choice)]
    }

    mutating func adapt(_ error: VendorError) -> String? {
        let optional = [
            "stream_options", "include", "parallel_tool_calls", "tool_choice", "reasoning", "text", "temperature",
            "top_p", "max_output_tokens", "service_tier", "prompt_cache_key", "store",
        ]
        let named = RequestBody.blamed(error, among: optional)
        let field = named ?? (error.text.contains("encrypted_content") ? "include" : nil)
        guard let field, refused.insert(field).inserted else { return nil }
        return "the vendor refused the field \(field); asked again without it: \(error.text)"
    }

    // MARK: Answer

    mutating func read(_ payload: Span<UInt8>, _ answer: inout ModelAnswer) {
        guard !payload.isEmpty, payload[0] != UInt8(ascii: "[") else { return }
        guard let json = answer.object(payload) else { return }
        let type = json["type"]?.string ?? "?"
        answer.type = type
        switch type {
        case "response.output_text.delta", "response.refusal.delta": answer.text += json["delta"]?.string ?? ""
        case "response.output_item.added": add(json["item"] ?? .null)
        case "response.function_call_arguments.delta": append(json, &answer)
        case "response.function_call_arguments.done": close(json)
        case "response.output_item.done": done(json["item"] ?? .null)
        case "response.completed", "response.incomplete", "response.failed":
            over(type, json["response"] ?? .null, &answer)
        case "error": answer.outcome = .failed(VendorError(json))
        default:
            // A server that answers 200 with a bare error object.
            if json["type"] == nil, json["error"]?.members != nil { answer.outcome = .failed(VendorError(json)) }
        }
    }

    private mutating func add(_ item: JSONValue) {
        guard item["type"]?.string == "function_call", drafts.count < Self.mostItems else { return }
        drafts.append(
            Draft(
                itemID: item["id"]?.string ?? "", callID: item["call_id"]?.string, name: item["name"]?.string ?? "",
                arguments: item["arguments"]?.string ?? ""))
    }

    private func place(_ id: String?) -> Int? {
        guard let id else { return drafts.indices.last }
        return drafts.lastIndex { $0.itemID == id }
    }

    private mutating func append(_ json: JSONValue, _ answer: inout ModelAnswer) {
        guard let index = place(json["item_id"]?.string), let delta = json["delta"]?.string else { return }
        drafts[index].arguments += delta
        answer.heldBytes += delta.utf8.count
    }

    /// The name is in the item; here it may be missing (wire reference 10.2).
    private mutating func close(_ json: JSONValue) {
        guard let index = place(json["item_id"]?.string) else { return }
        if let whole = json["arguments"]?.string { drafts[index].arguments = whole }
        if drafts[index].name.isEmpty { drafts[index].name = json["name"]?.string ?? "" }
        drafts[index].isDone = true
    }

    private mutating func done(_ item: JSONValue) {
        switch item["type"]?.string {
        case "reasoning":
            guard reasoning.count < Self.mostItems else { return }
            // An item comes back without its state; `status` is the vendor's own.
            reasoning.append(.object((item.members ?? []).filter { $0.key != "status" }))
        case "function_call":
            let id = item["id"]?.string ?? ""
            if !drafts.contains(where: { $0.itemID == id }) { add(item) }
            guard let index = place(id) else { return }
            if let whole = item["arguments"]?.string, !whole.isEmpty { drafts[index].arguments = whole }
            drafts[index].callID = drafts[index].callID ?? item["call_id"]?.string
            drafts[index].isDone = true
        default: break
        }
    }

    private mutating func over(_ type: String, _ response: JSONValue, _ answer: inout ModelAnswer) {
        if let usage = response["usage"], usage.members != nil {
            answer.tokens = TokenCount(
                input: TokenCount.count(usage["input_tokens"]),
                cached: TokenCount.count(usage["input_tokens_details"]?["cached_tokens"]),
                output: TokenCount.count(usage["output_tokens"]))
        }
        answer.isOver = true
        switch type {
        case "response.failed": answer.outcome = .failed(VendorError(response))
        case "response.incomplete":
            let reason = response["incomplete_details"]?["reason"]?.string ?? "no reason given"
            answer.outcome = .cut(
                reason == "max_output_tokens" ? "the answer was cut at the limit of tokens" : "incomplete: \(reason)")
        default:
            answer.outcome = .completed
            calls(&answer)
        }
    }

    private mutating func calls(_ answer: inout ModelAnswer) {
        for draft in drafts where !draft.name.isEmpty && draft.isDone {
            let id = memory.unique(draft.callID, request: number)
            if !responses.store, !reasoning.isEmpty { memory[id] = reasoning }
            answer.calls.append(ToolCall(id: id, name: draft.name, arguments: draft.arguments))
        }
    }
}
