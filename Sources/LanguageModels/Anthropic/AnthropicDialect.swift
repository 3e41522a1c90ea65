import Core
import ProviderKit

/// Anthropic's Messages API (wire reference 5.3, 10.1).
struct AnthropicDialect: ModelDialect {
    /// A block of the answer under way.
    private struct Block {
        var type: String
        var json: JSONValue
        var text = ""
        var signature = ""
        var isClosed = false
    }

    private static let mostBlocks = 256

    let options: ModelOptions
    let anthropic: AnthropicOptions
    private var refused: Set<String> = []
    private var memory = CallMemory<[JSONValue]>()
    private var blocks: [Int: Block] = [:]
    private var tokens = TokenCount()
    private var reason: String?
    private var number = 0

    /// A dialect with these options.
    init(_ options: ModelOptions, _ anthropic: AnthropicOptions) {
        self.options = options
        self.anthropic = anthropic
    }

    mutating func endpoint(_ request: ModelRequest) -> HTTPEndpoint {
        number = request.id
        (blocks, tokens, reason) = ([:], TokenCount(), nil)
        memory.align(request.messages)
        var headers = [HeaderField("anthropic-version", anthropic.version)]
        if let beta = anthropic.beta { headers.append(HeaderField("anthropic-beta", beta)) }
        if let key = options.key {
            headers.append(
                anthropic.usesBearer
                    ? HeaderField("Authorization", "Bearer " + key.reveal(), secret: true)
                    : HeaderField("x-api-key", key.reveal(), secret: true))
        }
        return options.endpoint(body(request), headers: headers)
    }

    private func body(_ request: ModelRequest) -> JSONValue {
        var body = RequestBody(refused: refused)
        body.add("model", .string(options.model))
        body.add("max_tokens", .int(Int64(max(options.maxTokens ?? 1024, (anthropic.thinkingBudget ?? -256) + 256))))
        if !request.instructions.isEmpty { body.add("system", system(request.instructions)) }
        body.add("messages", .array(AnthropicMessages(request) { memory[$0] }.messages))
        body.add("stream", true)
        if !request.tools.isEmpty {
            body.add("tools", .array(request.tools.map(ToolSchema.inputSchema)))
            body.add("tool_choice", choice(request))
        }
        body.add("temperature", options.temperature.map { .double(min($0, 1)) })
        body.add("top_p", options.topP.map { .double($0) })
        body.add("top_k", anthropic.topK.map { .int(Int64($0)) })
        if !options.stop.isEmpty { body.add("stop_sequences", .array(options.stop.map { .string($0) })) }
        body.add("thinking", anthropic.thinking)
        body.add("output_config", options.reasoningEffort.map { ["effort": .string($0)] })
        body.add("service_tier", anthropic.serviceTier.map { .string($0) })
        return body.merged(options.body)
    }

    /// With caching the prompt is a block that ends the cached part.
    private func system(_ text: String) -> JSONValue {
        guard anthropic.caches else { return .string(text) }
        return [["type": "text", "text": .string(text), "cache_control": ["type": "ephemeral"]]]
    }

    private func choice(_ request: ModelRequest) -> JSONValue? {
        let one = options.parallelToolCalls == false
        var choice: JSONValue
        switch options.toolChoice {
        case nil:
            guard one else { return nil }
            choice = ["type": "auto"]
        case "auto"?: choice = ["type": "auto"]
        case "none"?: return ["type": "none"]
        case "required"?: choice = ["type": "any"]
        case let name?:
            guard request.tools.contains(where: { $0.name == name }) else { return nil }
            choice = ["type": "tool", "name": .string(name)]
        }
        if one { choice["disable_parallel_tool_use"] = true }
        return choice
    }

    mutating func adapt(_ error: VendorError) -> String? {
        let optional = ["temperature", "top_p", "top_k", "thinking", "output_config", "service_tier", "stop_sequences"]
        guard
            let field = RequestBody.blamed(error, among: optional)
                ?? optional.first(where: { error.text.contains("\($0)") }),
            refused.insert(field).inserted
        else { return nil }
        return "the vendor refused the field \(field); asked again without it: \(error.text)"
    }

