extension Theme {
    /// The theme as a `.theme` file that reads back as the same theme. `remarks` stand at its top.
    public func text(remarks: [String] = []) -> String {
        var lines = remarks.map { "# \(SafeText($0))" }
        if !lines.isEmpty { lines.append("") }
        lines += ["name = \(SafeText(name))", "kind = \(kind.rawValue)"]
        if !summary.isEmpty { lines.append("summary = \(SafeText(summary))") }
        lines.append("")
        for surface in Surface.allCases {
            if let look = surfaces[surface] { lines.append("\(surface.rawValue) = \(look.text)") }
        }
        lines.append("")
        for role in Role.allCases { if let look = roles[role] { lines.append("\(role.rawValue) = \(look.text)") } }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ThemeColor {
    /// As theme files spell it.
    public var text: String {
        switch self {
        case .terminal: "none"
        case .named(let index): TerminalPalette.names[index & 15]
        case .rgb(let rgb): rgb.hex
        }
    }
}

extension Look {
    /// As theme files spell it.
    public var text: String {
        var words = [color.text]
        if let ground { words += ["on", ground.text] }
        if let attributes {
            words +=
                attributes.isEmpty
                ? ["plain"] : Attributes.names.filter { attributes.contains($0.attribute) }.map(\.name)
        }
        if let indexed { words += ["| 256", "\(indexed)"] }
        if let sixteen { words += ["| 16", TerminalPalette.names[sixteen & 15]] }
        return words.joined(separator: " ")
    }
}
