import Core
import ProviderKit

/// What was said so far, in the order in which the turns began: the context that goes to a new connection or provider.
///
/// Agent text counts as far as it was heard; tool calls stand with their results.
struct ConversationHistory: Equatable {
    private enum Entry: Equatable {
        case user(item: String, text: String)
        case agent(item: String, text: String, heard: Double)
        case tool(call: ToolCall, output: String?)
    }

    private var entries: [Entry] = []
    /// Where the items of the connection that serves now begin: others may have had items of the same names.
    private var first = 0

    /// A history that begins with these items.
    init(_ items: [ContextItem] = []) {
        for (index, item) in items.enumerated() {
            switch item {
            case .user(let text): setUser("before-\(index)", text)
            case .agent(let text): addAgent("before-\(index)", text, whole: true)
            case .tool(let call, let output):
                openTool(call)
                setTool(call.id, output: output)
            }
        }
        beginConnection()
    }

    /// Another connection serves from now on.
    mutating func beginConnection() { first = entries.count }

    /// Where a user item stands in the order: where its speech began, not where its transcript arrived.
    mutating func openUser(_ item: String) {
        guard !contains(user: item) else { return }
        entries.append(.user(item: item, text: ""))
    }

    private func contains(user item: String) -> Bool {
        entries[first...].contains { if case .user(item, _) = $0 { true } else { false } }
    }

    /// Sets the text of a user item; an item never opened stands at the end.
    mutating func setUser(_ item: String, _ text: String) {
        for i in (first..<entries.count).reversed() {
            if case .user(item, _) = entries[i] {
                entries[i] = .user(item: item, text: text)
                return
            }
        }
        entries.append(.user(item: item, text: text))
    }

    /// Adds text to an agent item (or replaces it when `whole`).
    mutating func addAgent(_ item: String, _ text: String, whole: Bool) {
        for i in (first..<entries.count).reversed() {
            if case .agent(item, let old, let heard) = entries[i] {
                entries[i] = .agent(item: item, text: whole ? text : old + text, heard: heard)
                return
            }
        }
        entries.append(.agent(item: item, text: text, heard: 1))
    }

    /// Notes that only a fraction (0...1) of an agent item was heard.
    mutating func cutAgent(_ item: String, heard: Double) {
        for i in entries.indices.reversed() {
            if case .agent(item, let text, _) = entries[i] {
                entries[i] = .agent(item: item, text: text, heard: min(1, max(0, heard)))
                return
            }
        }
    }

    /// Text of an agent item as generated.
    func agentText(_ item: String) -> String? {
        for case .agent(item, let text, _) in entries { return text }
        return nil
    }

    mutating func openTool(_ call: ToolCall) { entries.append(.tool(call: call, output: nil)) }

    mutating func setTool(_ id: String, output: String) {
        for i in entries.indices.reversed() {
            if case .tool(let call, _) = entries[i], call.id == id {
                entries[i] = .tool(call: call, output: output)
                return
            }
        }
    }

    /// Number of user turns with words.
    var userTurns: Int {
        entries.count { if case .user(_, let text) = $0 { !text.isEmpty } else { false } }
    }

    /// The context: whole words heard, empty entries and unfinished tool calls left out.
    var items: [ContextItem] {
        entries.compactMap { entry in
            switch entry {
            case .user(_, let text): text.isEmpty ? nil : .user(text)
            case .agent(_, let text, let heard):
                Self.heardPart(of: text, fraction: heard).map { .agent($0) }
            case .tool(let call, let output): output.map { .tool(call: call, output: $0) }
            }
        }
    }

    /// FNV-1a of all items: two providers that know the same conversation have the same.
    var digest: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ kind: UInt8, _ texts: String...) {
            hash = (hash ^ UInt64(kind)) &* 0x100_0000_01B3
            for text in texts {
                for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
                hash = (hash ^ 0xFF) &* 0x100_0000_01B3
            }
        }
        for item in items {
            switch item {
            case .user(let text): add(1, text)
            case .agent(let text): add(2, text)
            case .tool(let call, let output): add(3, call.name, call.arguments, output)
            }
        }
        let hex = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - hex.utf8.count) + hex
    }

    /// The words of `text` that lie within the first `fraction` of it; nil when none do.
    static func heardPart(of text: String, fraction: Double) -> String? {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard !words.isEmpty, fraction > 0 else { return nil }
        if fraction >= 1 { return text }
        let count = Int((Double(words.count) * fraction).rounded(.down))
        return count == 0 ? nil : words.prefix(count).joined(separator: " ")
    }
}
