import Terminal

/// All actions. Order is the order of help and documentation.
public enum ActionTable {
    public static let all: [Action] =
        views + global + talk + latency + calls + events + sessions + audio + compare + lines + editing + lists

    /// The row of an action.
    public static func action(_ id: ActionID) -> Action? { byID[id] }

    private static let byID: [ActionID: Action] = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }

    private struct Binding: Hashable {
        var scope: ActionScope
        var chord: KeyChord
    }

    private static let bindings: [Binding: ActionID] = {
        var found: [Binding: ActionID] = [:]
        for action in all {
            for scope in action.scopes {
                for key in action.keys where found[Binding(scope: scope, chord: key)] == nil {
                    found[Binding(scope: scope, chord: key)] = action.id
                }
            }
        }
        return found
    }()

    /// What a key does in these scopes; the first scope that knows it wins.
    static func action(for chord: KeyChord, in scopes: [ActionScope]) -> Action? {
        for scope in scopes {
            if let id = bindings[Binding(scope: scope, chord: chord)] { return byID[id] }
        }
        return nil
    }

    /// The action of a word behind `:`.
    static func command(_ name: String) -> Action? { all.first { $0.isCommand && $0.name == name } }

    /// Scopes whose keys can be pressed at the same time; no key may mean two things there.
    static let overlapping: [[ActionScope]] =
        [.talk, .latency, .calls, .events, .sessions, .audio, .compare].map { [$0, .global, .anywhere] }
        + [
            [.blind, .anywhere], [.text, .editing, .anywhere], [.prompt, .editing, .anywhere], [.help, .anywhere], [.picker, .anywhere],
            [.confirm, .anywhere],
        ]

    /// Keys that would mean two things; empty when the table is sound.
    public static var conflicts: [String] {
        var found: [String] = []
        for scopes in overlapping {
            var owners: [KeyChord: ActionID] = [:]
            for action in all where !Set(action.scopes).isDisjoint(with: scopes) {
                for key in action.keys {
                    if let other = owners[key], other != action.id {
                        found.append("\(key) in \(scopes[0].rawValue): \(other.rawValue) and \(action.id.rawValue)")
                    }
                    owners[key] = action.id
                }
            }
        }
        return found
    }
}
