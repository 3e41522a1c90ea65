import Core

/// Completion of the command line.
enum CommandCompletion {
    /// All command names, sorted.
    static let names: [String] = ActionTable.all.filter(\.isCommand).map(\.name).sorted()

    /// What could stand where the cursor is.
    static func candidates(_ line: String, _ model: ConsoleModel) -> [String] {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1, let action = ActionTable.command(words[0]) else {
            return names.filter { $0.hasPrefix(words.first ?? "") }
        }
        let start = words[1]
        let known: [String] =
            switch action.argument {
            case .provider: model.book.system.providers
            case .theme: model.appearance.themes
            case .onOff: ["on", "off"]
            case .choice(let names): names
            case .none, .text: []
            }
        return words.count == 2 ? known.filter { $0.hasPrefix(start) } : []
    }

    /// The line completed as far as it is certain; a blank behind what is whole.
    static func complete(_ line: String, _ model: ConsoleModel) -> String {
        let found = candidates(line, model)
        guard let first = found.first else { return line }
        let shared = found.dropFirst().reduce(first) { String(zip($0, $1).prefix { $0 == $1 }.map(\.0)) }
        let head = line.lastIndex(of: " ").map { String(line[...$0]) } ?? ""
        return head + shared + (found.count == 1 ? " " : "")
    }
}

/// Going through the candidates of the command line with Tab.
struct CompletionState: Sendable, Equatable {
    /// What stands before the word that changes.
    var head: String
    var items: [String]
    var index: Int?

    /// The line as it stands now; any other line ends the going through.
    var line: String { head + (index.map { items[$0] } ?? "") }
}

extension ConsoleModel {
    /// Tab completes as far as it is certain, then goes through what is left; Shift-Tab goes back.
    mutating func complete(_ step: Int) {
        guard input == .command else { return }
        let line = commandField.string
        if var going = completion, let index = going.index, going.line == line {
            going.index = (index + step + going.items.count) % going.items.count
            completion = going
            commandField.set(going.line)
            return
        }
        completion = nil
        let completed = CommandCompletion.complete(line, self)
        if completed != line { return commandField.set(completed) }
        let found = CommandCompletion.candidates(line, self)
        guard found.count > 1 else { return }
        let head = line.lastIndex(of: " ").map { String(line[...$0]) } ?? ""
        let going = CompletionState(head: head, items: found, index: step > 0 ? 0 : found.count - 1)
        completion = going
        commandField.set(going.line)
    }

    /// Another line than the one Tab made begins anew.
    mutating func forgetCompletion() {
        if let going = completion, going.line != commandField.string || input != .command { completion = nil }
    }
}
