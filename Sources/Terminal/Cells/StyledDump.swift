extension CellGrid {
    /// The screen as text with a second block that names the style of every run: `3:5-9 text.cut on surface +bold`.
    /// Runs of plain text are left out. For goldens that care about looks.
    public var styledDump: String {
        var lines: [String] = []
        for y in 0..<size.height {
            var start = 0
            while start < size.width {
                let style = self[start, y].style
                var end = start + 1
                while end < size.width, self[end, y].style == style { end += 1 }
                if style != .plain { lines.append("\(y):\(start)-\(end - 1) \(style.name)") }
                start = end
            }
        }
        return plainText + "--\n" + lines.map { $0 + "\n" }.joined()
    }
}

extension Style {
    /// Name for dumps: role, surface when it is not the base, attributes added.
    public var name: String {
        var text = role.rawValue
        if surface != .base { text += " on " + surface.rawValue }
        for (name, attribute) in Attributes.names where attributes.contains(attribute) { text += " +" + name }
        return text
    }
}
