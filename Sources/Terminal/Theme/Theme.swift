/// A colour as a theme names it.
public enum ThemeColor: Sendable, Hashable {
    /// What the terminal has.
    case terminal
    /// One of the terminal's 16.
    case named(Int)
    case rgb(RGB)
}

/// The looks of one role or surface.
public struct Look: Sendable, Hashable {
    /// Colour of the letters (of a role) or of the ground (of a surface).
    public var color: ThemeColor
    /// Ground of a role that brings its own.
    public var ground: ThemeColor?
    /// Nil: those the role has without a theme.
    public var attributes: Attributes?
    /// Colour number to use in 256-colour mode instead of the nearest.
    public var indexed: Int?
    /// Colour number to use in 16-colour mode instead of the nearest.
    public var sixteen: Int?

    public init(
        _ color: ThemeColor, ground: ThemeColor? = nil, attributes: Attributes? = nil, indexed: Int? = nil,
        sixteen: Int? = nil
    ) {
        self.color = color
        self.ground = ground
        self.attributes = attributes
        self.indexed = indexed
        self.sixteen = sixteen
    }
}

/// A line of a theme file, from 1.
public struct ThemePlace: Sendable, Hashable {
    public var file: String
    public var line: Int

    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }
}

/// Looks for every role and surface. Data only: read from a `.theme` file, see `ThemeParser`.
public struct Theme: Sendable, Hashable {
    /// What it is made for.
    public enum Kind: String, Sendable { case dark, light, any }

    public var name: String
    public var kind: Kind
    /// One line for the picker.
    public var summary: String
    public var roles: [Role: Look]
    public var surfaces: [Surface: Look]
    /// Where each key was set, by its name in the file: what a check of the theme points at.
    public var places: [String: ThemePlace] = [:]

    public init(
        name: String, kind: Kind = .any, summary: String = "", roles: [Role: Look] = [:],
        surfaces: [Surface: Look] = [:]
    ) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.roles = roles
        self.surfaces = surfaces
    }

    /// Looks of a role; plain when the theme has none.
    public func look(_ role: Role) -> Look { roles[role] ?? Look(.terminal) }

    /// Looks of a surface; surfaces a theme leaves out look like the base.
    public func look(_ surface: Surface) -> Look { surfaces[surface] ?? surfaces[.base] ?? Look(.terminal) }
}

/// A colour in the numbers of the screen: −1 is the terminal's own, else an index or `0xRRGGBB` by depth.
public struct ScreenLook: Sendable, Hashable {
    public var foreground: Int32
    public var background: Int32
    public var attributes: Attributes

    public init(foreground: Int32, background: Int32, attributes: Attributes) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}

extension Theme {
    /// What a style looks like at a colour depth.
    public func resolve(_ style: Style, depth: ColorDepth) -> ScreenLook {
        let role = look(style.role)
        let surface = look(style.surface)
        var attributes = (depth == .mono ? style.role.monoAttributes : role.attributes ?? style.role.monoAttributes)
            .union(style.attributes)
        if depth == .mono {
            // Reverse on reverse would be plain again: a role that is reversed itself stays visible by underline.
            let ground = style.surface.monoAttributes
            if ground.contains(.reverse), attributes.contains(.reverse) { attributes.insert(.underline) }
            return ScreenLook(foreground: -1, background: -1, attributes: attributes.union(ground))
        }
        attributes.formUnion(surface.attributes ?? [])
        return ScreenLook(
            foreground: number(role.color, indexed: role.indexed, sixteen: role.sixteen, depth),
            background: role.ground.map { number($0, indexed: nil, sixteen: nil, depth) }
                ?? number(surface.color, indexed: surface.indexed, sixteen: surface.sixteen, depth),
            attributes: attributes)
    }

    private func number(_ color: ThemeColor, indexed: Int?, sixteen: Int?, _ depth: ColorDepth) -> Int32 {
        switch (depth, color) {
        case (.mono, _), (_, .terminal): -1
        case (.sixteen, .rgb(let rgb)): Int32(sixteen ?? TerminalPalette.nearest16(rgb))
        case (.sixteen, .named(let name)): Int32(sixteen ?? name)
        case (.indexed, .rgb(let rgb)): Int32(indexed ?? TerminalPalette.nearest256(rgb))
        case (.indexed, .named(let name)): Int32(indexed ?? name)
        // In a direct terminal 0 to 7 still mean the palette: nearly black stands in for these eight blues.
        case (.direct, .rgb(let rgb)): max(8, rgb.packed)
        case (.direct, .named(let name)): name < 8 ? Int32(name) : max(8, TerminalPalette.sixteen[name & 15].packed)
        }
    }
}
