import ArgumentParser
import Core
import Recording
import Studio

/// `sidetone sessions diff`.
struct SessionsDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What differs between two sessions, turn by turn.",
        discussion: """
            Words that only A has stand in [-…-], words that only B has in {+…+}; case and punctuation do not count. Then
            outcome and end-to-end latency of each turn, and the tools called.
            Exit codes: 0 done, 1 one cannot be read, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Argument(help: ArgumentHelp("Folder, name or unique part of the name.", valueName: "A"))
    var first: String

    @Argument(help: ArgumentHelp("The other.", valueName: "B"))
    var second: String

    func run() throws {
        let folder = SessionStore(folder: try store.folder())
        let diff = try reportingDisk { SessionDiff(try folder.session(first), try folder.session(second)) }
        if json { return Output.line(JSONValue(encoding: diff).text) }
        for line in diff.lines { Output.line(line) }
    }
}
