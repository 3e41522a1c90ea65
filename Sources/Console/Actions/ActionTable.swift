import Terminal

/// All actions. Order is the order of help and documentation.
public enum ActionTable {
    public static let all: [Action] =
        views + global + talk + latency + calls + events + sessions + audio + compare + lines + editing + lists

    /// The row of an action.
    public static func action(_ id: ActionID) -> Action? { byID[id] }

    private static let byID: [ActionID: Action] = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }

    /// The action of a word behind `:`.
    static func command(_ name: String) -> Action? { all.first { $0.isCommand && $0.name == name } }

    /// Scopes whose keys can be pressed at the same time; no key may mean two things there.
    /// (In a replay its keys come before those of Talk, Latency and so on.)
    static let overlapping: [[ActionScope]] =
        [.talk, .latency, .calls, .events, .sessions, .audio, .compare].map { [$0, .global, .anywhere] }
        + [
            [.replay, .scrubber, .global, .anywhere], [.blind, .anywhere],
            [.text, .editing, .anywhere], [.prompt, .editing, .anywhere], [.help, .anywhere], [.picker, .anywhere],
            [.confirm, .anywhere],
        ]
}
