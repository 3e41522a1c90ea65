/// How many colours the screen uses.
public enum ColorDepth: Int, Sendable, Comparable, CaseIterable {
    /// Attributes only.
    case mono
    /// The terminal's 16 (or 8) colours.
    case sixteen
    /// xterm's 256.
    case indexed
    /// 24-bit.
    case direct

    public static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }

    /// Reads the word of `--color`; nil for `auto` (and for words it does not know).
    public init?(option: String) {
        switch option {
        case "never", "mono": self = .mono
        case "16": self = .sixteen
        case "256": self = .indexed
        case "always", "truecolor", "24bit": self = .direct
        default: return nil
        }
    }

    /// The depth to use. A wish wins; else `NO_COLOR` (not empty) means none; else what the terminal says of itself.
    /// `terminfoColors` is the number of colours of the terminal's own description, nil when there is none.
    public static func detect(
        wish: ColorDepth?, environment: [String: String], terminfoColors: Int?
    ) -> ColorDepth {
        let term = environment["TERM"] ?? ""
        if term.isEmpty || term == "dumb" { return .mono }
        if let wish { return wish }
        if environment["NO_COLOR"].map({ !$0.isEmpty }) == true { return .mono }
        let colours = terminfoColors ?? (TerminalFamily(term: term) == .xtermLike ? 256 : 0)
        let claim = environment["COLORTERM"] ?? ""
        if claim == "truecolor" || claim == "24bit" || term.hasSuffix("-direct") || colours >= 1 << 24 {
            return TerminalFamily(term: term) == .xtermLike ? .direct : .indexed
        }
        return colours >= 256 ? .indexed : colours >= 8 ? .sixteen : .mono
    }
}

/// Which description of the terminal curses gets: ours for what behaves like xterm, the system's for all others.
public enum TerminalFamily: Sendable, Hashable {
    case xtermLike
    case other

    public init(term: String) {
        let families = [
            "xterm", "tmux", "alacritty", "foot", "wezterm", "konsole", "vte", "gnome", "ghostty", "contour", "iterm",
            "kitty", "st-",
        ]
        self = families.contains { term.hasPrefix($0) } ? .xtermLike : .other
    }
}
