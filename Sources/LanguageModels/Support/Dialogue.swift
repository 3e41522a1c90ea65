import Core
import ProviderKit

/// A conversation put in the order that all vendors take: every call beside its result, no empty turn, no result without its call.
///
/// ```
/// agent(calls 1, 2)  user  result 1        ─▶   agent(1 → result, 2 → "interrupted")  user
/// ```
struct Dialogue: Equatable {
    /// A call with its outcome.
    struct Exchange: Equatable {
        var call: ToolCall
        var output: String
        var isError: Bool

        /// The arguments as a JSON object; what is none is wrapped into one, so that no vendor refuses the history.
        var arguments: JSONValue { call.argumentObject }
    }

    /// One turn.
    enum Step: Equatable {
        case user(String)
        case instruction(String)
        case agent(String, [Exchange])
    }

    /// Said of a call that was never answered (wire reference 5.6).
    static let interrupted = "interrupted: no result came"
    /// Stands for the user where a vendor wants the first or last word to be the user's.
    static let opening = "(The conversation begins.)"
    static let goOn = "(Go on.)"

    private(set) var steps: [Step] = []

    /// The conversation of a request.
    init(_ messages: [ModelMessage]) {
        var results: [String: (output: String, isError: Bool)] = [:]
        var called: Set<String> = []
        for message in messages {
            switch message {
            case .toolResult(let id, _, let output, let isError): results[id] = results[id] ?? (output, isError)
            case .agent(_, let calls): called.formUnion(calls.map(\.id))
            case .user, .instruction: break
            }
        }
        for message in messages {
            switch message {
            case .user(let text): addUser(text)
            case .instruction(let text): if !Self.isEmpty(text) { steps.append(.instruction(text)) }
            case .agent(let text, let calls): addAgent(text, calls, results)
            case .toolResult(let id, let name, let output, _):
                if !called.contains(id) { steps.append(.instruction("Result of the tool \(name): \(output)")) }
            }
        }
    }

    /// Two turns of the user in a row become one: some models refuse them.
    private mutating func addUser(_ text: String) {
        guard !Self.isEmpty(text) else { return }
        if case .user(let before)? = steps.last {
            steps[steps.count - 1] = .user(before + "\n" + text)
        } else {
            steps.append(.user(text))
        }
    }

    private mutating func addAgent(
        _ text: String, _ calls: [ToolCall], _ results: [String: (output: String, isError: Bool)]
    ) {
        var seen: Set<String> = []
        let exchanges = calls.filter { seen.insert($0.id).inserted }.map { call in
            let result = results[call.id] ?? (Self.interrupted, true)
            return Exchange(
                call: call, output: result.output.isEmpty ? "done" : result.output, isError: result.isError)
        }
        let text = Self.isEmpty(text) ? "" : text
        guard !text.isEmpty || !exchanges.isEmpty else { return }
        if exchanges.isEmpty, case .agent(let before, let made)? = steps.last, made.isEmpty {
            steps[steps.count - 1] = .agent(before + "\n" + text, [])
        } else {
            steps.append(.agent(text, exchanges))
        }
    }

    private static func isEmpty(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
}

extension ToolCall {
    /// The arguments as a JSON object: `{}` for none, `{"invalid": text}` for what is no object.
    var argumentObject: JSONValue {
        if arguments.allSatisfy(\.isWhitespace) { return .object([]) }
        if let value = try? JSONParser.parse(arguments), value.members != nil { return value }
        return ["invalid": .string(arguments)]
    }
}

/// What a vendor wants back with a call in later requests, by the call's id.
struct CallMemory<Kept> {
    private var kept: [String: Kept] = [:]
    private var used: Set<String> = []

    /// What was kept of a call.
    subscript(_ id: String) -> Kept? {
        get { kept[id] }
        set { kept[id] = newValue }
    }

    /// Forgets the calls that are no longer in the conversation, and learns which ids are taken.
    mutating func align(_ messages: [ModelMessage]) {
        used = []
        for message in messages { if case .agent(_, let calls) = message { used.formUnion(calls.map(\.id)) } }
        kept = kept.filter { used.contains($0.key) }
    }

    /// An id for a new call: the vendor's, unless it has none or gave it before.
    mutating func unique(_ id: String?, request: Int) -> String {
        if let id, !id.isEmpty, id.utf8.count <= 512, used.insert(id).inserted { return id }
        var number = 1
        while !used.insert("call_\(request)_\(number)").inserted { number += 1 }
        return "call_\(request)_\(number)"
    }
}
