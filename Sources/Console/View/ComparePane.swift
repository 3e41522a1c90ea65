import Core
import Terminal

/// The Compare view: a column for the recording and each provider, their latencies on one scale, two answers word by word, the budgets.
extension Painter {
    private static let labelWidth = 15
    private static let leastColumn = 18

    mutating func drawCompare() {
        let area = layout.work
        guard let snapshot = model.compare.snapshot else { return drawCompareEmpty(in: area) }
        let state = snapshot.isRunning ? "running, " : ""
        let count = "\(snapshot.runs) run\(snapshot.runs == 1 ? "" : "s") each"
        let runs = SafeText(snapshot.runs == 0 ? "a adds a provider" : state + count)
        canvas.rule("Compare", note: runs, in: area)
        drawUtterance(snapshot, in: area.row(1).inset(left: 1))
        if let blind = model.compare.blind { return drawBlind(blind, snapshot, in: area.inset(top: 2)) }
        let shown = shownColumns(snapshot, width: area.width)
        var rest = area.inset(top: 2)
        var (budgets, top) = (Rect(x: 0, y: 0, width: 0, height: 0), Rect(x: 0, y: 0, width: 0, height: 0))
        let lines = budgetLines(snapshot)
        (rest, budgets) = rest.cutBottom(min(lines.count, 3))
        draw(lines, in: budgets)
        let table = CompareGrid(snapshot, shown: shown, painter: self, width: area.width - Self.labelWidth - 1)
        // Two rows of a difference are left room; what is still free goes to longer cells.
        let fixed = table.least + shown.count + 1
        let difference = differenceLines(snapshot, width: area.width - 2)
        let wanted = difference.isEmpty ? 0 : min(1 + difference.count, max(0, rest.height - fixed))
        (rest, top) = rest.cutBottom(wanted >= 2 ? wanted : 0)
        drawDifference(snapshot, difference, in: top)
        drawGrid(table, bars: snapshot, shown: shown, in: rest)
    }

    private mutating func drawCompareEmpty(in area: Rect) {
        canvas.rule("Compare", in: area)
        let words =
            model.compare.isPossible
            ? "Choose an utterance: C in Talk takes the caller's last turn, or the one chosen in Latency. Then a adds providers."
            : "This console cannot compare: use the one where the engine runs, or sidetone compare."
        draw(
            TextLayout.wrap([TextRun(SafeText(words), Style(.dim))], width: max(20, area.width - 2)),
            in: area.inset(top: 1))
    }

    private mutating func draw(_ lines: [[TextRun]], in area: Rect) {
        for (row, line) in lines.prefix(max(0, area.height)).enumerated() { draw(line, x: 1, y: row, in: area) }
    }

    private mutating func drawUtterance(_ snapshot: CompareSnapshot, in area: Rect) {
        let words = snapshot.words.isEmpty ? SafeText("(words not known)") : SafeText("\"\(snapshot.words)\"")
        let seconds = SafeText(Format.decimal(snapshot.seconds, 1) + " s")
        let front = SafeText("turn \(snapshot.turn) ")
        let room = max(10, area.width - front.width - seconds.width - 2)
        draw(
            [
                TextRun(front, Style(.dim)), TextRun(words.truncated(to: room, ellipsis: glyphs.ellipsis), Style(.you)),
                TextRun(" "), TextRun(seconds, Style(.dim)),
            ], in: area)
    }

    /// The columns that there is room for, the selected one among them.
    private func shownColumns(_ snapshot: CompareSnapshot, width: Int) -> Range<Int> {
        let fits = max(1, (width - Self.labelWidth - 1) / Self.leastColumn)
        let count = snapshot.columns.count
        guard count > fits else { return 0..<count }
        let first = min(max(0, model.compare.selected - fits / 2), count - fits)
        return first..<(first + fits)
    }

    /// `A` to `Z`, then numbers.
    static func letter(_ column: Int) -> String {
        column < 26 ? String(UnicodeScalar(UInt8(65 + column))) : "\(column + 1)"
    }

