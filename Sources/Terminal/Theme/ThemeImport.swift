/// Makes a theme of ours from one of btop: its keys become roles, its gradient triples the normal, hot and clipping part
/// of a meter. Colours that could not be read on their ground are moved towards white or black until they can, and voices
/// that some eyes could not tell apart get ours; both are told.
public struct ThemeImport: Sendable {
    /// The theme.
    public private(set) var theme: Theme
    /// What was changed against the file, a line each.
    public private(set) var notes: [String] = []
    /// Lines of the file that could not be read.
    public let problems: [ThemeProblem]

    private let source: [String: ThemeColor]
    /// Colours are kept as the file has them, readable or not.
    private let isExact: Bool

    /// Reads the text of a btop theme. `exact` keeps its colours whatever they do.
    public init(btop text: String, file: String, name: String, exact: Bool = false) {
        let read = BtopTheme(text, file: file)
        source = read.colors
        problems = read.problems
        isExact = exact
        theme = Theme(name: name, kind: .dark, summary: "made from a theme of btop")
        setGround()
        setRoles()
        setVoices()
        if !exact { makeReadable() }
    }

    private func rgb(_ keys: String...) -> RGB? {
        for key in keys { if case .rgb(let color)? = source[key] { return color } }
        return nil
    }

    private var letters: RGB {
        rgb("main_fg") ?? (theme.kind == .light ? RGB(0x20, 0x20, 0x20) : RGB(0xE0, 0xE0, 0xE0))
    }
    /// The ground that colours are measured against.
    private var ground: RGB {
        if case .rgb(let color) = theme.look(.base).color { return color }
        return theme.kind == .light ? RGB(255, 255, 255) : RGB(0, 0, 0)
    }

    private mutating func setGround() {
        let base = source["main_bg"] ?? .terminal
        if case .rgb(let color) = base {
            theme.kind = color.luminance > 0.4 ? .light : .dark
        } else if let letters = rgb("main_fg") {
            theme.kind = letters.luminance < 0.2 ? .light : .dark
        }
        theme.surfaces[.base] = Look(base)
        let raised: ThemeColor = base == .terminal ? .terminal : .rgb(ground.mixed(with: letters, 0.06))
        let near: Int? = base == .terminal ? nil : TerminalPalette.nearest16(ground)
        for surface in [Surface.strip, .overlay, .input] { theme.surfaces[surface] = Look(raised, sixteen: near) }
        var selected = rgb("selected_bg") ?? ground.mixed(with: letters, 0.2)
        var share = 0.0
        while !isExact, share < 1, strongest.contrast(with: selected) < 7 {
            share += 0.05
            selected = selected.mixed(with: ground, share)
        }
        if share > 0 {
            notes.append("surface.selected is nearer to the ground: selected_bg would hide coloured letters")
        }
        // In 16 colours a near grey may be the ground itself: blue, or cyan under dark letters, is not.
        theme.surfaces[.selected] = Look(.rgb(selected), sixteen: theme.kind == .light ? 6 : 4)
        theme.surfaces[.alarm] = Look(.rgb(ground.mixed(with: rgb("temp_end", "cpu_end") ?? RGB(200, 40, 40), 0.25)))
    }

    /// What letters can become at most.
    private var strongest: RGB { theme.kind == .light ? RGB(0, 0, 0) : RGB(255, 255, 255) }

    private mutating func setRoles() {
        let dim = rgb("inactive_fg", "graph_text") ?? letters.mixed(with: ground, 0.35)
        let hint = rgb("hi_fg", "title") ?? letters
        let cold = rgb("temp_start", "cpu_start", "free_end") ?? letters
        let warm = rgb("temp_mid", "cpu_mid", "used_end") ?? hint
        let hot = rgb("temp_end", "cpu_end") ?? RGB(0xE0, 0x50, 0x50)
        let aside = rgb("proc_misc", "upload_mid", "upload_start") ?? hint
        let table: [(RGB, [Role])] = [
            (letters, [.text, .spoken]), (dim, [.dim, .partial, .unspoken, .stageOther]),
            (rgb("title") ?? letters, [.title]),
            (rgb("div_line", "inactive_fg") ?? dim, [.border]), (hint, [.borderFocus, .keyHint, .match]),
            (cold, [.ok, .vad]), (rgb("download_mid", "cached_mid", "proc_misc") ?? cold, [.info, .tool]),
            (warm, [.warning, .bargeIn, .meterHot]), (hot, [.error, .recording, .muted, .toolError, .cut, .meterClip]),
            (aside, [.operator, .marker]), (rgb("meter_bg") ?? ground.mixed(with: letters, 0.2), [.meterEmpty]),
            (strongest, [.threshold]), (rgb("free_end", "free_mid", "cpu_start") ?? cold, [.stageVAD]),
            (rgb("cached_end", "cached_mid") ?? cold, [.stageSTT]), (aside, [.stageTurn]),
            (rgb("cpu_mid", "cpu_end") ?? warm, [.stageLLM]), (rgb("used_end", "used_mid") ?? hot, [.stageTool]),
            (rgb("available_end", "available_mid") ?? cold, [.stageTTS]),
            (rgb("download_end", "download_mid") ?? warm, [.stagePlayout]),
        ]
        for (color, roles) in table {
            for role in roles { theme.roles[role] = Look(.rgb(color), attributes: Self.attributes(role)) }
        }
    }

