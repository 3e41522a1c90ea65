import ArgumentParser
import Configuration
import Console
import Core
import Synchronization
import Terminal

/// Which lines there are instead of the screen.
struct LineOptions: ParsableArguments {
    @Flag(name: .customLong("speak-events"), help: "Sentences instead of the screen, for screen readers and speech.")
    var speakEvents = false

    @Flag(name: .long, help: "Lines only for what is wrong, and ends.")
    var quiet = false

    /// Lines whatever the terminal could show.
    var areWanted: Bool { speakEvents || quiet }
}

/// How the screen looks.
struct LookOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Colours: always, never, 16, 256 or truecolor; else what the terminal has.", valueName: "depth"))
    var color: String?

    func validate() throws {
        guard let color, color != "auto", ColorDepth(option: color) == nil else { return }
        throw ValidationError("--color \(color): use auto, always, never, 16, 256 or truecolor.")
    }

    func screen(
        ascii: Bool, mouse: Bool = true, kitty: KittyKeyboard = .auto, _ environment: [String: String]
    ) -> ScreenOptions {
        ScreenOptions(
            depth: color.flatMap { ColorDepth(option: $0) }, ascii: ascii, mouse: mouse, kitty: kitty,
            environment: environment)
    }

    /// The theme that was asked for: by an argument, the environment, the configuration.
    func theme(_ wish: String?, _ configuration: SidetoneConfiguration, _ environment: [String: String]) -> String? {
        wish ?? environment["SIDETONE_THEME"].flatMap { $0.isEmpty ? nil : $0 } ?? configuration.theme
    }
}

/// Runs the lines that begin with `:` where there is no screen. Any thread.
final class LineDesk: Sendable {
    private let client: any EngineClient
    private let tellsOnStderr: Bool
    private let desk = Mutex(ControlDesk())

    /// `tellsOnStderr`: standard output is for records alone.
    init(_ client: any EngineClient, tellsOnStderr: Bool) {
        self.client = client
        self.tellsOnStderr = tellsOnStderr
    }

    /// Keeps up with what happens.
    func take(_ record: EventRecord) { desk.withLock { $0.take([record]) { client.meters(of: $0) } } }

    /// Runs a line without its colon.
    func run(_ line: String) {
        switch desk.withLock({ $0.run(line, session: nil) }) {
        case .commands(let commands): commands.forEach { client.send($0) }
        case .refused(let reason), .mistake(let reason): tell(reason)
        }
    }

    private func tell(_ words: String) {
        let text = SafeText(words)
        if tellsOnStderr { Output.error("sidetone: \(text)") } else { Output.line("\(text)") }
    }
}
