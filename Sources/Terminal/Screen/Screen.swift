import CNcurses
import Glibc

/// The terminal as a grid of cells: with `ColorPairs` the only Swift that knows curses. Main thread only; one at a
/// time.
///
/// A frame: `Console view` → `CellGrid` → `draw` (cells that differ from the last frame) → curses (bytes that differ).
public final class Screen {
    /// Colours in use.
    public let depth: ColorDepth
    /// Whether only ASCII may be drawn.
    public let isASCII: Bool
    /// Whether struck text shows as struck; where not, words must say it.
    public let hasStrike: Bool
    /// Size of the terminal in cells.
    public private(set) var size: Size

    private let xtermLike: Bool
    private let output: TerminalOutput
    private var modes: TerminalModes
    private var pairs: ColorPairs
    private var theme: Theme
    private var looks: [Style: (attributes: UInt32, pair: Int32)] = [:]
    private var shown: CellGrid?
    private var isAway = false
    private var isClosed = false
    private var synchronised = false

    /// Takes the terminal: alternate screen, raw input, stderr kept aside, everything put back however the process
    /// ends.
    public init(theme: Theme, options: ScreenOptions) throws(ScreenError) {
        if let reason = ScreenOptions.obstacle(environment: options.environment) { throw ScreenError(reason: reason) }
        let term = options.environment["TERM"] ?? ""
        let xtermLike = TerminalFamily(term: term) == .xtermLike
        let known = sidetone_terminal_colors(term)
        let depth = ColorDepth.detect(
            wish: options.depth, environment: options.environment, terminfoColors: known < 0 ? nil : Int(known))
        let utf8 = sidetone_set_locale()
        if let report = options.crashReport { sidetone_guard_report_to(report.path, report.head) }
        let modes = Self.firstModes(xtermLike: xtermLike, options)
        let output = TerminalOutput()
        guard Self.arm(modes, output) == 0 else {
            throw ScreenError(reason: "the terminal's settings cannot be read")
        }
        _ = sidetone_guard_keep_stderr()
        guard Self.open(term: term, xtermLike: xtermLike, depth: depth) else {
            sidetone_guard_disarm()
            sidetone_guard_show_stderr(8_192)
            throw ScreenError(reason: "curses does not know the terminal \(SafeText(term))")
        }
        output.takeOver()
        self.output = output
        self.depth = min(depth, Self.deepest)
        self.xtermLike = xtermLike
        self.modes = modes
        self.theme = theme
        isASCII = options.ascii || !utf8
        hasStrike = sidetone_screen_has_strike()
        pairs = ColorPairs()
        size = Self.terminalSize()
        sidetone_screen_update()
        output.send(modes.enter)
        output.flush()
    }

    private static func firstModes(xtermLike: Bool, _ options: ScreenOptions) -> TerminalModes {
        guard xtermLike else { return [] }
        var modes: TerminalModes = [.paste, .focus]
        if options.mouse { modes.insert(.mouse) }
        if options.kitty == .force { modes.insert(.kitty) }
        return modes
    }

    /// Whether keys report their release, and whether the mouse is reported.
    public var reports: (keyRelease: Bool, mouse: Bool) { (modes.contains(.kitty), modes.contains(.mouse)) }

    private static func arm(_ modes: TerminalModes, _ output: TerminalOutput) -> Int32 {
        let reset = modes.reset
        return sidetone_guard_arm(output.descriptor, reset, reset.utf8.count)
    }

    private static func open(term: String, xtermLike: Bool, depth: ColorDepth) -> Bool {
        let colors = depth != .mono
        guard xtermLike else { return sidetone_screen_open(term, nil, colors) == 0 }
        return depth == .direct
            ? sidetone_screen_open("sidetone-direct", sidetone_entry_direct, colors) == 0
            : sidetone_screen_open("sidetone-256", sidetone_entry_indexed, colors) == 0
    }

    /// What the opened terminal can show at most.
    private static var deepest: ColorDepth {
        let colors = sidetone_screen_colors()
        return colors >= 1 << 24 ? .direct : colors >= 256 ? .indexed : colors >= 8 ? .sixteen : .mono
    }

