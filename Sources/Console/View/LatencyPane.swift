import Core
import Terminal

/// The Latency view: percentiles and budget, every turn as a stacked bar on one scale, and the chosen turn in full.
extension Painter {
    mutating func drawLatency() {
        guard let session = model.shown, let chosen = model.chosenReport else {
            canvas.rule("Latency", in: layout.work)
            canvas.draw("no turn is over yet", x: 1, y: 1, Style(.dim), in: layout.work)
            return
        }
        guard layout.side.isEmpty else {
            let left = layout.work.inset(right: layout.side.width)
            let (list, chart) = left.cutBottom(left.height >= 20 ? min(10, left.height / 3) : 0)
            drawTurns(session, chosen, in: list)
            if !chart.isEmpty { drawHistory(session, in: chart) }
            drawLatencySide(session, chosen)
            return
        }
        let words = explanation(chosen, session, width: layout.work.width - 2)
        let whole = waterfallHeight(session, chosen) + min(3, words.count)
        let fits = layout.work.height - whole >= 6
        let (list, detail) = layout.work.cutBottom(fits ? whole : min(5, layout.work.height - 5))
        drawTurns(session, chosen, in: list)
        let (top, below) = detail.cutTop(fits ? waterfallHeight(session, chosen) : 3)
        if fits {
            drawWaterfall(session, chosen, in: top)
        } else if !detail.isEmpty {
            drawCompactWaterfall(session, chosen, in: top)
        }
        draw(words, in: below)
    }

    /// Lines of words from the top of an area.
    private mutating func draw(_ lines: [[TextRun]], in area: Rect) {
        for (row, line) in lines.prefix(area.height).enumerated() { draw(line, x: 1, y: row, in: area) }
    }

    private func explanation(_ report: TurnReport, _ session: SessionModel, width: Int) -> [[TextRun]] {
        let words = TurnExplanation(
            report, in: session.latency, budget: model.budgetMs, tools: session.tools)
        return TextLayout.wrap([TextRun(SafeText(words.text))], width: max(20, width))
    }

    // MARK: - All turns

    private mutating func drawTurns(_ session: SessionModel, _ chosen: TurnReport, in area: Rect) {
        let latency = session.latency
        canvas.rule("Latency", note: turnsNote(latency), in: area)
        segments(summary(latency), gap: 0, in: area.row(1).inset(left: 1))
        let scale = Self.scale(max(latency.reports.compactMap(\.e2eMs).max() ?? 500, model.budgetMs))
        let width = max(8, area.width - 28)
        drawTurnsHead(scale, width: width, in: area.row(2))
        let rows = area.inset(top: 3)
        let at = latency.reports.lastIndex { $0.turn == chosen.turn } ?? 0
        let first = max(0, min(at - rows.height / 2, latency.reports.count - rows.height))
        for (row, report) in latency.reports.dropFirst(first).prefix(rows.height).enumerated() {
            drawTurn(report, latency, scale: scale, width: width, in: rows.row(row))
            if first + row == at { canvas.restyle(rows.row(row).inset(right: 1), surface: .selected) }
        }
    }

    private func turnsNote(_ latency: LatencyModel) -> SafeText {
        let newest = latency.report(of: model.chosenTurn) == nil ? "following \(glyphs.down)" : "f newest"
        return SafeText("\(latency.reports.count) turns, \(newest)")
    }

    private func summary(_ latency: LatencyModel) -> [Segment] {
        let counted = latency.counted
        let few = counted.count < LatencyModel.least ? "n<\(LatencyModel.least)" : nil
        let over = latency.count(over: model.budgetMs)
        let list: [(String, String, Bool, Int)] = [
            ("p50", few ?? Format.seconds(latency.percentile(0.5)), false, 90),
            ("p95", few ?? Format.seconds(latency.percentile(0.95)), false, 89),
            ("max", Format.seconds(counted.max()), (counted.max() ?? 0) > model.budgetMs, 88),
            ("min", Format.seconds(counted.min()), false, 10),
            ("budget", Format.seconds(model.budgetMs), false, 80),
            ("over", "\(over) of \(counted.count)", over > 0, 85),
        ]
        return list.map { Segment(Array(figures([($0.0, $0.1, $0.2)])), $0.3) }
    }

