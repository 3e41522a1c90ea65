import Core
import Terminal

/// The diff of two sessions, as rows that a width holds.
enum SessionDiffLines {
    static func count(_ model: ConsoleModel) -> Int {
        model.sessions.diff.map { lines($0, width: ConsoleLayout(model).work.width - 2, model).count } ?? 0
    }

    static func lines(_ diff: SessionDiff, width: Int, _ model: ConsoleModel) -> [[TextRun]] {
        let glyphs = model.appearance.glyphs
        var lines: [[TextRun]] = []
        let add = { (label: SafeText, style: Style, runs: [TextRun]) in
            for (index, line) in TextLayout.wrap(runs, width: max(10, width - 8)).enumerated() {
                lines.append([TextRun((index == 0 ? label : "").padded(to: 8), style)] + line)
            }
        }
        for turn in diff.turns {
            lines.append(head(turn, glyphs))
            if !turn.user.isEmpty { add(" you", Style(.you), words(turn.user)) }
            if !turn.agent.isEmpty { add(" agent", Style(.agent), words(turn.agent)) }
            let (a, b) = (turn.a?.tools ?? [], turn.b?.tools ?? [])
            if a == b {
                for tool in a { add(" tool", Style(.tool), [TextRun(SafeText(tool), Style(.dim))]) }
            } else {
                for tool in a { add(" tool A", Style(.toolError), [TextRun(SafeText(tool))]) }
                for tool in b { add(" tool B", Style(.ok), [TextRun(SafeText(tool))]) }
            }
        }
        return lines
    }

    private static func head(_ turn: SessionDiff.Turn, _ glyphs: Glyphs) -> [TextRun] {
        let side = { (side: SessionDiff.Side?) -> SafeText in
            side.map { SafeText("\(Format.seconds($0.e2eMs)) \($0.outcome ?? "not ended")") } ?? "no such turn"
        }
        var runs = [
            TextRun(SafeText("turn \(turn.number)").padded(to: 8), Style(.title)), TextRun("A ", Style(.dim)),
            TextRun(side(turn.a)), TextRun("  B ", Style(.dim)), TextRun(side(turn.b)),
        ]
        if let a = turn.a?.e2eMs, let b = turn.b?.e2eMs {
            let change = b - a
            let text = (change >= 0 ? "+" : "") + Format.decimal(change, 0) + " ms"
            runs.append(TextRun(SafeText("  " + text), Style(change > 50 ? .warning : change < -50 ? .ok : .dim)))
        }
        return runs
    }

    /// Words that one side lacks stand in marks, so that they can be told apart without colour.
    private static func words(_ pieces: [SessionDiff.Piece]) -> [TextRun] {
        pieces.enumerated().map { index, piece in
            let space = index == 0 ? "" : " "
            return switch piece.kind {
            case .same: TextRun(SafeText(space + piece.text))
            case .removed: TextRun(SafeText(space + "[-\(piece.text)-]"), Style(.toolError))
            case .added: TextRun(SafeText(space + "{+\(piece.text)+}"), Style(.ok))
            }
        }
    }
}

extension Painter {
    mutating func drawDiff(_ diff: SessionDiff) {
        let area = layout.work
        let lines = SessionDiffLines.lines(diff, width: area.width - 2, model)
        let rows = area.inset(top: 4)
        let first = min(max(0, model.sessions.diffScroll), max(0, lines.count - rows.height))
        let note = lines.count > rows.height ? "\(first + 1)/\(lines.count)" : "ESC closes"
        canvas.rule("Diff", note: SafeText(note), in: area)
        for (y, side) in [("A", diff.a, diff.medianA), ("B", diff.b, diff.medianB)].enumerated() {
            draw(
                [
                    TextRun(SafeText(" \(side.0) "), Style(y == 0 ? .toolError : .ok)),
                    TextRun(SafeText(side.1).truncated(to: 40), Style(.title)),
                    TextRun(SafeText("  e2e median \(Format.seconds(side.2))"), Style(.dim)),
                ], y: y + 1, in: area)
        }
        let share = "   words that differ: you \(percent(diff.userShare)), agent \(percent(diff.agentShare))"
        canvas.draw(SafeText(share), y: 3, Style(.dim), in: area)
        for (y, line) in lines.dropFirst(first).prefix(rows.height).enumerated() { draw(line, x: 1, y: y, in: rows) }
    }

    private func percent(_ share: Double) -> String { Format.decimal(share * 100, 0) + " %" }
}
