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

    @OptionGroup var look: LookOptions

    @Flag(name: .long, help: "Only ASCII characters on the screen.")
    var ascii = false

    @OptionGroup var console: ConsoleArguments

    @Argument(help: ArgumentHelp("Control socket, or URL of the HTTP service.", valueName: "socket|url"))
    var target: String?

    func run() throws {
        let environment = CommandContext.environment
        if console.script == nil, let obstacle = ScreenOptions.obstacle(environment: environment) {
            Output.error("sidetone: no full screen: \(obstacle); use sidetone ctl events --follow")
            throw Exit.failed
        }
        UILoop.blockSignals()
        let context = try reportingMistakes { try CommandContext(config: file.config) }
        let wishes = try reportingMistakes { try console.read(environment) }
        let first = EventQueue(bound: ConsoleApp.queueBound, policy: .latest) {}
        let attachment = try reportingAbsence {
            try Attachment(
                try Attachment.target(target, environment: environment), isReadOnly: readOnly, queue: first)
        }
        attachment.client.unsubscribe(first)
        defer { attachment.close() }
        let words = { (server: ServiceIdentity) in "\(server.role), process \(server.pid)" }
        let who = attachment.server.map(words) ?? attachment.target.name
        var options = ConsoleOptions(
            screen: look.screen(ascii: ascii, mouse: wishes.mouse && context.configuration.mouse, environment)
                .reportingCrashes(),
            theme: look.theme(theme, context.configuration, environment), themeFolders: context.themeStore().folders,
            isReadOnly: readOnly, place: .attached, greeting: "attached to \(who); q leaves it running",
            keys: wishes.keys, script: wishes.script, headless: wishes.headless)
        options.told = first.take().records
        let app: ConsoleApp
        do throws(ScreenError) { app = try ConsoleApp(client: attachment.client, options: options) } catch {
            Output.error("sidetone: \(error)")
            throw Exit.failed
        }
        let end = app.run()
        try ConsoleArguments.checkScript(app)
        switch end {
        case .quit, .detached:
            if let server = attachment.server { Output.line("sidetone: left \(words(server)) running") }
        case .terminalLost: break
        case .signal(let number): throw ExitCode(128 + number)
        }
    }
}
