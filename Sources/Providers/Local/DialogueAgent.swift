import Core
import ProviderKit

/// What the agent wants done.
enum DialogueAction: Equatable {
    /// Say this.
    case say(String)
    /// Call a tool that is offered; the outcome comes by `toolAnswered`.
    case call(name: String, arguments: JSONValue)
    /// End the call when all was heard.
    case hangUp
}

/// The conversation of the embedded agent: intents in, sentences and tool calls out. Pure; knows no audio and no clock.
struct DialogueAgent {
    /// A tool call whose outcome is awaited.
    private enum Pending: Equatable { case time, date, sum(Arithmetic) }

    private let tools: Set<String>
    private var lastAnswer: String?
    private var tourStep: Int?
    private var pending: Pending?
    private var misunderstandings = 0

    /// An agent that may call these tools, after a conversation so far.
    init(tools: [ToolDefinition] = [], history: [ContextItem] = []) {
        self.tools = Set(tools.map(\.name))
        for case .agent(let text) in history where !text.isEmpty { lastAnswer = text }
    }

    /// Answers what the user said or typed. A sentence while a tool is awaited replaces its question.
    mutating func hear(_ text: String, _ strictness: IntentMatcher.Strictness) -> [DialogueAction] {
        pending = nil
        guard let intent = IntentMatcher.intent(text, strictness) else { return answer(notUnderstood()) }
        misunderstandings = 0
        return answer(to: intent)
    }

    /// The outcome of the tool call; nothing when it is no longer awaited.
    mutating func toolAnswered(_ output: String, isError: Bool) -> [DialogueAction] {
        guard let asked = pending else { return [] }
        pending = nil
        if isError { return answer("The tool failed: \(ToolAnswers.shortened(output)).") }
        let json = try? JSONParser.parse(output)
        switch asked {
        case .time: return answer(ToolAnswers.time(json, output))
        case .date: return answer(ToolAnswers.date(json, output))
        case .sum(let sum): return answer(ToolAnswers.result(of: sum, json, output))
        }
    }

    /// Forgets the tool call that is awaited.
    mutating func interrupted() { pending = nil }

    /// Notes what is said on someone else's behalf (greeting, farewell), for "repeat".
    mutating func said(_ text: String) { lastAnswer = text }

    /// What to say when the session wants an answer without a question.
    mutating func prompted() -> [DialogueAction] {
        answer("I am listening. You can ask what time it is, or say: what can you do.")
    }

    private mutating func answer(_ text: String) -> [DialogueAction] {
        lastAnswer = text
        return [.say(text)]
    }

    // MARK: Intents

    private mutating func answer(to intent: Intent) -> [DialogueAction] {
        switch intent {
        case .greeting: answer("Hello. I am the small offline agent of Sidetone. Ask me what I can do.")
        case .time:
            ask("get_current_time", .time, "I have no clock here: the tool get_current_time is not offered to me.")
        case .date:
            ask("get_current_time", .date, "I have no calendar here: the tool get_current_time is not offered to me.")
        case .arithmetic(let sum): compute(sum)
        case .spell(let word): answer(Spelled.out(word))
        case .capabilities: answer(Self.capabilities)
        case .identity:
            answer(
                "I am a small agent inside Sidetone. I work offline, with a fixed set of sentences. I am not a language model."
            )
        case .thanks: answer("You are welcome.")
        case .goodbye: answer("Goodbye. Thank you for calling.") + [.hangUp]
        case .repetition: [.say(lastAnswer ?? "I have not said anything yet.")]
        case .tour: tour(0)
        case .next, .yes:
            tourStep.map { tour($0 + 1) } ?? answer("There is nothing to go on with. Say: give me a tour.")
        case .back:
            tourStep.map { tour(max(0, $0 - 1)) } ?? answer("There is nothing to go back to. Say: give me a tour.")
        case .stop, .no: stop()
        }
    }

    private static let capabilities =
        "I can tell the time and the date, do sums like twelve times seven, spell words, "
        + "and give you a tour of this console. I understand only such sentences, because I am small and work offline. "
        + "Say goodbye to end the call."

    private mutating func ask(_ tool: String, _ question: Pending, _ withoutTool: String) -> [DialogueAction] {
        guard tools.contains(tool) else { return answer(withoutTool) }
        pending = question
        return [.call(name: tool, arguments: .object([]))]
    }

    private mutating func compute(_ sum: Arithmetic) -> [DialogueAction] {
        if tools.contains("calculate") {
            pending = .sum(sum)
            return [.call(name: "calculate", arguments: ["expression": .string(sum.expression)])]
        }
        guard let value = sum.value else { return answer("I cannot divide by zero.") }
        return answer(ToolAnswers.sentence(sum, value))
    }

    private mutating func tour(_ step: Int) -> [DialogueAction] {
        guard Tour.steps.indices.contains(step) else {
            tourStep = nil
            return answer("The tour is over. Ask me something else.")
        }
        tourStep = step + 1 < Tour.steps.count ? step : nil
        return answer(Tour.steps[step])
    }

    private mutating func stop() -> [DialogueAction] {
        defer { tourStep = nil }
        return answer(tourStep == nil ? "All right." : "All right, the tour ends here.")
    }

    // MARK: Not understood

    private static let suggestions = [
        "You can ask: what time is it.", "You can ask: what is twelve times seven.", "You can say: give me a tour.",
        "You can say: what can you do.",
    ]

    private mutating func notUnderstood() -> String {
        defer { misunderstandings += 1 }
        let suggestion = Self.suggestions[misunderstandings % Self.suggestions.count]
        return "Sorry, I did not understand. I am a small offline agent. \(suggestion)"
    }
}
