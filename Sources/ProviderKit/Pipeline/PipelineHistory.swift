import Core

/// The conversation of a pipeline as its model sees it: what was said, cut to what was heard, and calls with their results. A value.
///
/// A call never stands without its result: those that were withdrawn get a result that says so.
struct PipelineHistory: Equatable {
    /// One call of an agent's message and what came of it.
    struct Call: Equatable {
        var call: ToolCall
        var output: String?
        var isError = false
    }

    enum Entry: Equatable {
        case user(String)
        case agent(item: Int?, text: String, calls: [Call])
    }

    static let withdrawn = "Withdrawn: the user went on before the result was there. What came of it is not known."

    private(set) var entries: [Entry] = []

    /// A conversation that goes on from another connection or provider.
    init(_ items: [ContextItem] = []) {
        for item in items {
            switch item {
            case .user(let text): addUser(text)
            case .agent(let text): entries.append(.agent(item: nil, text: text, calls: []))
            case .tool(let call, let output):
                var done = Call(call: call)
                done.output = output
                if case .agent(let item, let text, let calls)? = entries.last {
                    entries[entries.count - 1] = .agent(item: item, text: text, calls: calls + [done])
                } else {
                    entries.append(.agent(item: nil, text: "", calls: [done]))
                }
            }
        }
    }

    /// Whether the user, or a tool's result, waits for an answer.
    var needsAnswer: Bool {
        switch entries.last {
        case .user?: true
        case .agent(_, _, let calls)?: !calls.isEmpty
        case nil: false
        }
    }

    /// Adds what the user said; words that were not answered yet are continued.
    mutating func addUser(_ text: String) {
        if case .user(let before)? = entries.last {
            entries[entries.count - 1] = .user(before + " " + text)
        } else {
            entries.append(.user(text))
        }
    }

    /// Adds what the agent says by `item` and the calls that it makes.
    mutating func addAgent(item: Int?, text: String, calls: [ToolCall] = []) {
        entries.append(.agent(item: item, text: text, calls: calls.map { Call(call: $0) }))
    }

    /// Sets what `item` says so far; a new message when it is new.
    mutating func setText(item: Int, _ text: String) {
        guard let i = index(of: item), case .agent(_, _, let calls) = entries[i] else {
            return addAgent(item: item, text: text)
        }
        entries[i] = .agent(item: item, text: text, calls: calls)
    }

    /// Adds the calls that were made together with the text of `item`, or without any.
    mutating func setCalls(item: Int?, _ calls: [ToolCall]) {
        guard let item, let i = index(of: item), case .agent(_, let text, _) = entries[i] else {
            return addAgent(item: item, text: "", calls: calls)
        }
        entries[i] = .agent(item: item, text: text, calls: calls.map { Call(call: $0) })
    }

    private func index(of item: Int) -> Int? {
        entries.lastIndex { if case .agent(item, _, _) = $0 { true } else { false } }
    }

    /// Notes the result of a call; false when nobody waits for it.
    mutating func setResult(_ id: String, _ output: String, isError: Bool) -> Bool {
        for i in entries.indices.reversed() {
            guard case .agent(let item, let text, var calls) = entries[i] else { continue }
            for k in calls.indices where calls[k].call.id == id && calls[k].output == nil {
                calls[k].output = output
                calls[k].isError = isError
                entries[i] = .agent(item: item, text: text, calls: calls)
                return true
            }
        }
        return false
    }

    /// Ids of the calls without result.
    var openCalls: [String] {
        entries.flatMap { entry -> [String] in
            guard case .agent(_, _, let calls) = entry else { return [] }
            return calls.filter { $0.output == nil }.map(\.call.id)
        }
    }

    /// Sets what was heard of an item; an agent's message of which nothing was heard and that called nothing goes.
    mutating func cut(item: Int, to heard: String, remark: String) {
        guard let i = index(of: item), case .agent(_, _, let calls) = entries[i] else { return }
        if heard.isEmpty, calls.isEmpty {
            entries.remove(at: i)
            return joinUsers(at: i)
        }
        let text = heard.isEmpty || remark.isEmpty ? heard : heard + " " + remark
        entries[i] = .agent(item: item, text: text, calls: calls)
    }

    /// What the agent had no chance to say lay between two utterances of the user: they are one now.
    private mutating func joinUsers(at i: Int) {
        guard i > 0, i < entries.count, case .user(let a) = entries[i - 1], case .user(let b) = entries[i] else {
            return
        }
        entries.replaceSubrange((i - 1)...i, with: [.user(a + " " + b)])
    }

    // MARK: For the model

    /// The newest messages within the budgets, beginning with the user where it can; `more` is what the user may just have
    /// said, `instruction` an extra instruction at the end. A call and its result are never parted. Never empty.
    func messages(_ settings: PipelineSettings, more: String? = nil, instruction: String? = nil) -> [ModelMessage] {
        var all = self
        if let more { all.addUser(more) }
        var groups: [[ModelMessage]] = []
        var (count, tokens) = (0, 0)
        for entry in all.entries.reversed() {
            let group = Self.messages(of: entry)
            let size = group.reduce(0) { $0 + Self.tokens(of: $1) }
            let fits = count + group.count <= settings.historyMessages && tokens + size <= settings.historyTokens
            guard fits || groups.isEmpty else { break }
            groups.append(group)
            count += group.count
            tokens += size
        }
        let wasCut = groups.count < all.entries.count
        groups.reverse()
        if wasCut, let first = groups.firstIndex(where: { if case .user? = $0.first { true } else { false } }) {
            groups.removeFirst(first)
        }
        var messages = groups.flatMap { $0 }
        if let instruction { messages.append(.instruction(instruction)) }
        return messages.isEmpty ? [.instruction("Begin the conversation.")] : messages
    }

    private static func messages(of entry: Entry) -> [ModelMessage] {
        switch entry {
        case .user(let text): return [.user(text)]
        case .agent(_, let text, let calls):
            let results = calls.map { call in
                ModelMessage.toolResult(
                    callID: call.call.id, name: call.call.name, output: call.output ?? withdrawn,
                    isError: call.isError || call.output == nil)
            }
            return [.agent(text, calls: calls.map(\.call))] + results
        }
    }

    /// Roughly the tokens of a message: four ASCII characters each, one for any other character, four for the frame.
    static func tokens(of message: ModelMessage) -> Int {
        switch message {
        case .user(let text), .instruction(let text): 4 + tokens(in: text)
        case .agent(let text, let calls):
            calls.reduce(4 + tokens(in: text)) { $0 + 8 + tokens(in: $1.name) + tokens(in: $1.arguments) }
        case .toolResult(_, let name, let output, _): 8 + tokens(in: name) + tokens(in: output)
        }
    }

    private static func tokens(in text: String) -> Int {
        let ascii = text.utf8.count { $0 < 0x80 }
        let others = text.unicodeScalars.count { !$0.isASCII }
        return (ascii + 3) / 4 + others
    }
}
