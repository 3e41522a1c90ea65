import ArgumentParser
import Core
import Recording
import Studio
import Terminal

/// `sidetone sessions fixture`.
struct SessionsFixtureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fixture", abstract: "Turn a caller's turn into a fixture for `sidetone compare`.",
        discussion: """
            A fixture is a folder with the caller's audio, the expected words and tool calls, and what was said before. Without --turn
            every turn of the caller becomes one.
            Exit codes: 0 done, 1 it cannot be read or written, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions

    @Option(name: .long, help: ArgumentHelp("Number of the turn.", valueName: "n"))
    var turn: Int?

    @Option(name: .long, help: ArgumentHelp("Folder for the fixtures.", valueName: "dir"))
    var out = "fixtures"

    @Argument(help: ArgumentHelp("Folder, name or unique part of the name.", valueName: "session"))
    var session: String

    func run() throws {
        let folder = try store.folder()
        let stored = try reportingDisk { try SessionStore(folder: folder).session(session) }
        do throws(CompareSourceError) {
            let script = try CallerScript(stored)
            for number in turn.map({ [$0] }) ?? script.turns.map(\.number) {
                Output.line(Columns.safe(try CallerFixture.write(script, turn: number, below: out, now: .now())))
            }
        } catch {
            Output.error("sidetone: \(SafeText(error.description))")
            throw Exit.failed
        }
    }
}
