import Core
import Terminal

/// The rows of the Compare table, laid out for a width: long texts get what height is free. A value made for one picture.
struct CompareGrid {
    struct Row {
        var label: String
        /// Lines of each cell, whole.
        var cells: [[[TextRun]]]
        var height: Int
    }

    let columnWidth: Int
    /// The bars stand before this row.
    let barsAfter = 3
    private let rows: [Row]

    init(_ snapshot: CompareSnapshot, shown: Range<Int>, painter: Painter, width: Int) {
        columnWidth = max(10, width / max(1, shown.count))
        let cell = columnWidth - 1
        let columns = shown.map { (index: $0, column: snapshot.columns[$0]) }
        let maker = CellMaker(painter: painter, loudness: snapshot.loudness)
        func row(_ label: String, _ make: (Int, CompareSnapshot.Column) -> [TextRun]) -> Row {
            Row(label: label, cells: columns.map { TextLayout.wrap(make($0.index, $0.column), width: cell) }, height: 1)
        }
        rows = [
            row("", maker.head), row("heard as", { maker.heard($1) }), row("e2e p50/max", { maker.latency($1) }),
            row("tool call", { maker.tools($1) }), row("said", { maker.said($1) }),
            row("tokens in/out", { maker.tokens($1) }), row("cost a run", { maker.cost($1) }),
            row("audio", maker.audio),
        ]
    }

    /// Rows at one line each.
    var least: Int { rows.count }

    /// The rows with `spare` lines given to the texts that are cut, one after the other; the last line of a cut cell ends in an ellipsis.
    func laid(spare: Int) -> [Row] {
        var rows = rows
        var left = spare
        while left > 0,
            let index = rows.indices.filter({ Self.wanted(rows[$0]) > rows[$0].height }).min(by: {
                rows[$0].height < rows[$1].height
            })
        {
            rows[index].height += 1
            left -= 1
        }
        return rows.map { row in
            var row = row
            row.cells = row.cells.map { cut($0, to: row.height) }
            return row
        }
    }

    private static func wanted(_ row: Row) -> Int { min(8, row.cells.map(\.count).max() ?? 1) }

    private func cut(_ lines: [[TextRun]], to height: Int) -> [[TextRun]] {
        guard lines.count > height, height > 0 else { return lines }
        var kept = Array(lines.prefix(height))
        let width = kept[height - 1].reduce(0) { $0 + $1.text.width }
        if width + 2 > columnWidth - 1, let last = kept[height - 1].indices.last {
            let run = kept[height - 1][last]
            kept[height - 1][last] = TextRun(run.text.prefix(max(0, run.text.width - 2)), run.style)
        }
        kept[height - 1].append(TextRun("..", Style(.dim)))
        return kept
    }

    /// What stands in the cells.
    private struct CellMaker {
        let painter: Painter
        let loudness: String

        func head(_ index: Int, _ column: CompareSnapshot.Column) -> [TextRun] {
            let isSelected = painter.model.compare.selected == index
            let name = SafeText("\(isSelected ? ">" : "")\(Painter.letter(index)) \(column.name)")
            var runs = [TextRun(name, isSelected ? Style(.title, on: .selected) : Style(.title))]
            if !column.isRecorded {
                runs.append(
                    TextRun(SafeText(" \(column.done)/\(column.asked)"), Style(column.isFailed ? .warning : .dim)))
            }
            return runs
        }

        func heard(_ column: CompareSnapshot.Column) -> [TextRun] {
            if let note = column.note { return [TextRun(SafeText(note), Style(column.isFailed ? .warning : .info))] }
            guard !column.heard.isEmpty else { return missing }
            var runs: [TextRun] = []
            if let rate = column.wordErrorRate {
                let role: Role = rate > 0 ? .warning : .ok
                runs.append(TextRun(SafeText("WER \(Format.decimal(rate * 100, 0))% "), Style(role)))
            }
            return runs + [TextRun(SafeText(column.heard))]
        }

        func latency(_ column: CompareSnapshot.Column) -> [TextRun] {
            let over = (column.e2eMax ?? 0) > painter.model.budgetMs
            let text = "\(Format.seconds(column.e2eP50)) / \(Format.seconds(column.e2eMax))"
            return [TextRun(SafeText(text), Style(over ? .warning : .text))] + best(column.isFastest)
        }

        func tools(_ column: CompareSnapshot.Column) -> [TextRun] {
            guard !column.calls.isEmpty else { return missing }
            return column.calls.flatMap { call in
                [
                    TextRun(SafeText("\(call.name)(\(call.arguments)) "), Style(.tool)),
                    TextRun(SafeText(call.verdict + " "), Style(call.isGood ? .ok : .warning)),
                ]
            }
        }

        func said(_ column: CompareSnapshot.Column) -> [TextRun] {
            column.said.isEmpty ? missing : [TextRun(SafeText("\"\(column.said)\""), Style(.agent))]
        }

        func tokens(_ column: CompareSnapshot.Column) -> [TextRun] {
            let count = { (number: Int?) in number.map(Format.count) ?? "–" }
            return [TextRun(SafeText("\(count(column.inputTokens))/\(count(column.outputTokens))"))]
        }

        func cost(_ column: CompareSnapshot.Column) -> [TextRun] {
            [TextRun(SafeText(Format.dollars(column.dollars)))] + best(column.isCheapest)
        }

        func audio(_ index: Int, _ column: CompareSnapshot.Column) -> [TextRun] {
            if painter.model.compare.playing == index {
                return [TextRun(SafeText("playing \(loudness)"), Style(.info))]
            }
            guard let ms = column.audioMs else { return missing }
            return [TextRun(SafeText(Format.decimal(ms / 1000, 1) + " s"))]
        }

        private var missing: [TextRun] { [TextRun(painter.glyphs.missing, Style(.dim))] }
        private func best(_ isBest: Bool) -> [TextRun] { isBest ? [TextRun(" best", Style(.ok))] : [] }
    }
}
