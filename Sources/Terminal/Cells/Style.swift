/// Letter attributes every terminal of today knows; one it does not know is dropped by the screen.
public struct Attributes: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let italic = Attributes(rawValue: 4)
    public static let underline = Attributes(rawValue: 8)
    public static let reverse = Attributes(rawValue: 16)
    public static let strike = Attributes(rawValue: 32)

    /// Names as theme files spell them, in the order of the bits.
    public static let names: [(name: String, attribute: Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline), ("reverse", .reverse),
        ("strike", .strike),
    ]
}

/// The looks of a cell by meaning: a role on a surface, with attributes added to those of the theme.
public struct Style: Sendable, Hashable {
    public var role: Role
    public var surface: Surface
    public var attributes: Attributes

    public init(_ role: Role = .text, on surface: Surface = .base, _ attributes: Attributes = []) {
        self.role = role
        self.surface = surface
        self.attributes = attributes
    }

    /// The same role on another surface.
    public func on(_ surface: Surface) -> Style { Style(role, on: surface, attributes) }

    /// The same style with attributes added.
    public func with(_ more: Attributes) -> Style { Style(role, on: surface, attributes.union(more)) }

    /// Plain text on the base surface.
    public static let plain = Style()
}