    // MARK: Answer

    mutating func read(_ payload: Span<UInt8>, _ answer: inout ModelAnswer) {
        guard !payload.isEmpty, let json = answer.object(payload) else { return }
        let type = json["type"]?.string ?? "?"
        answer.type = type
        switch type {
        case "message_start": count(json["message"]?["usage"], &answer)
        case "content_block_start": start(json)
        case "content_block_delta": add(json, &answer)
        case "content_block_stop":
            if let index = json["index"]?.int { blocks[index]?.isClosed = true }
        case "message_delta":
            if let word = json["delta"]?["stop_reason"]?.string { reason = word }
            count(json["usage"], &answer)
        case "message_stop": finish(&answer)
        case "error": answer.outcome = .failed(VendorError(json))
        default: break
        }
    }

    private mutating func start(_ json: JSONValue) {
        guard let index = json["index"]?.int, let block = json["content_block"], blocks.count < Self.mostBlocks else {
            return
        }
        blocks[index] = Block(
            type: block["type"]?.string ?? "?", json: block,
            text: block["thinking"]?.string ?? "", signature: block["signature"]?.string ?? "")
    }

    private mutating func add(_ json: JSONValue, _ answer: inout ModelAnswer) {
        guard let index = json["index"]?.int, let delta = json["delta"] else { return }
        switch delta["type"]?.string {
        case "text_delta": answer.text += delta["text"]?.string ?? ""
        case "input_json_delta": append(delta["partial_json"]?.string, index, &answer)
        case "thinking_delta": append(delta["thinking"]?.string, index, &answer)
        case "signature_delta":
            let text = delta["signature"]?.string ?? ""
            blocks[index]?.signature += text
            answer.heldBytes += text.utf8.count
        default: break
        }
    }

    private mutating func append(_ text: String?, _ index: Int, _ answer: inout ModelAnswer) {
        guard let text else { return }
        blocks[index]?.text += text
        answer.heldBytes += text.utf8.count
    }

    /// Input tokens are given without those of the cache; ours count them in.
    private mutating func count(_ usage: JSONValue?, _ answer: inout ModelAnswer) {
        guard let usage, usage.members != nil else { return }
        let read = TokenCount.count(usage["cache_read_input_tokens"])
        if let input = TokenCount.count(usage["input_tokens"]) {
            tokens.input = input + (read ?? 0) + (TokenCount.count(usage["cache_creation_input_tokens"]) ?? 0)
        }
        tokens.cached = read ?? tokens.cached
        tokens.output = TokenCount.count(usage["output_tokens"]) ?? tokens.output
        answer.tokens = tokens
    }

    mutating func finish(_ answer: inout ModelAnswer) {
        guard answer.outcome == nil, let reason else { return }
        answer.outcome = Self.outcome(reason)
        answer.isOver = true
        let inOrder = blocks.sorted { $0.key < $1.key }.map(\.value)
        let thoughts = inOrder.compactMap(Self.thought)
        for block in inOrder where block.type == "tool_use" && block.isClosed {
            guard let name = block.json["name"]?.string, !name.isEmpty else { continue }
            let id = memory.unique(block.json["id"]?.string, request: number)
            if !thoughts.isEmpty { memory[id] = thoughts }
            let input = block.json["input"]?.members?.isEmpty == false ? block.json["input"]?.text ?? "" : ""
            let call = ToolCall(id: id, name: name, arguments: block.text.isEmpty ? input : block.text)
            answer.calls.append(call)
        }
    }

    /// A thinking block as it must come back.
    private static func thought(_ block: Block) -> JSONValue? {
        switch block.type {
        case "thinking":
            ["type": "thinking", "thinking": .string(block.text), "signature": .string(block.signature)]
        case "redacted_thinking": block.json
        default: nil
        }
    }

    private static func outcome(_ reason: String) -> ModelAnswer.Outcome {
        switch reason {
        case "max_tokens": .cut("the answer was cut at the limit of tokens")
        case "model_context_window_exceeded": .cut("the conversation is longer than the model's context")
        case "refusal": .cut("the model refused to answer")
        default: .completed
        }
    }
}
