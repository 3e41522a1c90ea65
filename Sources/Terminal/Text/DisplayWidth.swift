/// How many terminal cells a code point takes: our own table, because the C library, ncurses and terminals disagree.
///
/// Only meaningful for cleaned text (`SafeText`): controls and invisible characters never reach it there.
public enum DisplayWidth {
    /// Cells of one code point: 0 (combining, invisible), 1 or 2.
    public static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return value >= 0x20 && value < 0x7F || value >= 0xA0 ? 1 : 0 }
        if isCombining(scalar) { return 0 }
        return isWide(value) ? 2 : 1
    }

    /// Cells of a cleaned text. O(length).
    public static func of(_ text: some Sequence<Unicode.Scalar>) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    /// True for code points that share the cell of the one before: marks and the vowels and tails of Hangul syllables.
    static func isCombining(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        if value < 0x300 { return false }
        if value >= 0x1160 && value <= 0x11FF || value >= 0xD7B0 && value <= 0xD7FF { return true }
        if isCommonSpacing(value) { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return true
        default: return false
        }
    }

    /// Blocks without marks that fill most of what we draw: no property look-up for them.
    private static func isCommonSpacing(_ value: UInt32) -> Bool {
        value >= 0x2070 && value <= 0x20CF || value >= 0x2100 && value <= 0x2BFF
            || value >= 0x3400 && value <= 0x9FFF || value >= 0xAC00 && value <= 0xD7A3
    }

    private static func isWide(_ value: UInt32) -> Bool {
        if value < 0x1100 { return false }
        var low = 0
        var high = WideRanges.table.count - 1
        while low <= high {
            let middle = (low + high) / 2
            let range = WideRanges.table[middle]
            if value < range.lowerBound {
                high = middle - 1
            } else if value > range.upperBound {
                low = middle + 1
            } else {
                return true
            }
        }
        return false
    }
}
