import ArgumentParser
import Configuration
import Console
import Core
import Glibc
import Service
import Terminal

/// `sidetone attach`: the console on a running engine.
struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "The console on a running talk or serve.",
        discussion: """
            Without an argument: the program of this user that runs. A URL needs its token in SIDETONE_TOKEN. Leaving (q) \
            leaves the program as it is; a lost connection is shown and tried again.
            Exit codes: 0 the user left, 1 no terminal, 64 wrong arguments, 69 nothing listens, 78 wrong configuration, \
            128+n ended by signal n.
            """)

    @OptionGroup var file: ConfigOption

    @Flag(
        name: [.customLong("read-only"), .customLong("readonly")],
        help: "Watch only: no command is sent.")
    var readOnly = false

    @Option(name: .long, help: ArgumentHelp("Colour theme; see `sidetone themes`.", valueName: "name"))
    var theme: String?

    @Flag(name: .long, help: "Only ASCII characters on the screen.")
    var ascii = false

    @Argument(help: ArgumentHelp("Control socket, or URL of the HTTP service.", valueName: "socket|url"))
    var target: String?

    func run() throws {
        let environment = CommandContext.environment
        if let obstacle = ScreenOptions.obstacle(environment: environment) {
            Output.error("sidetone: no full screen: \(obstacle); use sidetone ctl events --follow")
            throw Exit.failed
        }
        UILoop.blockSignals()
        let context = try reportingMistakes { try CommandContext(config: file.config) }
        let attachment = try reportingAbsence {
            try Attachment(try Attachment.target(target, environment: environment), isReadOnly: readOnly)
        }
        defer { attachment.close() }
        let who = attachment.server.map { "\($0.role), process \($0.pid)" } ?? attachment.target.name
        let options = ConsoleOptions(
            screen: ScreenOptions(ascii: ascii, environment: environment),
            theme: theme ?? context.configuration.theme, themeFolders: context.themeStore().folders,
            isReadOnly: readOnly, place: .attached, greeting: "attached to \(who); q leaves it running")
        let console: ConsoleApp
        do throws(ScreenError) { console = try ConsoleApp(client: attachment.client, options: options) } catch {
            Output.error("sidetone: \(error)")
            throw Exit.failed
        }
        switch console.run() {
        case .quit, .detached: if attachment.server != nil { Output.line("sidetone: left \(who) running") }
        case .terminalLost: break
        case .signal(let number): throw ExitCode(128 + number)
        }
    }
}
