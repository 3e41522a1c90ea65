import Core
import Terminal

/// The help: every action with its keys, those of this view first; the one under the cursor in full.
extension Painter {
    mutating func drawHelp(_ help: HelpState) {
        canvas.hideCursor()
        let frame = layout.work.centered(width: min(110, layout.work.width - 4), height: layout.work.height)
        let entries = HelpEntries.matching(help.query, model)
        let title = SafeText("keys \(glyphs.separator) \(model.view.title)")
        let inner = canvas.box(frame, title: title, Style(.borderFocus, on: .overlay))
        let filter = SafeText(help.query.isEmpty ? " type to filter " : " filter: \(help.query) ")
        canvas.draw(filter, x: frame.width - filter.width - 2, Style(.dim, on: .overlay), in: frame)
        let (list, detail) = inner.cutBottom(inner.height >= 8 ? 2 : 0)
        let rows = max(1, list.height)
        let selected = min(help.selection, max(0, entries.count - 1))
        let first = max(0, min(selected - rows / 2, entries.count - rows))
        for (row, entry) in entries.enumerated().dropFirst(first).prefix(rows) {
            drawHelpEntry(entry, isSelected: row == selected, in: list.row(row - first))
        }
        if entries.isEmpty { canvas.draw(" nothing matches", Style(.dim, on: .overlay), in: inner) }
        if entries.indices.contains(selected) { drawHelpDetail(entries[selected], in: detail) }
        let place = "\(selected + 1)/\(entries.count)"
        let note = SafeText(
            entries.isEmpty ? " \(key(.cancel)) closes " : " \(place)  \(key(.choose)) runs  \(key(.cancel)) closes ")
        canvas.draw(
            note, x: frame.width - note.width - 2, y: frame.height - 1, Style(.dim, on: .overlay), in: frame)
    }

    private func key(_ id: ActionID) -> String { model.keys.key(id, in: [.help])?.hint ?? id.rawValue }

    private mutating func drawHelpEntry(_ entry: HelpEntry, isSelected: Bool, in row: Rect) {
        let obstacle = model.obstacle(of: entry)
        let role: Role = obstacle == nil ? .text : .dim
        var runs = [
            TextRun(
                SafeText(" " + entry.keyText(model.keys)).padded(to: 17, ellipsis: glyphs.ellipsis) + " ",
                Style(.keyHint, on: .overlay)),
            TextRun(SafeText(entry.name).padded(to: 16, ellipsis: glyphs.ellipsis) + " ", Style(.dim, on: .overlay)),
        ]
        let room = max(0, row.width - 35)
        let reason = SafeText(obstacle.map { " (\($0))" } ?? "").truncated(to: room / 2, ellipsis: glyphs.ellipsis)
        let words = SafeText(entry.words).truncated(to: room - reason.width, ellipsis: glyphs.ellipsis)
        runs += [TextRun(words, Style(role, on: .overlay)), TextRun(reason, Style(.dim, on: .overlay))]
        draw(runs, in: row)
        if isSelected { canvas.restyle(row, surface: .selected) }
    }

    /// The entry under the cursor: what its row had no room for.
    private mutating func drawHelpDetail(_ entry: HelpEntry, in area: Rect) {
        guard !area.isEmpty else { return }
        var text = entry.words
        if case .action(let action) = entry, action.isCommand { text += "; :\(action.name)\(KeyDocs.usage(action))" }
        var runs = [TextRun(SafeText(text), Style(.text, on: .overlay))]
        if let obstacle = model.obstacle(of: entry) {
            runs.append(TextRun(SafeText(" (not now: \(obstacle))"), Style(.warning, on: .overlay)))
        }
        let lines = TextLayout.wrap(runs, width: max(10, area.width - 2))
        for (row, line) in lines.prefix(area.height).enumerated() { draw(line, x: 1, y: row, in: area) }
    }
}
