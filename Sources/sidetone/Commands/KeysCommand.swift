import ArgumentParser
import Console
import Terminal

/// `sidetone keys`: every key and command of the console, from the table that the console itself goes by.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List the keys and commands of the console.",
        discussion: "docs/keys.md is the output of --markdown. Exit codes: 0 done, 64 wrong arguments.")

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Print the page docs/keys.md.")
    var markdown = false

    func run() {
        if json { return Output.line(KeyDocs.json) }
        if markdown {
            return Output.line(
                KeyDocs.markdown.hasSuffix("\n") ? String(KeyDocs.markdown.dropLast()) : KeyDocs.markdown)
        }
        let rows = ActionTable.all.map { action in
            [
                action.keys.map(\.description).joined(separator: " "),
                action.scopes.map(\.rawValue).joined(separator: " "),
                action.isCommand ? ":\(action.name)" : "", action.help,
            ]
        }
        for line in Columns.table(["KEYS", "WHERE", "COMMAND", "DOES"], rows) { Output.line(line) }
    }
}