    /// Letters attributes of our standard theme: they tell the states apart when colour does not.
    private static func attributes(_ role: Role) -> Attributes? { BuiltInThemes.standard.look(role).attributes }

    /// The two voices: the first two colours of the file that every kind of eye tells apart, else ours.
    private mutating func setVoices() {
        let wanted = ["cpu_start", "download_end", "cpu_end", "upload_end", "free_end", "used_end", "hi_fg", "main_fg"]
        let colors = wanted.compactMap { rgb($0) }.map { isExact ? $0 : readable($0, Self.textContrast) }
        let ours: (RGB, RGB) =
            theme.kind == .light
            ? (RGB(0x0B, 0x62, 0xB8), RGB(0x9A, 0x4B, 0x00)) : (RGB(0x56, 0xB4, 0xE9), RGB(0xE6, 0x9F, 0x00))
        var chosen: (RGB, RGB)?
        for (index, you) in colors.enumerated() where chosen == nil {
            chosen = colors[(index + 1)...].first { ThemeLint.areApart(you, $0) }.map { (you, $0) }
        }
        if chosen == nil { notes.append("no two colours are told apart by every kind of eye: the voices keep ours") }
        let (you, agent) = chosen ?? ours
        for role in [Role.you, .caller, .meterYou] {
            theme.roles[role] = Look(.rgb(you), attributes: Self.attributes(role))
        }
        for role in [Role.agent, .meterAgent] {
            theme.roles[role] = Look(.rgb(agent), attributes: Self.attributes(role))
        }
    }

    // MARK: - Readable

    /// A little more than is asked for: the nearest of the 256 may be a little worse.
    private static let textContrast = ThemeLint.textContrast + 0.1
    private static let graphicContrast = ThemeLint.graphicContrast + 0.1

    private mutating func makeReadable() {
        var moved: [String] = []
        for role in Role.allCases where !role.isBackdrop {
            guard var look = theme.roles[role], case .rgb(let color) = look.color else { continue }
            let better = readable(
                color, role.isGraphic ? Self.graphicContrast : Self.textContrast, alarm: role == .error)
            guard better != color else { continue }
            look.color = .rgb(better)
            theme.roles[role] = look
            moved.append("\(role.rawValue) \(color.hex) to \(better.hex)")
        }
        if !moved.isEmpty { notes.append("made readable: " + moved.joined(separator: ", ")) }
    }

    /// The nearest colour on the way to white or black that can be read on every surface.
    private func readable(_ color: RGB, _ contrast: Double, alarm: Bool = false) -> RGB {
        let grounds = Surface.allCases.filter { $0 != .alarm || alarm }.map { surface -> RGB in
            if case .rgb(let color) = theme.look(surface).color { return color }
            return ground
        }
        for step in 0...20 {
            let tried = color.mixed(with: strongest, Double(step) / 20)
            if grounds.allSatisfy({ tried.contrast(with: $0) >= contrast }) { return tried }
        }
        return strongest
    }
}

extension RGB {
    /// A share of another colour mixed in, 0 to 1.
    func mixed(with other: RGB, _ share: Double) -> RGB {
        func channel(_ one: UInt8, _ two: UInt8) -> UInt8 {
            UInt8((Double(one) + (Double(two) - Double(one)) * share.clamped).rounded())
        }
        return RGB(channel(red, other.red), channel(green, other.green), channel(blue, other.blue))
    }

    /// `#rrggbb`
    public var hex: String {
        let digits = String(UInt32(packed), radix: 16)
        return "#" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
