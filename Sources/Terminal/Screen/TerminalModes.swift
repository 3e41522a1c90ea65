/// Modes beyond curses that we switch on, and how each is switched off: one list for leaving, suspending and crashing.
struct TerminalModes: OptionSet, Sendable {
    let rawValue: Int
    static let paste = TerminalModes(rawValue: 1)
    static let focus = TerminalModes(rawValue: 2)
    static let mouse = TerminalModes(rawValue: 4)
    static let kitty = TerminalModes(rawValue: 8)

    /// In the order they are switched on. Kitty flags: 1 disambiguate, 2 report release, 8 all keys (else Space has no
    /// release), 16 the text of keys (else nobody knows what shift makes of a key).
    private static let table: [(mode: TerminalModes, on: String, off: String)] = [
        (.paste, "\u{1B}[?2004h", "\u{1B}[?2004l"),
        (.focus, "\u{1B}[?1004h", "\u{1B}[?1004l"),
        (.mouse, "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h", "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"),
        (.kitty, "\u{1B}[>27u", "\u{1B}[<u"),
    ]

    /// Bytes that switch the modes on.
    var enter: String { Self.table.filter { contains($0.mode) }.map(\.on).joined() }

    /// Bytes that switch the modes off.
    var leave: String { Self.table.reversed().filter { contains($0.mode) }.map(\.off).joined() }

    /// Bytes that put a terminal back whatever was going on: end of a synchronised update, modes off, wrapping and
    /// cursor on, plain letters, normal screen.
    var reset: String { "\u{1B}[?2026l" + leave + "\u{1B}[?7h\u{1B}[?25h\u{1B}[0m\u{1B}[?1049l" }
}
