/// Checks a theme: complete, readable, and every state told apart, also without colour and by colour-blind eyes.
public enum ThemeLint {
    /// What text and graphics must reach against their ground (WCAG 2 AA).
    public static let textContrast = 4.5
    public static let graphicContrast = 3.0
    /// Least difference of the two speakers' colours for every kind of eye.
    public static let speakerDifference = 20.0

    /// Roles that must not look alike when all colour is gone: within each group the attributes differ.
    static let distinctGroups: [[Role]] = [
        [.spoken, .unspoken, .partial, .cut], [.text, .error, .warning], [.text, .muted], [.text, .recording],
        [.text, .match], [.tool, .toolError],
    ]

    /// All that is wrong; empty for a good theme.
    public static func check(_ theme: Theme) -> [String] {
        missing(theme) + contrast(theme) + distinct(theme) + speakers(theme)
    }

    private static func missing(_ theme: Theme) -> [String] {
        Role.allCases.filter { theme.roles[$0] == nil }.map { "role \($0.rawValue) is missing" }
            + Surface.allCases.filter { theme.surfaces[$0] == nil }.map { "surface \($0.rawValue) is missing" }
    }

    private static func contrast(_ theme: Theme) -> [String] {
        var found: [String] = []
        for role in Role.allCases where !role.isBackdrop {
            guard case .rgb(let letters) = theme.look(role).color else { continue }
            for surface in Surface.allCases where surface != .alarm || role == .error {
                let ground = groundColor(theme, role, surface)
                let wanted = role.isGraphic ? graphicContrast : textContrast
                let ratio = letters.contrast(with: ground)
                if ratio < wanted {
                    let shown = Double(Int(ratio * 100)) / 100
                    found.append("\(role.rawValue) on \(surface.rawValue) has contrast \(shown), needs \(wanted)")
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

    private static func distinct(_ theme: Theme) -> [String] {
        var found: [String] = []
        for depth in [ColorDepth.mono, .sixteen, .direct] {
            for group in distinctGroups {
                for (index, left) in group.enumerated() {
                    for right in group[(index + 1)...]
                    where theme.resolve(Style(left), depth: depth) == theme.resolve(Style(right), depth: depth) {
                        found.append("\(left.rawValue) and \(right.rawValue) look the same in \(depth)")
                    }
                }
            }
            if theme.resolve(.plain, depth: depth) == theme.resolve(Style(.text, on: .selected), depth: depth) {
                found.append("a selected row looks like any other in \(depth)")
            }
        }
        return found
    }

    private static func speakers(_ theme: Theme) -> [String] {
        guard case .rgb(let you) = theme.look(.you).color, case .rgb(let agent) = theme.look(.agent).color else {
            return []
        }
        return ColorVision.allCases.compactMap { vision in
            let difference = vision.seen(you).difference(from: vision.seen(agent))
            guard difference < speakerDifference else { return nil }
            return
                "speaker.you and speaker.agent differ by \(Int(difference)) for \(vision), need \(Int(speakerDifference))"
        }
    }
}

/// Kinds of colour vision, simulated in linear light (Machado, Oliveira and Fernandes 2009, full severity).
enum ColorVision: CaseIterable {
    case normal, protanopia, deuteranopia, tritanopia

    private var matrix: [[Double]] {
        switch self {
        case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case .protanopia: [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]
        case .deuteranopia: [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]
        case .tritanopia: [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]
        }
    }

    /// The colour as these eyes see it.
    func seen(_ colour: RGB) -> RGB {
        let light = colour.linear
        let channels = matrix.map { row in
            Self.encode(row[0] * light.red + row[1] * light.green + row[2] * light.blue)
        }
        return RGB(channels[0], channels[1], channels[2])
    }

    private static func encode(_ linear: Double) -> UInt8 {
        let light = linear.clamped
        let part = light <= 0.003_130_8 ? light * 12.92 : 1.055 * Power.of(light, 1 / 2.4) - 0.055
        return UInt8((part.clamped * 255).rounded())
    }
}
