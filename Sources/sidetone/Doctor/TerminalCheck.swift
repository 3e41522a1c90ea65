import CNcurses
import Glibc
import Terminal

/// Whether the console can be shown here.
enum TerminalCheck {
    static func findings(_ environment: [String: String]) -> [Finding] {
        [kind(environment), locale(), colors(environment), size()]
    }

    private static func kind(_ environment: [String: String]) -> Finding {
        let term = environment["TERM"] ?? ""
        let isTerminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0
        guard let obstacle = ScreenOptions.obstacle(environment: environment) else {
            return Finding("terminal", "TERM", term)
        }
        guard isTerminal else { return Finding("terminal", "TERM", "\(obstacle): the console prints plain lines here") }
        return Finding("terminal", "TERM", .warning, obstacle, fix: "export TERM=xterm-256color")
    }

    private static func locale() -> Finding {
        let isUTF8 = sidetone_set_locale()
        let name = setlocale(LC_CTYPE, nil).map { String(cString: $0) } ?? "none"
        if isUTF8 { return Finding("terminal", "locale", "\(name), UTF-8") }
        return Finding(
            "terminal", "locale", .warning, "\(name) is not UTF-8: meters and lines are drawn in ASCII",
            fix: "export LC_ALL=C.UTF-8")
    }

    private static func colors(_ environment: [String: String]) -> Finding {
        let known = sidetone_terminal_colors(environment["TERM"] ?? "")
        let depth = ColorDepth.detect(wish: nil, environment: environment, terminfoColors: known < 0 ? nil : Int(known))
        let words =
            switch depth {
            case .mono: "none: states are told by words and attributes"
            case .sixteen: "16"
            case .indexed: "256"
            case .direct: "24 bit"
            }
        return Finding("terminal", "colours", words)
    }

    private static func size() -> Finding {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return Finding("terminal", "size", "unknown: not a terminal")
        }
        let text = "\(window.ws_col)x\(window.ws_row)"
        guard window.ws_col < 60 || window.ws_row < 16 else { return Finding("terminal", "size", text) }
        return Finding(
            "terminal", "size", .warning, "\(text): only a reduced screen fits", fix: "make the window at least 80x24")
    }
}
