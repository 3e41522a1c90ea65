import ArgumentParser
import Core
import Recording
import Studio

/// `sidetone rca`.
struct RcaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rca", abstract: "Explain why a session went as it did: causes, evidence, what to change.",
        discussion: """
            Looks at the log and the audio of one recorded session; the same session gives the same report.
            Exit codes: 0 done, 1 it cannot be read, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Argument(help: ArgumentHelp("Folder, name or unique part of the name.", valueName: "session"))
    var session: String

    func run() throws {
        let folder = try store.folder()
        let report = CauseReport(try reportingDisk { try SessionStore(folder: folder).session(session) })
        guard json else {
            for line in report.lines { Output.line(line) }
            return
        }
        Output.line(report.json)
    }
}
