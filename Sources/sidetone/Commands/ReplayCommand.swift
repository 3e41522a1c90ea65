import ArgumentParser
import Configuration
import Console
import Core
import Devices
import Recording
import Studio
import Terminal

/// `sidetone replay`: a recorded session on the screen, or as lines.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Play a recorded session through the console.",
        discussion: """
            On a terminal the session runs through the same panes as a live one; without a session, the list of all is shown.
            Otherwise, or with --plain or --json, its records are printed at once. An events.jsonl alone is played without sound.
            Exit codes: 0 done, 1 it cannot be read, 64 wrong arguments, 78 wrong configuration.
            """)

    /// Where the times on the screen come from.
    enum Clock: String, ExpressibleByArgument, CaseIterable { case real, fixed }

    @OptionGroup var store: StoreOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Times as fast with the pitch kept, 0.25 to 4; 0 goes to the end at once.", valueName: "factor"))
    var speed = 1.0

    @Option(name: .long, help: ArgumentHelp("Begin at 83, 1:23 or 1:02:03.5.", valueName: "place"))
    var at: String?

    @Flag(name: .long, help: "Begin paused.")
    var paused = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Begin with a view: \(ReplayCommand.viewNames.joined(separator: ", ")).", valueName: "name"))
    var view: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "fixed: all times on the screen are the recording's and nothing is heard; the same place is the same picture.",
            valueName: "real|fixed"))
    var clock = Clock.real

    @Flag(name: .long, help: "Play without sound.")
    var silent = false

    @Flag(name: .long, help: "Print a line for each thing that happened.")
    var plain = false

    @Flag(name: .long, help: "Print the records as JSON lines, as in events.jsonl.")
    var json = false

    @OptionGroup var lines: LineOptions
    @OptionGroup var look: LookOptions

    @Flag(name: .long, help: "Only ASCII characters on the screen.")
    var ascii = false

    @Option(name: .long, help: ArgumentHelp("Colour theme; see `sidetone themes`.", valueName: "name"))
    var theme: String?

    @OptionGroup var console: ConsoleArguments

    @Argument(help: ArgumentHelp("Folder, name or unique part of the name, or an events.jsonl.", valueName: "session"))
    var session: String?

    static let viewNames = ConsoleView.allCases.map { "\($0)" }

    func validate() throws {
        guard speed == 0 || ReplayClock.speeds.contains(speed) else {
            throw ValidationError("--speed \(speed): choose from 0.25 to 4, or 0 for all at once.")
        }
        if let at, place(at) == nil { throw ValidationError("--at \(at): give 83, 1:23 or 1:02:03.5.") }
        if let view, Self.named(view) == nil {
            let near = Spelling.nearest(to: view, among: Self.viewNames).map { "Did you mean \($0)? " } ?? ""
            throw ValidationError("--view \(view): \(near)Choose from \(Self.viewNames.joined(separator: ", ")).")
        }
        if session == nil, plain || json { throw ValidationError("Name a session to print.") }
    }

    private func place(_ text: String) -> Duration? {
        if case .at(let time) = ReplayPlace.read(text) { time } else { nil }
    }

    private static func named(_ view: String) -> ConsoleView? { ConsoleView.allCases.first { "\($0)" == view } }

    func run() throws {
        let folder = try store.folder()
        let replay = try session.map { name in try reportingDisk { try Self.replay(name, in: folder) } }
        for fault in replay?.faults ?? [] { Output.error("sidetone: \(SafeText(fault))") }
        let environment = CommandContext.environment
        let obstacle = console.script == nil ? ScreenOptions.obstacle(environment: environment) : nil
        guard let replay else {
            if let obstacle { throw ValidationError("Name a session to print: \(obstacle).") }
            return try show(nil, folder, environment)
        }
        if json { return ReplayPrinter.json(replay) { Output.line($0) } }
        if lines.areWanted { return speak(replay) }
        guard !plain, obstacle == nil else {
            return ReplayPrinter.plain(replay) { Output.line(Output.isASCII ? SafeText($0).asciiOnly.string : $0) }
        }
        try show(replay, folder, environment)
    }

    private func speak(_ replay: SessionReplay) {
        var spoken = SpokenOutput(isQuiet: lines.quiet, ascii: Output.isASCII)
        for record in replay.timeline.records { if let line = spoken.line(record) { Output.text(line) } }
    }

    private static func replay(_ name: String, in folder: String) throws(DiskError) -> SessionReplay {
        if FileKind(name) == .file { return try SessionReplay(log: name) }
        return SessionReplay(try SessionStore(folder: folder).session(name))
    }

    /// The console without an engine. Space and the like go to the replay; what only an engine can do is refused.
    private func show(_ replay: SessionReplay?, _ folder: String, _ environment: [String: String]) throws {
        UILoop.blockSignals()
        let context = try reportingMistakes { try CommandContext(config: store.file.config) }
        let isHeard = !silent && clock == .real && speed != 0
        let host = isHeard ? try? SpeakerHost(DeviceSettings(context.configuration)) : nil
        defer { host?.stop() }
        let redaction = try reportingMistakes {
            try ToolBook(context.configuration, environment: context.environment).redaction
        }
        let library = SessionShelves.library(folder: folder, redaction: redaction, speaker: host?.speaker)
        defer { library.stop() }
        let wishes = try reportingMistakes { try console.read(environment) }
        var options = ConsoleOptions(
            screen: look.screen(ascii: ascii, mouse: wishes.mouse && context.configuration.mouse, environment),
            theme: look.theme(theme, context.configuration, environment),
            themeFolders: context.themeStore().folders, place: .alone, keys: wishes.keys, script: wishes.script,
            headless: wishes.headless, library: library, replay: try replay.map { try player($0, host?.speaker) })
        options.view = view.flatMap(Self.named) ?? .sessions
        options.hasFixedClock = clock == .fixed
        let app: ConsoleApp
        do throws(ScreenError) { app = try ConsoleApp(client: NoEngine(), options: options) } catch {
            Output.error("sidetone: \(error)")
            throw Exit.failed
        }
        let end = app.run()
        try ConsoleArguments.checkScript(app)
        if case .signal(let number) = end { throw ExitCode(128 + number) }
    }

    private func player(_ replay: SessionReplay, _ speaker: (any ReplayOutput)?) throws -> ReplayClient {
        // A fixed clock counts from a fixed moment, whatever the machine's says.
        let origin = clock == .fixed ? MonotonicTime(nanoseconds: 1_000_000_000_000) : .now()
        let client = ReplayClient(
            replay, speed: speed == 0 ? 1 : speed, isPaused: paused || speed == 0, origin: origin, now: .now(),
            output: speaker)
        if let place = at.flatMap(place) ?? (speed == 0 ? replay.timeline.length : nil) { client.control(.seek(place)) }
        if clock == .fixed { ReplaySurvey.run(client) }
        guard ReplayThread.start(client, survey: clock == .real) else {
            Output.error("sidetone: no thread for the replay. End other programs, or raise ulimit -u")
            throw Exit.failed
        }
        return client
    }
}
