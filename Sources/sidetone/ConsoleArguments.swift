import ArgumentParser
import Console
import Core
import Terminal

/// The arguments of every command that opens the console: keys, mouse, script.
struct ConsoleArguments: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("File of your own keys; else $XDG_CONFIG_HOME/sidetone/keys.", valueName: "file"))
    var keys: String?

    @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
    var noMouse = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Key releases by the kitty protocol, so that a key can be held to talk: auto, force, off.",
            valueName: "when"))
    var kitty = KittyKeyboard.auto

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Play lines of commands and keys; without a terminal they are all there is.", valueName: "file"))
    var script: String?

    @Option(
        name: .long,
        help: ArgumentHelp("With --script: no terminal, a screen of this size.", valueName: "columns x rows"))
    var size: String?

    /// The arguments, read and checked.
    struct Wishes {
        var keys: KeyBindings
        var mouse: Bool
        var script: ConsoleScript?
        /// A screen without a terminal.
        var headless: Size?
    }

    /// Reads the files that are named. Throws `ConfigurationError`.
    func read(_ environment: [String: String]) throws(ConfigurationError) -> Wishes {
        let bindings = try KeysSource.load(explicit: keys, environment: environment)
        let played = try script.map { path throws(ConfigurationError) in try Self.readScript(path) }
        var headless = try size.map { text throws(ConfigurationError) in try Self.readSize(text) }
        if headless != nil, played == nil {
            throw ConfigurationError(
                place: "--size", cause: "there is no script to see that screen", fix: "name one with --script")
        }
        if played != nil, headless == nil, ScreenOptions.obstacle(environment: environment) != nil {
            headless = Size(width: 80, height: 24)
        }
        return Wishes(keys: bindings, mouse: !noMouse, script: played, headless: headless)
    }

    /// Ends the command with exit code 1 when the script could not be played to its end.
    static func checkScript(_ app: ConsoleApp) throws {
        guard let failure = app.scriptFailure else { return }
        Output.error("sidetone: script \(SafeText(failure))\n\(app.screenText)")
        throw Exit.failed
    }

    private static func readScript(_ path: String) throws(ConfigurationError) -> ConsoleScript {
        guard FileKind(path) == .file, let text = TextFile.read(path) else {
            throw ConfigurationError(
                place: "--script \(SafeText(path))", cause: "the file cannot be read", fix: "name a readable file")
        }
        do throws(ConsoleScript.Mistake) { return try ConsoleScript(parsing: text) } catch {
            throw ConfigurationError(
                place: error.line > 0 ? "\(SafeText(path)):\(error.line)" : "\(SafeText(path))",
                cause: SafeText(error.cause).string, fix: SafeText(error.fix).string)
        }
    }

    private static func readSize(_ text: String) throws(ConfigurationError) -> Size {
        let parts = text.split(separator: "x").map { Int($0) ?? 0 }
        guard parts.count == 2, parts.allSatisfy({ (1...1000).contains($0) }) else {
            throw ConfigurationError(
                place: "--size \(SafeText(text))", cause: "it is no size", fix: "write columns x rows, as in 80x24")
        }
        return Size(width: parts[0], height: parts[1])
    }
}

extension KittyKeyboard: ExpressibleByArgument {}
