/// One line of text that cannot harm a terminal: the only kind of text a `Canvas` draws.
///
/// Every way to make one cleans: there is no door for raw text, so a transcript, a caller's name or a provider's error
/// cannot move the cursor, change the title, reorder the line or hide characters. See `Sanitizer` for the rules.
public struct SafeText: Sendable, Hashable {
    /// The cleaned text. Contains no control, no bidirectional control, no invisible character.
    public let string: String
    /// Terminal cells it takes.
    public let width: Int

    /// Cleans text from outside. Line breaks and tabs become one space.
    public init(_ outside: String) {
        self.init(cleaned: Sanitizer.clean(outside.unicodeScalars))
    }

    /// Cleans bytes from outside; what is not UTF-8 shows as U+FFFD.
    public init(bytes: some Sequence<UInt8>) {
        self.init(String(decoding: Array(bytes), as: UTF8.self))
    }

    /// Only for text that came out of the sanitiser or out of another `SafeText`.
    init(cleaned: String) {
        string = cleaned
        width = cleaned.utf8.allSatisfy { $0 < 0x80 } ? cleaned.utf8.count : DisplayWidth.of(cleaned.unicodeScalars)
    }

    /// No text.
    public static let empty = SafeText(cleaned: "")

    /// True when nothing would be drawn.
    public var isEmpty: Bool { string.isEmpty }

    /// Splits at line breaks, then cleans each line. At least one line.
    public static func lines(_ outside: String) -> [SafeText] {
        outside.split(omittingEmptySubsequences: false) { $0.isNewline }.map { SafeText(String($0)) }
    }

    /// Both texts in one; cleaned text stays clean when joined.
    public static func + (left: SafeText, right: SafeText) -> SafeText {
        SafeText(cleaned: left.string + right.string)
    }
}

extension SafeText: ExpressibleByStringInterpolation {
    /// Text of ours, cleaned all the same: an interpolated value may come from outside.
    public init(stringLiteral value: String) { self.init(value) }
}

extension SafeText: CustomStringConvertible {
    public var description: String { string }
}
