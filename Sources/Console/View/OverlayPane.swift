import Core
import Terminal

/// What lies over the view: help, lists, questions.
extension Painter {
    mutating func drawOverlay() {
        switch model.overlay {
        case .help(let help): drawHelp(help)
        case .picker(let picker) where picker.kind == .provider || picker.kind == .compared:
            drawProviders(picker)
        case .picker(let picker): drawPicker(picker)
        case .confirm(let question): drawConfirm(question)
        case nil: break
        }
    }

    private mutating func drawPicker(_ picker: PickerState) {
        canvas.hideCursor()
        let widest = picker.items.map { SafeText($0).width }.max() ?? 0
        let isExport = picker.kind == .export
        let notes = isExport ? model.sessions.exportForms.map { SafeText($0.summary) } : []
        let room = notes.map(\.width).max() ?? 0
        let frame = layout.work.centered(
            width: min(layout.work.width, max(36, widest + 14 + room)),
            height: min(layout.work.height, picker.items.count + 4))
        let inner = canvas.box(frame, title: words(of: picker).title, Style(.borderFocus, on: .overlay))
        let rows = max(1, inner.height - 2)
        let first = max(0, min(picker.selection - rows / 2, picker.items.count - rows))
        for (row, item) in picker.items.enumerated().dropFirst(first).prefix(rows) {
            let line = inner.row(row - first)
            let isNow = item == picker.before
            canvas.draw(
                SafeText(row == picker.selection ? " > " : "   ") + SafeText(item), Style(.text, on: .overlay), in: line
            )
            if notes.indices.contains(row) {
                canvas.draw(notes[row], x: widest + 6, Style(.dim, on: .overlay), in: line)
            }
            if isNow { canvas.drawRight("now ", Style(.dim, on: .overlay), in: line) }
            if row == picker.selection { canvas.restyle(line, surface: .selected) }
        }
        canvas.draw(words(of: picker).foot, y: inner.height - 1, Style(.dim, on: .overlay), in: inner)
    }

    private func words(of picker: PickerState) -> (title: SafeText, foot: SafeText) {
        switch picker.kind {
        case .export: ("export", " ENTER writes the file, ESC leaves")
        case .columns: ("columns", " ENTER shows or hides, ESC closes")
        default:
            (SafeText(picker.title), picker.footer.map { " " + SafeText($0) } ?? " ENTER keeps it, ESC goes back")
        }
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
