import Core
import Terminal

/// What lies over the view: help, lists, questions.
extension Painter {
    mutating func drawOverlay() {
        switch model.overlay {
        case .help(let help): drawHelp(help)
        case .picker(let picker) where picker.kind == .provider: drawProviders(picker)
        case .picker(let picker): drawPicker(picker)
        case .confirm(let question): drawConfirm(question)
        case nil: break
        }
    }

    private mutating func drawHelp(_ help: HelpState) {
        canvas.hideCursor()
        let frame = layout.work.centered(width: min(96, layout.work.width - 4), height: layout.work.height)
        let entries = HelpEntries.matching(help.query, model)
        let title = SafeText("keys \(glyphs.separator) \(model.view.title)")
        let inner = canvas.box(frame, title: title, Style(.borderFocus, on: .overlay))
        let filter = help.query.isEmpty ? "type to filter" : "filter: " + help.query
        canvas.draw(SafeText(" \(filter) "), x: frame.width - filter.count - 4, Style(.dim, on: .overlay), in: frame)
        let rows = max(1, inner.height)
        let selected = min(help.selection, max(0, entries.count - 1))
        let first = max(0, min(selected - rows / 2, entries.count - rows))
        for (row, action) in entries.enumerated().dropFirst(first).prefix(rows) {
            drawHelpEntry(action, isSelected: row == selected, in: inner.row(row - first))
        }
        if entries.isEmpty { canvas.draw(" nothing matches", Style(.dim, on: .overlay), in: inner) }
        let note = entries.isEmpty ? "" : " \(selected + 1)/\(entries.count)  ENTER runs  ESC closes "
        canvas.draw(
            SafeText(note), x: frame.width - note.count - 2, y: frame.height - 1, Style(.dim, on: .overlay), in: frame)
    }

    private mutating func drawHelpEntry(_ action: Action, isSelected: Bool, in row: Rect) {
        let reason = model.availability(of: action.id).reason
        let name = action.isCommand ? ":" + action.name : ""
        let role: Role = reason == nil ? .text : .dim
        var runs = [
            TextRun(
                SafeText(" " + action.keyText).padded(to: 19, ellipsis: glyphs.ellipsis) + " ",
                Style(.keyHint, on: .overlay)),
            TextRun(SafeText(name).padded(to: 16, ellipsis: glyphs.ellipsis) + " ", Style(.dim, on: .overlay)),
        ]
        let room = max(0, row.width - 37)
        runs.append(
            TextRun(SafeText(action.help).truncated(to: room, ellipsis: glyphs.ellipsis), Style(role, on: .overlay)))
        // The reason stands beside the help where both fit; Enter says it in any case.
        if let reason, SafeText(action.help).width + SafeText(reason).width + 3 <= room {
            runs.append(TextRun(SafeText(" (\(reason))"), Style(.dim, on: .overlay)))
        }
        draw(runs, in: row)
        if isSelected { canvas.restyle(row, surface: .selected) }
    }

    private mutating func drawPicker(_ picker: PickerState) {
        canvas.hideCursor()
        let widest = picker.items.map { SafeText($0).width }.max() ?? 0
        let frame = layout.work.centered(
            width: max(36, widest + 14), height: min(layout.work.height, picker.items.count + 4))
        let inner = canvas.box(
            frame, title: picker.kind == .columns ? "columns" : "theme", Style(.borderFocus, on: .overlay))
        let rows = max(1, inner.height - 2)
        let first = max(0, min(picker.selection - rows / 2, picker.items.count - rows))
        for (row, item) in picker.items.enumerated().dropFirst(first).prefix(rows) {
            let line = inner.row(row - first)
            let isNow = item == picker.before
            canvas.draw(
                SafeText(row == picker.selection ? " > " : "   ") + SafeText(item), Style(.text, on: .overlay), in: line
            )
            if isNow { canvas.drawRight("now ", Style(.dim, on: .overlay), in: line) }
            if row == picker.selection { canvas.restyle(line, surface: .selected) }
        }
        let hint: SafeText =
            picker.kind == .columns ? " ENTER shows or hides, ESC closes" : " ENTER keeps it, ESC goes back"
        canvas.draw(hint, y: inner.height - 1, Style(.dim, on: .overlay), in: inner)
    }

    private mutating func drawConfirm(_ question: ConfirmState) {
        canvas.hideCursor()
        let text = SafeText(question.question)
        let width = min(layout.work.width, max(40, text.width + 10))
        let frame = layout.work.centered(width: width, height: 5)
        let inner = canvas.box(frame, title: "sure?", Style(.warning, on: .overlay))
        let room = inner.width - 8
        canvas.draw(
            SafeText(" ") + text.truncated(to: room, ellipsis: glyphs.ellipsis) + " y/N", y: 1,
            Style(.text, on: .overlay), in: inner)
    }
}