    private mutating func drawTurnsHead(_ scale: Double, width: Int, in area: Rect) {
        canvas.draw("turn     e2e", x: 1, Style(.dim), in: area)
        canvas.draw("0", x: 14, Style(.dim), in: area)
        canvas.draw(SafeText(Format.milliseconds(scale)), x: 14 + width - 6, Style(.dim), in: area)
        guard let column = budgetColumn(scale, width) else { return }
        canvas.draw(glyphs.down + " budget", x: 14 + column, Style(.threshold), in: area.inset(right: 22))
    }

    /// Where the budget stands on a bar; nil at its very end.
    private func budgetColumn(_ scale: Double, _ width: Int) -> Int? {
        let column = Self.cell(model.budgetMs, scale, width)
        return column < width ? column : nil
    }

    private mutating func drawTurn(
        _ report: TurnReport, _ latency: LatencyModel, scale: Double, width: Int, in area: Rect
    ) {
        let slow = (report.e2eMs ?? 0) > model.budgetMs
        canvas.draw(SafeText("\(report.turn)").padded(leftTo: 4), x: 1, in: area)
        let e2e = SafeText(Format.seconds(report.e2eMs) + (slow ? "!" : " ")).padded(leftTo: 7)
        canvas.draw(e2e, x: 6, Style(slow ? .warning : .text), in: area)
        drawStacked(latency.waterfall(report), x: 14, y: 0, width: width, scale: scale, in: area)
        if let column = budgetColumn(scale, width) {
            canvas.draw(glyphs.vertical, x: 14 + column, Style(.threshold), in: area)
        }
        let note = latency.isGreeting(report) ? "greeting" : report.outcome == .completed ? "" : report.outcome.words
        let heard = report.heardDisagrees ? report.heardE2eMs.map { "heard \(Format.seconds($0))!" } : nil
        let shown = SafeText(heard ?? (note.isEmpty ? report.provider : note))
        let style = note.isEmpty ? Style(.dim) : Style(report.outcome.role)
        canvas.draw(shown.truncated(to: 12, ellipsis: glyphs.ellipsis), x: 15 + width, style, in: area)
    }

    // MARK: - Beside them

    private mutating func drawLatencySide(_ session: SessionModel, _ chosen: TurnReport) {
        canvas.verticalRule(x: 0, in: layout.side)
        var rest = layout.side.inset(left: 1)
        var top: Rect
        (top, rest) = rest.cutTop(waterfallHeight(session, chosen) + 1)
        drawWaterfall(session, chosen, in: top)
        let words = explanation(chosen, session, width: rest.width - 2)
        (top, rest) = rest.cutTop(words.count + 1)
        draw(words, in: top)
        if let slowest = session.latency.slowest, slowest.turn != chosen.turn {
            let why = explanation(slowest, session, width: rest.width - 2)
            (top, rest) = rest.cutTop(why.count + 2)
            canvas.rule("Slowest turn", note: "s chooses it", in: top)
            draw(why, in: top.inset(top: 1))
        }
        drawStages(session.latency, in: rest)
    }

    /// What each part usually takes and at most, over the turns that count.
    private mutating func drawStages(_ latency: LatencyModel, in area: Rect) {
        let stages = latency.stages
        guard area.height >= 3, !stages.isEmpty else { return }
        canvas.rule("Stages", note: SafeText("\(latency.counted.count) counted turns"), in: area)
        canvas.draw("               median      max  owner", x: 1, y: 1, Style(.dim), in: area)
        for (row, stage) in stages.prefix(area.height - 2).enumerated() {
            let look = StageLook(stage.name, glyphs)
            let median = SafeText(Format.milliseconds(stage.median)).padded(leftTo: 8)
            let longest = SafeText(Format.milliseconds(stage.longest)).padded(leftTo: 9)
            draw(
                [
                    TextRun(look.fill + " ", Style(look.role)),
                    TextRun(look.label.padded(to: 12, ellipsis: glyphs.ellipsis)), TextRun(median), TextRun(longest),
                    TextRun(SafeText("  " + stage.owner.words), Style(stage.owner == .setting ? .warning : .dim)),
                ], x: 1, y: row + 2, in: area)
        }
    }
}
