import Configuration
import Console
import Core
import Terminal

/// Where the user's keys come from: `--keys FILE`, else `$XDG_CONFIG_HOME/sidetone/keys` where there is one.
enum KeysSource {
    /// The file that is looked for when none is named.
    static func standardFile(_ environment: [String: String]) -> String {
        let config =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? (environment["HOME"] ?? "") + "/.config"
        return config + "/sidetone/keys"
    }

    /// Reads the keys. Throws `ConfigurationError` naming file and line of the first mistake.
    static func load(explicit: String?, environment: [String: String]) throws(ConfigurationError) -> KeyBindings {
        let (bindings, problems) = try read(explicit: explicit, environment: environment)
        guard let first = problems.first else { return bindings }
        let more = problems.count > 1 ? " (and \(problems.count - 1) more: `sidetone keys` tells all)" : ""
        throw ConfigurationError(
            place: SafeText(first.place).string, cause: SafeText(first.cause).string,
            fix: SafeText(first.fix).string + more)
    }

    /// Reads the keys and all that is wrong with them. Throws when a file that was named cannot be read.
    static func read(
        explicit: String?, environment: [String: String]
    ) throws(ConfigurationError) -> (bindings: KeyBindings, problems: [KeysFile.Problem]) {
        let path = explicit ?? standardFile(environment)
        guard explicit != nil || FileKind(path) != .nothing else { return (.standard, []) }
        guard FileKind(path) == .file, let text = TextFile.read(path) else {
            throw ConfigurationError(
                place: "keys \(path)", cause: "the file cannot be read",
                fix: "name a readable file with --keys, or remove it")
        }
        return KeysFile.parse(text.utf8, file: path)
    }
}
