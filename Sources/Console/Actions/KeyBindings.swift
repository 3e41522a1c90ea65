import Terminal

/// Which key does what: the keys of the action table, with the user's own in their place. A value; the model has one.
public struct KeyBindings: Sendable, Equatable {
    /// The table as it is.
    public static let standard = KeyBindings()

    /// A function key that runs a line of the command line.
    public struct Macro: Sendable, Equatable {
        public var key: KeyChord
        /// The line behind `:`.
        public var line: String
        /// Where it works.
        public var scope: ActionScope
    }

    /// What a key means.
    enum Meaning: Sendable, Equatable {
        case action(ActionID)
        case macro(String)
    }

    private struct Place: Hashable {
        var scope: ActionScope
        var chord: KeyChord
    }

    /// Keys that are not those of the table, by action and scope.
    private var changed: [ActionID: [ActionScope: [KeyChord]]] = [:]
    /// Function keys with a line of their own.
    public private(set) var macros: [Macro] = []
    private var meanings: [Place: Meaning] = [:]

    init() { index() }

    /// Keys of an action in one of its scopes, the first the one to be shown.
    func keys(_ id: ActionID, in scope: ActionScope) -> [KeyChord] {
        changed[id]?[scope] ?? ActionTable.action(id)?.keys ?? []
    }

    /// All keys of an action, those of its first scope first.
    public func keys(_ id: ActionID) -> [KeyChord] {
        guard let action = ActionTable.action(id), let own = changed[id] else {
            return ActionTable.action(id)?.keys ?? []
        }
        var all: [KeyChord] = []
        for scope in action.scopes { all += (own[scope] ?? action.keys).filter { !all.contains($0) } }
        return all
    }

    /// The key to show where these scopes are active; nil when it has none there.
    func key(_ id: ActionID, in scopes: [ActionScope]) -> KeyChord? {
        let own = ActionTable.action(id)?.scopes ?? []
        return scopes.lazy.filter { own.contains($0) }.compactMap { keys(id, in: $0).first }.first
    }

    /// What a key does in these scopes; the first scope that knows it wins.
    func meaning(of chord: KeyChord, in scopes: [ActionScope]) -> Meaning? {
        for scope in scopes {
            if let found = meanings[Place(scope: scope, chord: chord)] { return found }
        }
        return nil
    }

    /// Gives an action other keys, in one scope or in all of its own. `index` makes them count.
    mutating func bind(_ action: Action, _ keys: [KeyChord], in scope: ActionScope?) {
        for one in action.scopes where scope == nil || scope == one { changed[action.id, default: [:]][one] = keys }
    }

    /// Gives a key a line to run; the last one counts.
    mutating func bind(_ macro: Macro) {
        macros.removeAll { $0.key == macro.key && $0.scope == macro.scope }
        macros.append(macro)
    }

    /// Makes the bindings given count.
    mutating func index() {
        meanings = [:]
        for action in ActionTable.all {
            for scope in action.scopes {
                for key in keys(action.id, in: scope) where meanings[Place(scope: scope, chord: key)] == nil {
                    meanings[Place(scope: scope, chord: key)] = .action(action.id)
                }
            }
        }
        for macro in macros where meanings[Place(scope: macro.scope, chord: macro.key)] == nil {
            meanings[Place(scope: macro.scope, chord: macro.key)] = .macro(macro.line)
        }
    }

    // MARK: - Conflicts

    /// Scopes whose keys can be pressed at the same time, with the actions that have keys there.
    private static let groups: [(scopes: [ActionScope], members: [(action: Action, scope: ActionScope)])] =
        ActionTable.overlapping.map { scopes in
            let members = ActionTable.all.flatMap { action in
                action.scopes.filter { scopes.contains($0) }.map { (action: action, scope: $0) }
            }
            return (scopes, members)
        }

    /// A key that would mean two things at the same time.
    struct Conflict: Sendable, Equatable {
        var key: KeyChord
        var scope: ActionScope
        /// What it would do: names of actions, lines of macros.
        var owners: [String]
    }

    /// Keys that would mean two things; empty when all is sound.
    var conflicts: [Conflict] {
        var found: [Conflict] = []
        for (scopes, members) in Self.groups {
            var owners: [KeyChord: String] = [:]
            func claim(_ key: KeyChord, _ owner: String) {
                if let other = owners[key], other != owner {
                    let known = found.contains { $0.key == key && $0.owners == [other, owner] }
                    if !known { found.append(Conflict(key: key, scope: scopes[0], owners: [other, owner])) }
                }
                owners[key] = owner
            }
            for (action, scope) in members {
                for key in changed[action.id]?[scope] ?? action.keys { claim(key, action.name) }
            }
            for macro in macros where scopes.contains(macro.scope) { claim(macro.key, ":" + macro.line) }
        }
        return found
    }
}

extension ConsoleModel {
    /// The key of an action as hints print it: `m`, `SPACE`, or its command where it has no key here.
    func key(_ id: ActionID) -> String {
        let scopes = [view.scope, .global, .anywhere] + (ActionTable.action(id)?.scopes ?? [])
        return keys.key(id, in: scopes)?.hint ?? ":" + id.rawValue
    }
}

extension KeyChord {
    /// As hints and footer print it: named keys in capitals, characters as they are.
    var hint: String {
        switch key {
        case .character(" "): modifiers.isEmpty ? "SPACE" : description.uppercased()
        case .character: description
        case .escape: modifiers.isEmpty ? "ESC" : description.uppercased()
        default: description.uppercased()
        }
    }
}
