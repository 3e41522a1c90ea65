/// Makes outside text harmless and leaves it readable: what a developer should notice is shown, not swallowed.
///
/// | found | shown |
/// |---|---|
/// | line breaks, tab, other spaces | one space |
/// | other C0 and DEL | their control pictures, ␛ for ESC |
/// | C1 (U+0080–U+009F) | `<9B>` |
/// | bidirectional embeddings, overrides, isolates | `<202E>` |
/// | run of tag characters (hidden text) | `<tags>` |
/// | zero-width, joiners, variation selectors, soft hyphen, marks of direction | nothing |
/// | private, unassigned, noncharacters | `·` |
/// | skin tones after an emoji, enclosing keycaps | nothing |
/// | flag letters | the plain letters |
/// | more than two combining marks, a mark with no base | nothing |
///
/// The bodies of OSC and DCS stay visible as plain text behind their ␛. Idempotent.
public enum Sanitizer {
    /// Longest text that is shown, in code points; the rest becomes `…`.
    public static let limit = 65_536

    /// Marks kept on one base character; ncurses keeps four.
    static let marksPerBase = 2

    /// The cleaned form of any text.
    static func clean(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var state = SanitizerState()
        for scalar in scalars {
            if state.count >= limit {
                state.output.append("…")
                break
            }
            state.take(scalar)
        }
        return String(state.output)
    }
}

/// What the sanitiser remembers between two code points.
struct SanitizerState {
    var output = String.UnicodeScalarView()
    var count = 0
    private var marks = Sanitizer.marksPerBase
    private var inTags = false
    private var afterEmoji = false
    private var afterReturn = false

    mutating func take(_ scalar: Unicode.Scalar) {
        count += 1
        let value = scalar.value
        let endsLine = afterReturn && value == 0x0A  // CR LF is one break
        afterReturn = value == 0x0D
        if endsLine { return }
        if value >= 0x20 && value < 0x7F {
            plain(scalar)
            return
        }
        if value >= 0xE0000 && value <= 0xE007F {
            if !inTags { spell("<tags>") }
            inTags = true
            return
        }
        switch SanitizerRule(scalar) {
        case .keep: plain(scalar, emoji: scalar.properties.isEmojiPresentation)
        case .drop: break
        case .space: plain(" ")
        case .replace(let other): plain(other)
        case .hex: spell("<" + String(value, radix: 16, uppercase: true) + ">")
        case .mark: mark(scalar)
        case .skinTone: if !afterEmoji { plain(scalar, emoji: true) }
        }
    }

    private mutating func plain(_ scalar: Unicode.Scalar, emoji: Bool = false) {
        output.append(scalar)
        marks = 0
        inTags = false
        afterEmoji = emoji
    }

    private mutating func mark(_ scalar: Unicode.Scalar) {
        guard marks < Sanitizer.marksPerBase else { return }
        marks += 1
        output.append(scalar)
    }

    /// Our own notation: takes no marks, so nothing can be stacked on it.
    private mutating func spell(_ text: String) {
        output.append(contentsOf: text.unicodeScalars)
        marks = Sanitizer.marksPerBase
        inTags = false
        afterEmoji = false
    }
}

/// What happens to one code point outside printable ASCII.
enum SanitizerRule: Equatable {
    case keep, drop, space, hex, mark, skinTone
    case replace(Unicode.Scalar)

    init(_ scalar: Unicode.Scalar) {
        self = Self.control(scalar.value) ?? Self.invisible(scalar.value) ?? Self.byCategory(scalar)
    }

    private static func control(_ value: UInt32) -> SanitizerRule? {
        switch value {
        case 0x09...0x0D, 0x85, 0x2028, 0x2029: .space
        case 0x00...0x1F: Unicode.Scalar(0x2400 + value).map { .replace($0) } ?? .drop
        case 0x7F: .replace("\u{2421}")
        case 0x80...0x9F: .hex
        case 0x202A...0x202E, 0x2066...0x2069: .hex
        default: nil
        }
    }

    private static func invisible(_ value: UInt32) -> SanitizerRule? {
        switch value {
        case 0xAD, 0x34F, 0x61C, 0x180B...0x180F, 0x200B...0x200F, 0x2060...0x2065, 0x206A...0x206F: .drop
        case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x17B4, 0x17B5: .drop  // fillers: blank and invisible letters
        case 0x20D0...0x20FF where value == 0x20DD || value >= 0x20DE && value <= 0x20E4: .drop
        case 0xFE00...0xFE0F, 0xFEFF, 0xFFF0...0xFFFB, 0xE0080...0xE0FFF: .drop
        case 0x1F3FB...0x1F3FF: .skinTone
        case 0x1F1E6...0x1F1FF: Unicode.Scalar(0x41 + value - 0x1F1E6).map { .replace($0) } ?? .drop
        default: nil
        }
    }

    private static func byCategory(_ scalar: Unicode.Scalar) -> SanitizerRule {
        switch scalar.properties.generalCategory {
        case .format: .drop
        case .spaceSeparator: .space
        case .lineSeparator, .paragraphSeparator: .space
        case .control, .surrogate: .hex
        case .privateUse, .unassigned: .replace("·")
        default: DisplayWidth.isCombining(scalar) ? .mark : .keep
        }
    }
}
