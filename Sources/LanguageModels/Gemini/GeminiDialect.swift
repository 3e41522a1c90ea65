import Core
import ProviderKit

/// Google's Gemini over `streamGenerateContent` (wire reference 5.4).
struct GeminiDialect: ModelDialect {
    private static let mostCalls = 64

    let options: ModelOptions
    let gemini: GeminiOptions
    private var refused: Set<String> = []
    private var unsignedAsText = false
    private var memory = CallMemory<GeminiContents.Kept>()
    private var number = 0
    private var hasParts = false

    /// A dialect with these options.
    init(_ options: ModelOptions, _ gemini: GeminiOptions) {
        self.options = options
        self.gemini = gemini
    }

    mutating func endpoint(_ request: ModelRequest) -> HTTPEndpoint {
        number = request.id
        hasParts = false
        memory.align(request.messages)
        let key = options.key.map { [HeaderField("x-goog-api-key", $0.reveal(), secret: true)] } ?? []
        return options.endpoint(body(request), headers: key)
    }

    private func body(_ request: ModelRequest) -> JSONValue {
        var body = RequestBody()
        if !request.instructions.isEmpty {
            body.add("systemInstruction", ["parts": [["text": .string(request.instructions)]]])
        }
        let contents = GeminiContents(request, memory, unsignedAsText: unsignedAsText)
        body.add("contents", .array(contents.contents))
        if !request.tools.isEmpty {
            body.add("tools", [["functionDeclarations": .array(request.tools.map(ToolSchema.declaration))]])
            body.add("toolConfig", choice(request))
        }
        let generation = generation()
        if generation.members?.isEmpty == false { body.add("generationConfig", generation) }
        body.add("safetySettings", gemini.safety)
        return body.merged(options.body)
    }

    private func generation() -> JSONValue {
        var fields = RequestBody(refused: refused)
        fields.add("temperature", options.temperature.map { .double($0) })
        fields.add("topP", options.topP.map { .double($0) })
        fields.add("topK", gemini.topK.map { .int(Int64($0)) })
        fields.add("maxOutputTokens", options.maxTokens.map { .int(Int64($0)) })
        if !options.stop.isEmpty { fields.add("stopSequences", .array(options.stop.map { .string($0) })) }
        fields.add("seed", gemini.seed.map { .int(Int64($0)) })
        fields.add("presencePenalty", gemini.presencePenalty.map { .double($0) })
        fields.add("frequencyPenalty", gemini.frequencyPenalty.map { .double($0) })
        let level = options.reasoningEffort.map { JSONValue.string($0.uppercased()) }
        if let budget = gemini.thinkingBudget {
            fields.add("thinkingConfig", ["thinkingBudget": .int(Int64(budget))])
        } else if let level {
            fields.add("thinkingConfig", ["thinkingLevel": level])
        }
        return fields.merged([])
    }

    private func choice(_ request: ModelRequest) -> JSONValue? {
        switch options.toolChoice {
        case nil: return nil
        case "auto"?: return ["functionCallingConfig": ["mode": "AUTO"]]
        case "none"?: return ["functionCallingConfig": ["mode": "NONE"]]
        case "required"?: return ["functionCallingConfig": ["mode": "ANY"]]
        case let name?:
            guard request.tools.contains(where: { $0.name == name }) else { return nil }
            return ["functionCallingConfig": ["mode": "ANY", "allowedFunctionNames": [.string(name)]]]
        }
    }

    mutating func adapt(_ error: VendorError) -> String? {
        let text = error.text.lowercased()
        if text.contains("thought_signature") || text.contains("thoughtsignature")
            || text.contains("thought signature"),
            !unsignedAsText
        {
            unsignedAsText = true
            return "the vendor wants signatures that calls of another vendor do not have; they are told in words"
        }
        let named: [(word: String, field: String)] = [
            ("thinking", "thinkingConfig"), ("seed", "seed"), ("presence", "presencePenalty"),
            ("frequency", "frequencyPenalty"), ("topk", "topK"), ("top_k", "topK"),
        ]
        guard let field = named.first(where: { text.contains($0.word) && !refused.contains($0.field) })?.field else {
            return nil
        }
        refused.insert(field)
        return "the vendor refused the field \(field); asked again without it: \(error.text)"
    }

    // MARK: Answer

    mutating func read(_ payload: Span<UInt8>, _ answer: inout ModelAnswer) {
        guard !payload.isEmpty, let json = answer.object(payload) else { return }
        answer.type = "GenerateContentResponse"
        if let error = json["error"], error.members != nil {
            answer.type = "error"
            answer.outcome = .failed(VendorError(json))
            return
        }
        count(json["usageMetadata"], &answer)
        if let reason = json["promptFeedback"]?["blockReason"]?.string {
            answer.outcome = .cut("the vendor refused the prompt: \(reason)")
        }
        guard let candidate = json["candidates"]?[0] else { return }
        for part in candidate["content"]?["parts"]?.array ?? [] { add(part, &answer) }
        if let reason = candidate["finishReason"]?.string { answer.outcome = outcome(reason) }
    }

    private mutating func add(_ part: JSONValue, _ answer: inout ModelAnswer) {
        hasParts = true
        if let call = part["functionCall"], let name = call["name"]?.string, !name.isEmpty {
            guard answer.calls.count < Self.mostCalls else { return }
            let given = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            let id = memory.unique(given, request: number)
            memory[id] = GeminiContents.Kept(id: given, signature: part["thoughtSignature"]?.string)
            let arguments = call["args"]?.members == nil ? "{}" : call["args"]?.text ?? "{}"
            answer.heldBytes += arguments.utf8.count
            answer.calls.append(ToolCall(id: id, name: name, arguments: arguments))
        } else if part["thought"]?.bool != true, let text = part["text"]?.string {
            answer.text += text
        }
    }

    private func count(_ usage: JSONValue?, _ answer: inout ModelAnswer) {
        guard let usage, usage.members != nil else { return }
        let said = TokenCount.count(usage["candidatesTokenCount"])
        let thought = TokenCount.count(usage["thoughtsTokenCount"])
        answer.tokens = TokenCount(
            input: TokenCount.count(usage["promptTokenCount"]),
            cached: TokenCount.count(usage["cachedContentTokenCount"]),
            output: said == nil && thought == nil ? nil : (said ?? 0) + (thought ?? 0))
    }

    /// The stream has no last word of its own: the answer is over when the response is (wire reference 5.4).
    private func outcome(_ reason: String) -> ModelAnswer.Outcome {
        switch reason {
        case "STOP", "FINISH_REASON_UNSPECIFIED": .completed
        case "MAX_TOKENS": .cut("the answer was cut at the limit of tokens")
        default: .cut("the vendor stopped the answer: \(reason)")
        }
    }
}
