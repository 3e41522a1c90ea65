import ArgumentParser
import Configuration
import Core
import Glibc
import Terminal

extension ThemesCommand {
    /// `sidetone themes show`.
    struct ShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show every role of a theme: colours, attributes, contrast.",
            discussion: """
                On a terminal with colours the first column is drawn in them.
                Exit codes: 0 done, 1 no such theme, 64 wrong arguments, 78 wrong configuration.
                """)

        @OptionGroup var file: ConfigOption

        @Flag(name: .long, help: "Print the theme as a file, whatever it inherits written out.")
        var text = false

        @Argument(help: ArgumentHelp("Theme name; else the one that is chosen.", valueName: "theme"))
        var name: String?

        func run() throws {
            let context = try reportingMistakes { try CommandContext(config: file.config) }
            var store = context.themeStore()
            let (theme, problems) = store.load(name ?? context.configuration.theme ?? BuiltInThemes.standardName)
            for problem in problems { Output.error("\(problem)") }
            guard let theme else { throw Exit.failed }
            if text { return Output.text(theme.text()) }
            let summary = theme.summary.isEmpty ? "" : ": \(SafeText(theme.summary))"
            Output.line("\(SafeText(theme.name)), \(theme.kind)\(summary)")
            let depth = Self.depth(context.environment)
            let rows = Role.allCases.map {
                Self.row($0.rawValue, theme.look($0), theme.resolve(Style($0), depth: .direct))
            }
            let table = Columns.table(["ROLE", "LOOK", "CONTRAST"], rows)
            Output.line(table[0])
            for (role, line) in zip(Role.allCases, table.dropFirst()) {
                Output.painted(Self.painted(line, role.rawValue.count, theme.resolve(Style(role), depth: depth), depth))
            }
            for surface in Surface.allCases { Output.line("\(surface.rawValue) = \(theme.look(surface).text)") }
        }

        private static func row(_ name: String, _ look: Look, _ shown: ScreenLook) -> [String] {
            var contrast = "–"
            if shown.foreground > 255, shown.background >= 0 {
                let ratio = rgb(shown.foreground).contrast(with: rgb(shown.background))
                contrast = "\(Double(Int(ratio * 10)) / 10)"
            }
            return [name, look.text, contrast]
        }

        private static func rgb(_ packed: Int32) -> RGB {
            RGB(UInt8(packed >> 16 & 255), UInt8(packed >> 8 & 255), UInt8(packed & 255))
        }

        /// Colours only for eyes at a terminal.
        private static func depth(_ environment: [String: String]) -> ColorDepth {
            guard ScreenOptions.obstacle(environment: environment) == nil else { return .mono }
            return ColorDepth.detect(wish: nil, environment: environment, terminfoColors: nil)
        }

        /// The first characters of a line in the colours of a look.
        private static func painted(_ line: String, _ count: Int, _ look: ScreenLook, _ depth: ColorDepth) -> String {
            let codes = SelectGraphic.codes(look, depth)
            guard depth != .mono, !codes.isEmpty else { return line }
            return "\u{1B}[" + codes.joined(separator: ";") + "m" + line.prefix(count) + "\u{1B}[0m"
                + line.dropFirst(count)
        }
    }
}

/// Parameters of the terminal's SGR sequence.
enum SelectGraphic {
    static func codes(_ look: ScreenLook, _ depth: ColorDepth) -> [String] {
        let attributes: [(Attributes, String)] = [
            (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"), (.strike, "9"),
        ]
        return attributes.filter { look.attributes.contains($0.0) }.map(\.1) + color(look.foreground, 30, depth)
            + color(look.background, 40, depth)
    }

    private static func color(_ number: Int32, _ base: Int32, _ depth: ColorDepth) -> [String] {
        guard number >= 0, depth != .mono else { return [] }
        if number < 8 { return ["\(base + number)"] }
        switch depth {
        case .direct: return ["\(base + 8)", "2", "\(number >> 16 & 255)", "\(number >> 8 & 255)", "\(number & 255)"]
        case .sixteen: return ["\(base + 60 + number - 8)"]
        default: return ["\(base + 8)", "5", "\(number)"]
        }
    }
}
