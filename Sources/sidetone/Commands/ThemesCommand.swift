import ArgumentParser
import Configuration
import Console
import Core
import Terminal

/// `sidetone themes`: the colours there are, and whether a theme file is right.
struct ThemesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "themes", abstract: "List, show, check and import colour themes.",
        subcommands: [ListCommand.self, ShowCommand.self, LintCommand.self, ImportCommand.self],
        defaultSubcommand: ListCommand.self)

    /// `sidetone themes list`, the default.
    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the themes.",
            discussion: "Exit codes: 0 done, 64 wrong arguments, 78 wrong configuration.")

        @OptionGroup var file: ConfigOption

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func run() throws {
            let context = try reportingMistakes { try CommandContext(config: file.config) }
            var store = context.themeStore()
            let chosen = context.configuration.theme ?? BuiltInThemes.standardName
            let themes = store.names.map { name in (name: name, loaded: store.load(name)) }
            if json { return Output.line(JSONValue.array(themes.map { Self.json($0.name, $0.loaded, chosen) }).text) }
            let rows = themes.map { name, loaded in
                [
                    name + (name == chosen ? " *" : ""), loaded.theme.map { "\($0.kind)" } ?? "–",
                    loaded.problems.isEmpty ? "" : "\(loaded.problems.count) problems: sidetone themes lint \(name)",
                ]
            }
            for line in Columns.table(["NAME", "GROUND", ""], rows) { Output.line(line) }
        }

        private static func json(
            _ name: String, _ loaded: (theme: Theme?, problems: [ThemeProblem]), _ chosen: String
        ) -> JSONValue {
            [
                "name": .string(name), "kind": loaded.theme.map { .string("\($0.kind)") } ?? .null,
                "isChosen": .bool(name == chosen), "problems": .array(loaded.problems.map { .string($0.description) }),
            ]
        }
    }

    /// `sidetone themes lint`.
    struct LintCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint",
            abstract: "Check themes: complete, readable, states told apart, by colour-blind eyes too.",
            discussion: """
                Without names, checks all themes there are.
                Exit codes: 0 nothing found, 1 findings, 64 wrong arguments, 78 wrong configuration.
                """)

        @OptionGroup var file: ConfigOption

        @Argument(help: ArgumentHelp("Theme names or files.", valueName: "theme"))
        var themes: [String] = []

        func run() throws {
            let context = try reportingMistakes { try CommandContext(config: file.config) }
            var store = context.themeStore()
            var findings = 0
            for name in themes.isEmpty ? store.names : themes {
                let lines = Self.check(name, &store)
                findings += lines.count
                for line in lines { Output.line("\(SafeText(line))") }
                if lines.isEmpty { Output.line("\(SafeText(name)): good") }
            }
            let extent = StateProof.extent
            Output.line(
                "\(extent.states) states in \(extent.places) places of the screen compared with colour removed: "
                    + "\(extent.pairs) pairs of pictures")
            if findings > 0 { throw Exit.failed }
        }

        private static func check(_ name: String, _ store: inout ThemeStore) -> [String] {
            guard name.contains("/") || name.hasSuffix(".theme") else {
                return findings(store.load(name), name)
            }
            guard let text = FileKind(name) == .file ? TextFile.read(name) : nil else {
                return ["\(name): the file cannot be read. Give a theme's name or the path of a .theme file"]
            }
            var parents = store
            return findings(ThemeParser.parse(text, file: name) { parents.load($0).theme }, name)
        }

        /// Lines that cannot be read come alone: what they leave out would be told a second time.
        private static func findings(_ loaded: (theme: Theme?, problems: [ThemeProblem]), _ name: String) -> [String] {
            guard loaded.problems.isEmpty else { return loaded.problems.map(\.description) }
            return loaded.theme.map { theme in
                (ThemeLint.check(theme) + StateProof.findings(theme)).map(\.description)
            } ?? []
        }
    }
}
