/// Checks the colours of a theme: complete, readable, and every state told apart, also without colour and by
/// colour-blind eyes. What the panes make of it is for the console to check.
public enum ThemeLint {
    /// What text and graphics must reach against their ground (WCAG 2 AA).
    public static let textContrast = 4.5
    public static let graphicContrast = 3.0
    /// Least difference of the two speakers' colours for every kind of eye.
    public static let speakerDifference = 20.0

    /// Roles that take turns in one place: within each group the looks differ at every depth.
    static let distinctGroups: [[Role]] = [
        [.spoken, .unspoken, .cut], [.text, .partial], [.text, .error, .warning], [.text, .muted], [.text, .recording],
        [.text, .match], [.tool, .toolError],
    ]

    /// Roles of the two voices that stand side by side.
    static let lanes: [(Role, Role)] = [(.you, .agent), (.caller, .agent), (.meterYou, .meterAgent)]

    /// All that is wrong, each with the line that says so; empty for a good theme.
    public static func check(_ theme: Theme) -> [ThemeProblem] {
        missing(theme) + contrast(theme) + distinct(theme) + lanes(theme)
    }

    private static func problem(_ theme: Theme, _ key: String, _ text: String) -> ThemeProblem {
        let place = theme.places[key]
        return ThemeProblem(file: place?.file ?? theme.name + ".theme", line: place?.line ?? 0, text: text)
    }

    private static func missing(_ theme: Theme) -> [ThemeProblem] {
        Role.allCases.filter { theme.roles[$0] == nil }
            .map { problem(theme, "name", "role \($0.rawValue) is missing") }
            + Surface.allCases.filter { theme.surfaces[$0] == nil }
            .map { problem(theme, "name", "surface \($0.rawValue) is missing") }
    }

    private static func contrast(_ theme: Theme) -> [ThemeProblem] {
        var found: [ThemeProblem] = []
        for role in Role.allCases where !role.isBackdrop {
            guard case .rgb(let letters) = theme.look(role).color else { continue }
            for surface in Surface.allCases where surface != .alarm || role == .error {
                let ground = groundColor(theme, role, surface)
                let wanted = role.isGraphic ? graphicContrast : textContrast
                let ratio = letters.contrast(with: ground)
                if ratio < wanted {
                    let shown = Double(Int(ratio * 100)) / 100
                    found.append(
                        problem(
                            theme, role.rawValue,
                            "\(role.rawValue) on \(surface.rawValue) has contrast \(shown), needs \(wanted)"))
                }
            }
        }
        return found
    }

    /// A ground of the terminal's own is taken as black, or white for light themes.
    private static func groundColor(_ theme: Theme, _ role: Role, _ surface: Surface) -> RGB {
        switch theme.look(role).ground ?? theme.look(surface).color {
        case .rgb(let rgb): rgb
        case .named(let index): TerminalPalette.sixteen[index]
        case .terminal: theme.kind == .light ? RGB(255, 255, 255) : RGB(0, 0, 0)
        }
    }

    private static func distinct(_ theme: Theme) -> [ThemeProblem] {
        var found: [ThemeProblem] = []
        for depth in [ColorDepth.mono, .sixteen, .direct] {
            for group in distinctGroups {
                for (index, left) in group.enumerated() {
                    for right in group[(index + 1)...]
                    where theme.resolve(Style(left), depth: depth) == theme.resolve(Style(right), depth: depth) {
                        found.append(
                            problem(
                                theme, right.rawValue,
                                "\(left.rawValue) and \(right.rawValue) look the same in \(depth)"))
                    }
                }
            }
            if theme.resolve(.plain, depth: depth) == theme.resolve(Style(.text, on: .selected), depth: depth) {
                found.append(
                    problem(theme, Surface.selected.rawValue, "a selected row looks like any other in \(depth)"))
            }
        }
        return found
    }

    /// The two voices apart for every kind of eye, in 24-bit colour and in the nearest of the 256.
    private static func lanes(_ theme: Theme) -> [ThemeProblem] {
        var found: [ThemeProblem] = []
        for (left, right) in lanes {
            for depth in [ColorDepth.direct, .indexed] {
                guard let one = color(theme, left, depth), let other = color(theme, right, depth) else { continue }
                for vision in ColorVision.allCases {
                    let difference = vision.seen(one).difference(from: vision.seen(other))
                    guard difference < speakerDifference else { continue }
                    let text =
                        "\(left.rawValue) and \(right.rawValue) differ by \(Int(difference)) for \(vision) in \(depth), "
                        + "need \(Int(speakerDifference))"
                    found.append(problem(theme, right.rawValue, text))
                }
            }
        }
        return found
    }

    /// Whether every kind of eye tells two colours apart, in 24-bit colour and in the nearest of the 256.
    static func areApart(_ one: RGB, _ other: RGB) -> Bool {
        let near = [one, other].map { TerminalPalette.all[TerminalPalette.nearest256($0)] }
        return [(one, other), (near[0], near[1])].allSatisfy { left, right in
            ColorVision.allCases.allSatisfy { $0.seen(left).difference(from: $0.seen(right)) >= speakerDifference }
        }
    }

    /// What a role with a colour of its own shows at a depth; nil for the terminal's colours, which it decides.
    private static func color(_ theme: Theme, _ role: Role, _ depth: ColorDepth) -> RGB? {
        guard case .rgb(let rgb) = theme.look(role).color else { return nil }
        guard depth == .indexed else { return rgb }
        let number = Int(theme.resolve(Style(role), depth: .indexed).foreground)
        return TerminalPalette.all.indices.contains(number) ? TerminalPalette.all[number] : nil
    }
}