    private static func terminalSize() -> Size {
        var window = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return Size(width: 80, height: 24)
        }
        return Size(width: Int(window.ws_col), height: Int(window.ws_row))
    }

    /// Bytes past curses, behind what it has drawn.
    private func send(_ text: String) {
        output.send(text)
        output.flush()
    }

    // MARK: - Slow terminals

    /// What to wait for until the terminal takes more; see `isBusy`.
    public var outputDescriptor: Int32 { output.descriptor }

    /// Whether the last picture is still on its way: the terminal is slow or stands still. Draw no other meanwhile.
    public var isBusy: Bool { output.isWaiting }

    /// Bytes for the terminal so far, sent or waiting.
    public var bytesDrawn: Int { output.total }

    /// Sends what the terminal takes now; true when nothing is left. Never waits.
    @discardableResult
    public func flush() -> Bool { output.flush() }

    // MARK: - Drawing

    /// Shows a picture. Cells equal to the last picture cost a comparison and nothing else.
    public func draw(_ picture: CellGrid) {
        guard !isAway, !isClosed else { return }
        let grid = isASCII ? picture.asciiOnly() : picture
        let last = shown?.size == grid.size ? shown : nil
        let rows = min(grid.size.height, size.height)
        if let last, last.cells == grid.cells, last.cursor == grid.cursor { return }
        for y in 0..<rows { draw(row: y, of: grid, last: last) }
        if let cursor = grid.cursor {
            sidetone_screen_cursor(true, Int32(cursor.y), Int32(cursor.x))
        } else {
            sidetone_screen_cursor(false, 0, 0)
        }
        if synchronised { output.send("\u{1B}[?2026h") }
        sidetone_screen_update()
        if synchronised { output.send("\u{1B}[?2026l") }
        output.flush()
        shown = grid
    }

    private func draw(row y: Int, of grid: CellGrid, last: CellGrid?) {
        let width = min(grid.size.width, size.width)
        for x in 0..<width {
            let cell = grid[x, y]
            if let last, last[x, y] == cell { continue }
            // The right half of a wide character is drawn by its left half.
            if cell.width == 0 {
                if x > 0 { put(grid[x - 1, y], x: x - 1, y: y) }
            } else {
                put(cell, x: x, y: y)
            }
        }
    }

    private func put(_ cell: Cell, x: Int, y: Int) {
        let look = look(cell.style)
        var scalars = (cell.base.value, cell.marks.first.value, cell.marks.second.value, UInt32(0))
        if cell.base.value >= 0x7F, sidetone_wcwidth(cell.base.value) != Int32(cell.width) {
            // The C library counts it differently (or not at all): curses would shift the rest of the line.
            scalars = (0xB7, 0, 0, 0)
            if cell.width == 2 { write(&scalars, look, x: x + 1, y: y) }
        }
        write(&scalars, look, x: x, y: y)
    }

    private func write(
        _ scalars: inout (UInt32, UInt32, UInt32, UInt32), _ look: (attributes: UInt32, pair: Int32), x: Int, y: Int
    ) {
        withUnsafePointer(to: &scalars) { pointer in
            pointer.withMemoryRebound(to: UInt32.self, capacity: 4) {
                sidetone_screen_put(Int32(y), Int32(x), $0, look.attributes, look.pair)
            }
        }
    }

    private func look(_ style: Style) -> (attributes: UInt32, pair: Int32) {
        if let known = looks[style] { return known }
        let resolved = theme.resolve(style, depth: depth)
        let look = (
            UInt32(resolved.attributes.rawValue),
            pairs.number(foreground: resolved.foreground, background: resolved.background)
        )
        looks[style] = look
        return look
    }

    /// Other colours; the next picture is drawn whole.
    public func setTheme(_ theme: Theme) {
        self.theme = theme
        looks = [:]
        pairs = ColorPairs()
        shown = nil
    }

    /// Draws everything anew at the next picture: the terminal was disturbed.
    public func invalidate() {
        guard !isAway, !isClosed else { return }
        shown = nil
        sidetone_screen_invalidate()
    }

    /// Takes the terminal's new size; true when it changed. Draw afterwards.
    public func resize() -> Bool {
        let new = Self.terminalSize()
        let changed = new != size
        size = new
        guard !isAway, !isClosed else { return changed }
        sidetone_screen_resize(Int32(new.height), Int32(new.width))
        shown = nil
        return changed
    }

    // MARK: - Asking the terminal

    /// Asks what the terminal can do; answers come as input events. The last answer is always `deviceAttributes`. False
    /// when it is no terminal to ask.
    public func ask(background: Bool) -> Bool {
        guard xtermLike else { return false }
        send((background ? "\u{1B}]11;?\u{1B}\\" : "") + "\u{1B}[?u\u{1B}[?2026$p\u{1B}[c")
        return true
    }

    /// Uses what an answer says. Returns true when keys now report their release.
    public func take(_ answer: TerminalAnswer, wantsKitty: Bool) -> Bool {
        switch answer {
        case .kittyKeyboard where wantsKitty && !modes.contains(.kitty):
            modes.insert(.kitty)
            let reset = modes.reset
            sidetone_guard_set_reset(reset, reset.utf8.count)
            send(TerminalModes.kitty.enter)
            return true
        case .mode(2026, let value):
            synchronised = value == 1 || value == 2
            return false
        default: return false
        }
    }

    /// Puts text on the terminal's clipboard (OSC 52). Only on the user's explicit wish; at most 74 994 encoded bytes,
    /// which is what terminals take. False when it is too long or the terminal is not known to have one.
    public func copy(_ text: String) -> Bool {
        let encoded = Base64.encode(Array(text.utf8))
        guard xtermLike, !isAway, !isClosed, encoded.utf8.count <= 74_994 else { return false }
        send("\u{1B}]52;c;" + encoded + "\u{07}")
        return true
    }

    // MARK: - Leaving

    /// Gives the terminal back for a while: before the process is stopped, or to run something else.
    public func suspend() {
        guard !isAway, !isClosed else { return }
        isAway = true
        output.send(modes.leave)
        sidetone_screen_leave()
        output.finish()
        sidetone_guard_disarm()
    }

    /// Takes the terminal again; draw afterwards.
    public func resume() {
        guard isAway, !isClosed else { return }
        isAway = false
        _ = Self.arm(modes, output)
        sidetone_screen_resume()
        send(modes.enter)
        _ = resize()
    }

    /// Puts the terminal back for good and prints what went to stderr meanwhile (its end). Safe to call twice.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        if !isAway {
            output.send(modes.leave)
            sidetone_screen_close()
            output.finish()
        }
        sidetone_guard_disarm()
        output.letGo()
        sidetone_guard_show_stderr(8_192)
    }

    deinit { close() }
}
