import Core
import Terminal

/// The list of providers: which can be used, how they fared, and the cause of the newest failure in full.
extension Painter {
    mutating func drawProviders(_ picker: PickerState) {
        canvas.hideCursor()
        let frame = layout.work.centered(
            width: min(100, layout.work.width - 4), height: min(layout.work.height, picker.items.count + 7))
        let inner = canvas.box(frame, title: "providers", Style(.borderFocus, on: .overlay))
        let nameWidth = min(24, max(10, picker.items.map { SafeText($0).width }.max() ?? 0))
        let (table, below) = inner.cutBottom(min(4, max(1, inner.height - 2)))
        let columns =
            "   " + String(repeating: " ", count: nameWidth) + " state             connects  failures      p50"
        canvas.draw(SafeText(columns), Style(.dim, on: .overlay), in: table)
        let rows = max(0, table.height - 1)
        let first = max(0, min(picker.selection - rows / 2, picker.items.count - rows))
        for (row, name) in picker.items.enumerated().dropFirst(first).prefix(rows) {
            let line = table.row(row - first + 1)
            drawProvider(name, nameWidth: nameWidth, isSelected: row == picker.selection, in: line)
            if row == picker.selection { canvas.restyle(line, surface: .selected) }
        }
        guard picker.items.indices.contains(picker.selection) else { return }
        drawProviderWords(picker.items[picker.selection], in: below)
    }

    private mutating func drawProvider(_ name: String, nameWidth: Int, isSelected: Bool, in line: Rect) {
        let health = model.book.system.health(of: name)
        let (sign, word, role) = state(of: name, health)
        let median = SafeText(Format.milliseconds(health?.connectP50Ms)).padded(leftTo: 9)
        draw(
            [
                TextRun(isSelected ? " > " : "   ", Style(.text, on: .overlay)),
                TextRun(
                    SafeText(name).padded(to: nameWidth + 1, ellipsis: glyphs.ellipsis), Style(.text, on: .overlay)),
                TextRun((sign + " " + word).padded(to: 17), Style(role, on: .overlay)),
                TextRun(SafeText(health.map { "\($0.connects)" } ?? "–").padded(leftTo: 9), Style(.text, on: .overlay)),
                TextRun(
                    SafeText(health.map { "\($0.failures)" } ?? "–").padded(leftTo: 10),
                    Style((health?.failures ?? 0) > 0 ? .warning : .text, on: .overlay)),
                TextRun(median, Style(.text, on: .overlay)),
            ], in: line)
        if name == model.shown?.provider { canvas.drawRight("now ", Style(.dim, on: .overlay), in: line) }
    }

    private func state(of name: String, _ health: ProviderHealth?) -> (sign: SafeText, word: SafeText, role: Role) {
        guard let health else { return (glyphs.separator, "not known", .dim) }
        if health.obstacle != nil { return (glyphs.bad, "not usable", .warning) }
        switch health.isReachable {
        case true?: return (glyphs.good, "reachable", .ok)
        case false?: return ("!", "not reachable", .error)
        case nil: return (glyphs.hollow, "not tried yet", .info)
        }
    }

    /// The obstacle or the newest failure of the one under the cursor, and what Enter does.
    private mutating func drawProviderWords(_ name: String, in area: Rect) {
        canvas.rule(.empty, Style(.border, on: .overlay), in: area)
        let health = model.book.system.health(of: name)
        var text = SafeText("no failure so far")
        var role = Role.dim
        if let obstacle = health?.obstacle {
            text = SafeText(obstacle)
            role = .warning
        } else if let error = health?.lastError {
            let at = health?.lastErrorAt.map { "at \($0.localClock) " } ?? ""
            text = SafeText("last failure \(at)\(error)")
            role = health?.isReachable == false ? .error : .text
        }
        let lines = TextLayout.wrap([TextRun(text, Style(role, on: .overlay))], width: max(10, area.width - 2))
        let (words, hint) = area.inset(top: 1).cutBottom(1)
        for (row, line) in lines.prefix(words.height).enumerated() { draw(line, x: 1, y: row, in: words) }
        let isLive = model.shown?.isLive == true
        canvas.draw(
            isLive ? " ENTER switches, context is kept; ESC closes" : " ESC closes", Style(.dim, on: .overlay), in: hint
        )
    }
}