    // MARK: - The table

    private mutating func drawGrid(
        _ table: CompareGrid, bars snapshot: CompareSnapshot, shown: Range<Int>, in area: Rect
    ) {
        var y = 0
        let spare = max(0, area.height - table.least - shown.count - 1)
        for (index, row) in table.laid(spare: spare).enumerated() {
            if index == table.barsAfter { y = drawBars(snapshot, shown: shown, y: y, in: area) }
            canvas.draw(SafeText(row.label), x: 1, y: y, Style(.dim), in: area)
            for (place, cell) in row.cells.enumerated() {
                let x = Self.labelWidth + place * table.columnWidth
                for (line, runs) in cell.enumerated() { draw(runs, x: x, y: y + line, in: area) }
            }
            y += max(1, row.height)
        }
    }

    /// A stacked bar for each column on one scale. Returns the row behind them.
    private mutating func drawBars(_ snapshot: CompareSnapshot, shown: Range<Int>, y: Int, in area: Rect) -> Int {
        let scale = Self.scale(snapshot.columns[shown].compactMap(\.e2eP50).max() ?? 500)
        let legend = area.width >= 76 ? min(60, area.width * 9 / 20) : 8
        let width = max(10, area.width - legend - 5)
        canvas.draw("0", x: 3, y: y, Style(.dim), in: area)
        let end = SafeText(Format.seconds(scale))
        canvas.draw(SafeText(Format.seconds(scale / 2)), x: 3 + width / 2 - 2, y: y, Style(.dim), in: area)
        canvas.draw(end, x: 3 + width - end.width, y: y, Style(.dim), in: area)
        for (row, index) in shown.enumerated() {
            let column = snapshot.columns[index]
            let line = area.row(y + 1 + row)
            canvas.draw(SafeText(Self.letter(index)), x: 1, Style(.title), in: line)
            let report = TurnReport(
                turn: snapshot.turn, outcome: .completed, e2eMs: column.e2eP50, parts: column.parts,
                provider: column.name)
            let waterfall = Waterfall(report)
            drawStacked(waterfall, x: 3, y: 0, width: width, scale: scale, in: line)
            let place = line.inset(left: width + 4)
            draw([TextRun(SafeText(Format.seconds(column.e2eP50)).padded(to: 7))] + stages(waterfall), in: place)
        }
        return y + 1 + shown.count
    }

    private func stages(_ waterfall: Waterfall) -> [TextRun] {
        waterfall.rows.filter { $0.ms != nil }.flatMap { row in
            let look = StageLook(row.name, glyphs)
            return [
                TextRun(look.short + " ", Style(look.role)),
                TextRun(SafeText(Format.decimal(row.ms ?? 0, 0) + (row.owner == .setting ? "s " : " ")), Style(.dim)),
            ]
        }
    }

    // MARK: - Difference and budgets

    private func differenceLines(_ snapshot: CompareSnapshot, width: Int) -> [[TextRun]] {
        guard snapshot.differences.indices.contains(model.compare.difference) else { return [] }
        let shown = snapshot.differences[model.compare.difference]
        var runs: [TextRun] = []
        for piece in shown.said {
            switch piece.kind {
            case .same: runs.append(TextRun(SafeText(piece.text + " ")))
            case .removed: runs.append(TextRun(SafeText("[-\(piece.text)-] "), Style(.warning)))
            case .added: runs.append(TextRun(SafeText("{+\(piece.text)+} "), Style(.ok)))
            }
        }
        if runs.isEmpty { runs = [TextRun("nothing was said", Style(.dim))] }
        var lines = TextLayout.wrap([TextRun("said: ", Style(.dim))] + runs, width: max(20, width))
        for index in [shown.first, shown.second] where snapshot.columns.indices.contains(index) {
            for call in snapshot.columns[index].calls where !call.isGood {
                lines += TextLayout.wrap(toolWords(call, Self.letter(index)), width: max(20, width))
            }
        }
        return lines
    }

