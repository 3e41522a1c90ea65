/// A line of text being typed: cursor, editing keys, history. Holds the text as typed; drawn through `SafeText`.
struct TextField: Sendable, Equatable {
    static let limit = 4_000
    static let historyLimit = 100

    private(set) var text: [Character] = []
    private(set) var cursor = 0
    private var history: [String] = []
    /// Where in the history we are; nil at the line being typed.
    private var browsing: Int?
    private var draft: [Character] = []

    var string: String { String(text) }
    var isEmpty: Bool { text.isEmpty }

    mutating func insert(_ new: String) {
        let room = max(0, Self.limit - text.count)
        // Line breaks of a paste become blanks: one line is one line.
        let added = new.map { $0.isNewline || $0 == "\t" ? " " : $0 }.prefix(room)
        text.insert(contentsOf: added, at: cursor)
        cursor += added.count
    }

    mutating func set(_ new: String) {
        text = Array(new.prefix(Self.limit))
        cursor = text.count
    }

    mutating func clear() {
        text = []
        cursor = 0
        browsing = nil
    }

    mutating func backspace() {
        guard cursor > 0 else { return }
        cursor -= 1
        text.remove(at: cursor)
    }

    mutating func deleteForward() {
        if cursor < text.count { text.remove(at: cursor) }
    }

    mutating func move(_ step: Int) { cursor = min(text.count, max(0, cursor + step)) }
    mutating func moveToStart() { cursor = 0 }
    mutating func moveToEnd() { cursor = text.count }

    mutating func deleteToStart() {
        text.removeFirst(cursor)
        cursor = 0
    }

    mutating func deleteToEnd() { text.removeLast(text.count - cursor) }

    mutating func deleteWord() {
        while cursor > 0, text[cursor - 1] == " " { backspace() }
        while cursor > 0, text[cursor - 1] != " " { backspace() }
    }

    /// Takes the line, remembers it, and is empty.
    mutating func submit() -> String {
        let line = string
        if !line.isEmpty, history.last != line { history.append(line) }
        if history.count > Self.historyLimit { history.removeFirst() }
        clear()
        return line
    }

    /// Shows an older (−1) or newer (+1) line.
    mutating func browse(_ step: Int) {
        guard !history.isEmpty else { return }
        if browsing == nil { draft = text }
        let next = (browsing ?? history.count) + step
        if next >= history.count {
            browsing = nil
            text = draft
        } else {
            browsing = max(0, next)
            text = Array(history[max(0, next)])
        }
        cursor = text.count
    }
}
