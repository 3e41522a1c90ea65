import ArgumentParser
import Configuration
import Console
import Core
import Recording
import Studio
import Terminal

/// `sidetone replay`: a recorded session on the screen, or as lines.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Play a recorded session through the console.",
        discussion: """
            On a terminal the session runs through the same panes as a live one. Otherwise, or with --plain or --json, its
            records are printed at once.
            Exit codes: 0 done, 1 it cannot be read, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions

    @Option(name: .long, help: ArgumentHelp("Times as fast, 0.25 to 16.", valueName: "factor"))
    var speed = 1.0

    @Flag(name: .long, help: "Print a line for each thing that happened.")
    var plain = false

    @Flag(name: .long, help: "Print the records as JSON lines, as in events.jsonl.")
    var json = false

    @Option(name: .long, help: ArgumentHelp("Colour theme; see `sidetone themes`.", valueName: "name"))
    var theme: String?

    @Argument(help: ArgumentHelp("Folder, name or unique part of the name.", valueName: "session"))
    var session: String

    func validate() throws {
        guard ReplayClock.speeds.contains(speed) else {
            throw ValidationError(
                "--speed \(speed): choose from \(ReplayClock.speeds.lowerBound) to \(ReplayClock.speeds.upperBound).")
        }
    }

    func run() throws {
        let folder = try store.folder()
        let replay = try reportingDisk { SessionReplay(try SessionStore(folder: folder).session(session)) }
        for fault in replay.faults { Output.error("sidetone: \(SafeText(fault))") }
        if json { return ReplayPrinter.json(replay) { Output.line($0) } }
        let environment = CommandContext.environment
        guard !plain, ScreenOptions.obstacle(environment: environment) == nil else {
            return ReplayPrinter.plain(replay) { Output.line($0) }
        }
        try show(replay, environment)
    }

    /// The console with the replay in the engine's place. Space and the like go to it as to a live session; it refuses what
    /// only an engine can do.
    private func show(_ replay: SessionReplay, _ environment: [String: String]) throws {
        UILoop.blockSignals()
        let context = try reportingMistakes { try CommandContext(config: store.file.config) }
        let client = ReplayClient(replay, speed: speed, now: .now())
        guard ReplayThread.start(client) else {
            Output.error("sidetone: no thread for the replay. End other programs, or raise ulimit -u")
            throw Exit.failed
        }
        defer { client.send(.shutdown) }
        let options = ConsoleOptions(
            screen: ScreenOptions(environment: environment), theme: theme ?? context.configuration.theme,
            themeFolders: context.themeStore().folders, isReadOnly: true, place: .alone)
        let console: ConsoleApp
        do throws(ScreenError) { console = try ConsoleApp(client: client, options: options) } catch {
            Output.error("sidetone: \(error)")
            throw Exit.failed
        }
        if case .signal(let number) = console.run() { throw ExitCode(128 + number) }
    }
}
