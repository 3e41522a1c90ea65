import CNcurses

/// Gives each pair of colours its number; curses knows colours only in numbered pairs. Main thread.
struct ColorPairs {
    private struct Colors: Hashable {
        var foreground: Int32
        var background: Int32
    }
    private var known: [Colors: Int32] = [:]
    private let limit: Int32
    /// Colours of the terminal; colours beyond are folded back (bright ones on eight-colour terminals).
    private let colors: Int32

    /// After the screen was opened.
    init() {
        limit = sidetone_screen_pairs()
        colors = sidetone_screen_colors()
    }

    /// The number of a pair; 0, the terminal's own colours, when there is no room left or no colour at all.
    mutating func number(foreground: Int32, background: Int32) -> Int32 {
        let wanted = Colors(foreground: fold(foreground), background: fold(background))
        if wanted.foreground < 0, wanted.background < 0 { return 0 }
        if let number = known[wanted] { return number }
        let next = Int32(known.count + 1)
        guard next < limit, sidetone_screen_define_pair(next, wanted.foreground, wanted.background) == 0 else {
            return 0
        }
        known[wanted] = next
        return next
    }

    private func fold(_ color: Int32) -> Int32 {
        color < colors ? color : colors == 8 && color < 16 ? color - 8 : -1
    }
}