    private func toolWords(_ call: CompareSnapshot.Call, _ letter: String) -> [TextRun] {
        let front = TextRun(SafeText("tool \(letter): "), Style(.dim))
        let name = TextRun(SafeText("\(call.name) \(call.verdict) "), Style(.warning))
        guard let expected = call.expected else { return [front, name, TextRun(SafeText(call.arguments))] }
        return [
            front, name, TextRun(SafeText("[-\(expected)-] "), Style(.warning)),
            TextRun(SafeText("{+\(call.arguments)+}"), Style(.ok)),
        ]
    }

    private mutating func drawDifference(_ snapshot: CompareSnapshot, _ lines: [[TextRun]], in area: Rect) {
        guard area.height >= 2 else { return }
        let shown = snapshot.differences[model.compare.difference]
        let title = "diff \(Self.letter(shown.first))|\(Self.letter(shown.second))"
        let count = snapshot.differences.count
        let note = count > 1 ? SafeText("\(model.compare.difference + 1)/\(count), d next") : .empty
        canvas.rule(SafeText(title), note: note, in: area)
        draw(lines, in: area.inset(top: 1))
    }

    /// `budget e2e<0.8  B ok 3/3  C over 0/3`, the code of CI behind the last.
    private func budgetLines(_ snapshot: CompareSnapshot) -> [[TextRun]] {
        let budgets = snapshot.verdicts.map(\.budget).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        var lines = budgets.map { budget in
            [TextRun(SafeText("budget \(budget)  "))]
                + snapshot.verdicts.filter { $0.budget == budget }.flatMap { verdict -> [TextRun] in
                    let isMet = verdict.judged > 0 && verdict.passed == verdict.judged
                    let word = verdict.judged == 0 ? "not judged" : isMet ? "ok" : "over"
                    let share = verdict.judged == 0 ? "" : " \(verdict.passed)/\(verdict.judged)"
                    return [
                        TextRun(SafeText(Self.letter(verdict.column) + " "), Style(.title)),
                        TextRun(
                            SafeText("\(word)\(share)  "), Style(verdict.judged == 0 ? .dim : isMet ? .ok : .warning)),
                    ]
                }
        }
        guard !lines.isEmpty, !snapshot.isRunning else { return lines }
        let hasRuns = snapshot.verdicts.contains { $0.judged > 0 }
        if hasRuns {
            lines[lines.count - 1].append(TextRun(SafeText("exit code in CI: \(snapshot.exitCode)"), Style(.dim)))
        }
        return lines
    }

    // MARK: - Blind listening

    private mutating func drawBlind(_ blind: BlindListening, _ snapshot: CompareSnapshot, in area: Rect) {
        canvas.rule("Blind listening", note: SafeText("round \(blind.round), seed \(blind.seed % 1_000_000)"), in: area)
        var lines: [[TextRun]] = []
        if blind.isRevealed {
            for column in blind.columns.sorted(by: { (blind.votes[$0] ?? 0, $1) > (blind.votes[$1] ?? 0, $0) }) {
                let votes = blind.votes[column] ?? 0
                lines.append([
                    TextRun(SafeText("\(votes) of \(blind.total)").padded(to: 10), Style(.title)),
                    TextRun(SafeText(Self.letter(column) + " " + snapshot.columns[column].name)),
                ])
            }
            lines.append([TextRun("escape ends", Style(.dim))])
        } else {
            for number in blind.order.indices {
                let plays = model.compare.playing == blind.order[number] && blind.current == number
                lines.append([
                    TextRun(SafeText("answer \(number + 1)").padded(to: 12), Style(.title)),
                    TextRun(plays ? SafeText("playing") : .empty, Style(.info)),
                ])
            }
            let votes = "\(blind.total) vote\(blind.total == 1 ? "" : "s")"
            lines.append([
                TextRun(SafeText("\(votes); every round has its own order; all at \(snapshot.loudness)"), Style(.dim))
            ])
            lines.append([TextRun("SPACE plays the next answer, a number votes for it, b shows the names", Style(.dim))]
            )
        }
        draw(lines, in: area.inset(top: 2))
    }
}
