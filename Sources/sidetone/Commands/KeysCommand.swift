import ArgumentParser
import Console
import Terminal

/// `sidetone keys`: every key and command of the console, from the table that the console itself goes by.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List the keys and commands of the console.",
        discussion: """
            Keys of your own come from --keys FILE, else from $XDG_CONFIG_HOME/sidetone/keys: lines such as \
            `mute: m ctrl-t`, `talk/cut: b x`, `note: none`, `f5: :provider second`. What is listed is what works.
            docs/keys.md is the output of --markdown. Exit codes: 0 done, 64 wrong arguments, 78 mistakes in the keys.
            """)

    @Option(name: .long, help: ArgumentHelp("File of your own keys.", valueName: "file"))
    var keys: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Print the page docs/keys.md.")
    var markdown = false

    func run() throws {
        if markdown {
            return Output.line(
                KeyDocs.markdown.hasSuffix("\n") ? String(KeyDocs.markdown.dropLast()) : KeyDocs.markdown)
        }
        let (bindings, problems) = try reportingMistakes {
            try KeysSource.read(explicit: keys, environment: CommandContext.environment)
        }
        for problem in problems { Output.error("sidetone: \(problem)") }
        if !problems.isEmpty { throw Exit.configuration }
        if json { return Output.line(KeyDocs.json(bindings)) }
        for line in Columns.table(["KEYS", "WHERE", "COMMAND", "DOES"], KeyDocs.rows(bindings)) { Output.line(line) }
    }
}
