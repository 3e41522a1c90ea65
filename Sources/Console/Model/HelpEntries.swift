import Core
import Terminal

/// A row of the help: an action, or a function key with a line of its own.
enum HelpEntry: Sendable {
    case action(Action)
    case macro(KeyBindings.Macro)

    /// What names it: a command with its colon, else the action's name.
    var name: String {
        switch self {
        case .action(let action): action.isCommand ? ":" + action.name : action.name
        case .macro: "macro"
        }
    }

    /// Its keys as they are printed, `i / enter`.
    func keyText(_ keys: KeyBindings) -> String {
        switch self {
        case .action(let action): keys.keys(action.id).map(\.description).joined(separator: " / ")
        case .macro(let macro): macro.key.description
        }
    }

    /// What it does; the footer's word for it comes first where the rest does not say it.
    var words: String {
        switch self {
        case .macro(let macro): return "runs :" + macro.line
        case .action(let action):
            let isSaid =
                action.name.contains(ignoringCase: action.label) || action.help.contains(ignoringCase: action.label)
            return isSaid ? action.help : action.label + ": " + action.help
        }
    }
}

/// What the help lists.
enum HelpEntries {
    /// Everything that matches: what works in this view first, then what works everywhere, in the other views, and while
    /// something is typed or chosen.
    static func matching(_ query: String, _ model: ConsoleModel) -> [HelpEntry] {
        let here = Set(model.viewScopes)
        let all = ActionTable.all
        let local = all.filter { !here.isDisjoint(with: $0.scopes) }
        let everywhere: Set<ActionScope> = [.global, .anywhere]
        let wide = all.filter { here.isDisjoint(with: $0.scopes) && !everywhere.isDisjoint(with: $0.scopes) }
        let known = Set((local + wide).map(\.id))
        let macros = model.keys.macros.map(HelpEntry.macro)
        let rest = all.filter { !known.contains($0.id) }
        let entries = local.map(HelpEntry.action) + macros + (wide + rest).map(HelpEntry.action)
        return query.isEmpty ? entries : entries.filter { matches($0, query, model.keys) }
    }

    private static func matches(_ entry: HelpEntry, _ query: String, _ keys: KeyBindings) -> Bool {
        entry.name.contains(ignoringCase: query) || entry.words.contains(ignoringCase: query)
            || entry.keyText(keys).split(separator: " ").contains { $0.description == query }
    }
}

extension ConsoleModel {
    /// Why an entry of the help would do nothing now; nil when it would.
    func obstacle(of entry: HelpEntry) -> String? {
        guard case .action(let action) = entry else { return nil }
        let works = Set(viewScopes + [.global, .anywhere])
        if !action.isCommand, works.isDisjoint(with: action.scopes) {
            return "works in: " + action.scopes.map { $0.title.lowercased() }.joined(separator: ", ")
        }
        return availability(of: action.id).reason
    }

    /// Runs the entry under the cursor. What cannot be done says why and leaves the help open.
    mutating func runHelpEntry(_ entries: [HelpEntry], _ selection: Int) -> [ConsoleEffect] {
        guard entries.indices.contains(selection) else { return [] }
        if let obstacle = obstacle(of: entries[selection]) {
            say(obstacle, .warning)
            return []
        }
        overlay = nil
        switch entries[selection] {
        case .macro(let macro): return runCommand(macro.line)
        case .action(let action):
            if case .text(_, required: true) = action.argument {
                beginTyping(.command)
                commandField.set(action.name + " ")
                return []
            }
            return run(action.id, argument: "")
        }
    }
}
