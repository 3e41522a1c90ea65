import Core
import ProviderKit

/// Ollama's own API: `POST /api/chat`, an answer of JSON lines. Only it takes the size of the context.
struct OllamaDialect: ModelDialect {
    private static let mostCalls = 64

    let options: ModelOptions
    let ollama: OllamaOptions
    private var memory = CallMemory<Int>()
    private var lines = LineReader()
    private var number = 0

    /// A dialect with these options.
    init(_ options: ModelOptions, _ ollama: OllamaOptions) {
        self.options = options
        self.ollama = ollama
    }

    mutating func endpoint(_ request: ModelRequest) -> HTTPEndpoint {
        number = request.id
        lines = LineReader()
        memory.align(request.messages)
        let key = options.key.map { [HeaderField("Authorization", "Bearer " + $0.reveal(), secret: true)] } ?? []
        return options.endpoint(body(request), headers: key, streams: false)
    }

    private func body(_ request: ModelRequest) -> JSONValue {
        var body = RequestBody()
        body.add("model", .string(options.model))
        body.add("messages", .array(Self.messages(request)))
        body.add("stream", true)
        if !request.tools.isEmpty { body.add("tools", .array(request.tools.map(ToolSchema.nested))) }
        let settings = settings()
        if settings.members?.isEmpty == false { body.add("options", settings) }
        body.add("keep_alive", ollama.keepAlive.map { .string($0) })
        body.add("think", think)
        return body.merged(options.body)
    }

    /// `none` turns thinking off; other words are levels, as some models take them.
    private var think: JSONValue? {
        options.reasoningEffort.map { $0 == "none" ? .bool(false) : .string($0) }
    }

    private func settings() -> JSONValue {
        var settings = RequestBody()
        settings.add("num_ctx", ollama.context.map { .int(Int64($0)) })
        settings.add("temperature", options.temperature.map { .double($0) })
        settings.add("top_p", options.topP.map { .double($0) })
        settings.add("num_predict", options.maxTokens.map { .int(Int64($0)) })
        if !options.stop.isEmpty { settings.add("stop", .array(options.stop.map { .string($0) })) }
        for field in ollama.fields { settings.add(field.key, field.value) }
        return settings.merged([])
    }

    /// Calls carry their arguments as an object and have no id; a result names its tool.
    private static func messages(_ request: ModelRequest) -> [JSONValue] {
        var messages: [JSONValue] = []
        func add(_ role: String, _ text: String) { messages.append(["role": .string(role), "content": .string(text)]) }
        if !request.instructions.isEmpty { add("system", request.instructions) }
        for step in Dialogue(request.messages).steps {
            switch step {
            case .user(let text): add("user", text)
            case .instruction(let text): add("system", text)
            case .agent(let text, let exchanges):
                add("assistant", text)
                guard !exchanges.isEmpty else { continue }
                messages[messages.count - 1]["tool_calls"] = .array(
                    exchanges.map { ["function": ["name": .string($0.call.name), "arguments": $0.arguments]] })
                for exchange in exchanges {
                    add("tool", exchange.isError ? "Error: \(exchange.output)" : exchange.output)
                    messages[messages.count - 1]["tool_name"] = .string(exchange.call.name)
                }
            }
        }
        return messages
    }

    // MARK: Answer

    mutating func read(_ payload: Span<UInt8>, _ answer: inout ModelAnswer) {
        var found: [[UInt8]] = []
        lines.read(payload) { found.append($0) }
        for line in found { take(line, &answer) }
    }

    mutating func finish(_ answer: inout ModelAnswer) {
        var found: [[UInt8]] = []
        lines.finish { found.append($0) }
        for line in found { take(line, &answer) }
    }

    private mutating func take(_ line: [UInt8], _ answer: inout ModelAnswer) {
        guard !answer.isOver, let json = answer.object(line.span) else { return }
        answer.type = "line"
        if json["error"]?.string != nil || json["error"]?.members != nil {
            answer.outcome = .failed(VendorError(json))
            return
        }
        if let text = json["message"]?["content"]?.string { answer.text += text }
        for call in json["message"]?["tool_calls"]?.array ?? [] { add(call["function"] ?? .null, &answer) }
        guard json["done"]?.bool == true else { return }
        answer.isOver = true
        answer.tokens = TokenCount(
            input: TokenCount.count(json["prompt_eval_count"]), output: TokenCount.count(json["eval_count"]))
        let isCut = json["done_reason"]?.string == "length"
        answer.outcome = isCut ? .cut("the answer was cut at the limit of tokens") : .completed
    }

    private mutating func add(_ function: JSONValue, _ answer: inout ModelAnswer) {
        guard let name = function["name"]?.string, !name.isEmpty, answer.calls.count < Self.mostCalls else { return }
        let arguments = function["arguments"]?.members == nil ? "{}" : function["arguments"]?.text ?? "{}"
        answer.heldBytes += arguments.utf8.count
        answer.calls.append(
            ToolCall(id: memory.unique(nil, request: number), name: name, arguments: arguments))
    }
}
