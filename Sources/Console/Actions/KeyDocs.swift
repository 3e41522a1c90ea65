import Core
import Terminal

/// The action table for people and scripts: `docs/keys.md` and `sidetone keys --json`.
public enum KeyDocs {
    /// The page `docs/keys.md`, whole.
    public static var markdown: String {
        var text = """
            # Keys and commands

            Made from the action table by `sidetone keys --markdown`; a test fails when this page is out of date. Every
            action with a command name also runs from the command line behind `:`.


            """
        for scope in ActionScope.allCases {
            let rows = ActionTable.all.filter { $0.scopes.first == scope }
            if rows.isEmpty { continue }
            text += "## \(scope.title)\n\n| keys | command | does | also in |\n|---|---|---|---|\n"
            for action in rows { text += row(action) }
            text += "\n"
        }
        return String(text.dropLast())
    }

    private static func row(_ action: Action) -> String {
        let keys = action.keys.map { "`\(escaped($0.description))`" }.joined(separator: " ")
        let command = action.isCommand ? "`:\(action.name)\(usage(action))`" : ""
        let others = action.scopes.dropFirst().map(\.title).joined(separator: ", ")
        return "| \(keys) | \(escaped(command)) | \(escaped(action.help)) | \(others) |\n"
    }

    /// What follows the name, as help shows it.
    static func usage(_ action: Action) -> String {
        switch action.argument {
        case .none: ""
        case .provider: " [provider]"
        case .theme: " [theme]"
        case .onOff: " [on|off]"
        case .choice(let names): " [" + names.joined(separator: "|") + "]"
        case .text(let what, let required): required ? " <\(what)>" : " [\(what)]"
        }
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1 == "|" ? "\\|" : String($1) }
    }

    /// One JSON object an action with the keys that work, then one a macro, in a list.
    public static func json(_ keys: KeyBindings) -> String {
        let rows = ActionTable.all.map { action in
            JSONValue.object([
                .init("action", .string(action.name)), .init("keys", names(keys.keys(action.id))),
                .init("scopes", .array(action.scopes.map { .string($0.rawValue) })),
                .init("places", .object(action.scopes.map { .init($0.rawValue, names(keys.keys(action.id, in: $0))) })),
                .init("command", .bool(action.isCommand)), .init("label", .string(action.label)),
                .init("help", .string(action.help)),
            ])
        }
        let macros = keys.macros.map { macro in
            JSONValue.object([
                .init("macro", .string(":" + macro.line)), .init("keys", names([macro.key])),
                .init("scopes", .array([.string(macro.scope.rawValue)])),
            ])
        }
        return JSONValue.array(rows + macros).text
    }

    private static func names(_ keys: [KeyChord]) -> JSONValue { .array(keys.map { .string($0.description) }) }

    /// Rows for people: keys, where they work, command, what it does.
    public static func rows(_ keys: KeyBindings) -> [[String]] {
        let actions = ActionTable.all.map { action in
            [
                keys.keys(action.id).map(\.description).joined(separator: " "),
                action.scopes.map(\.rawValue).joined(separator: " "), action.isCommand ? ":\(action.name)" : "",
                action.help,
            ]
        }
        let macros = keys.macros.map { [$0.key.description, $0.scope.rawValue, ":" + $0.line, "a macro of yours"] }
        return actions + macros
    }
}
