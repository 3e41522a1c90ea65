import Core
import Terminal

/// The row above the command line: what could stand there, or what the command takes.
extension Painter {
    mutating func drawCandidates() {
        let row = Rect(x: layout.prompt.x, y: layout.prompt.y - 1, width: layout.prompt.width, height: 1)
        let line = model.commandField.string
        guard !line.isEmpty, layout.prompt.y > layout.work.y else { return }
        canvas.fill(row, Style(.text, on: .overlay))
        let found = model.completion?.items ?? CommandCompletion.candidates(line, model)
        let name = CommandLineCheck.split(line).name
        if found.isEmpty || found == [name] { return drawUsage(of: name, in: row) }
        drawItems(found, chosen: model.completion.flatMap { $0.index }, in: row)
    }

    /// As many as fit, the chosen one always among them.
    private mutating func drawItems(_ items: [String], chosen: Int?, in row: Rect) {
        let texts = items.map { SafeText($0) }
        let room = row.width - 10
        var first = 0
        if let chosen {
            var width = 0
            for index in 0...min(chosen, texts.count - 1) { width += texts[index].width + 2 }
            while width > room, first < chosen {
                width -= texts[first].width + 2
                first += 1
            }
        }
        var x = 1
        var index = first
        while index < texts.count, x + texts[index].width <= room || index == first {
            let style = index == chosen ? Style(.text, on: .selected) : Style(.dim, on: .overlay)
            x = canvas.draw(texts[index], x: x, style, in: row) + 2
            index += 1
        }
        let left = texts.count - index
        if left > 0 { canvas.drawRight("+\(left) ", Style(.dim, on: .overlay), in: row) }
    }

    private mutating func drawUsage(of name: String, in row: Rect) {
        guard let action = ActionTable.command(name) else {
            let near = CommandLineCheck.nearest(name)
            let words =
                near.isEmpty ? "no command begins so" : "no command begins so; there is " + near.joined(separator: ", ")
            canvas.draw(SafeText(words), x: 1, Style(.warning, on: .overlay), in: row)
            return
        }
        let usage = SafeText(action.name + KeyDocs.usage(action))
        var runs = [
            TextRun(usage, Style(.keyHint, on: .overlay)),
            TextRun(SafeText("  " + action.help), Style(.dim, on: .overlay)),
        ]
        if let reason = model.availability(of: action.id).reason {
            runs.append(TextRun(SafeText(" (not now: \(reason))"), Style(.warning, on: .overlay)))
        }
        draw(runs, x: 1, in: row)
    }
}
