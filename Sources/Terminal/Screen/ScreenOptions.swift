import CNcurses
import Glibc

/// Whether keys are asked for by the kitty keyboard protocol, which tells when one is let go.
public enum KittyKeyboard: String, Sendable, CaseIterable {
    /// When the terminal says that it knows it.
    case auto
    /// Without asking.
    case force
    case off
}

/// What the command line and the environment say about the screen.
public struct ScreenOptions: Sendable {
    /// Colour depth asked for; nil finds out.
    public var depth: ColorDepth?
    /// Only ASCII characters, whatever the locale.
    public var ascii: Bool
    /// Mouse reports; off leaves selecting text to the terminal.
    public var mouse: Bool
    /// File in which a crash is written down, and its first line; nil writes none.
    public var crashReport: (path: String, head: String)?
    /// Key releases.
    public var kitty: KittyKeyboard
    /// The environment the screen goes by.
    public var environment: [String: String]

    public init(
        depth: ColorDepth? = nil, ascii: Bool = false, mouse: Bool = true, kitty: KittyKeyboard = .auto,
        environment: [String: String]
    ) {
        self.depth = depth
        self.ascii = ascii
        self.mouse = mouse
        self.kitty = kitty
        self.environment = environment
    }

    /// Sets the process's character type from the environment (nothing else of the locale) and tells whether it is
    /// UTF-8; where not, draw and print ASCII. Before other threads exist.
    public static func usesUTF8() -> Bool { sidetone_set_locale() }

    /// Why there can be no full screen here; nil when there can. The reason is one line for stderr.
    public static func obstacle(environment: [String: String]) -> String? {
        if isatty(0) == 0 { return "standard input is not a terminal" }
        if isatty(1) == 0 { return "standard output is not a terminal" }
        if let ci = environment["CI"], !["", "0", "false"].contains(ci) { return "CI is set" }
        let term = environment["TERM"] ?? ""
        if term.isEmpty { return "TERM is not set" }
        if term == "dumb" { return "TERM is dumb" }
        if TerminalFamily(term: term) == .other, sidetone_terminal_colors(term) < 0 {
            return "TERM is \(SafeText(term)), which the terminfo database does not know"
        }
        return nil
    }
}

/// Why the screen could not be opened.
public struct ScreenError: Error, Sendable, CustomStringConvertible {
    public let reason: String
    public var description: String { "no full screen: " + reason + "; use --plain or --json" }
}
