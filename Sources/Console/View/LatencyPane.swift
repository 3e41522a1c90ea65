import Core
import Terminal

/// The Latency view: percentiles, the legend, and every turn as a stacked bar on one scale.
extension Painter {
    mutating func drawLatency() {
        let area = layout.side.isEmpty ? layout.work : layout.work.inset(right: layout.side.width)
        guard let session = model.shown, !session.latency.reports.isEmpty else {
            canvas.rule("Latency", in: layout.work)
            canvas.draw("no turn is over yet", x: 1, y: 1, Style(.dim), in: layout.work)
            return
        }
        let latency = session.latency
        canvas.rule("Latency", note: SafeText("\(latency.reports.count) turns"), in: area)
        draw(summary(latency), x: 1, y: 1, in: area)
        let scale = Self.scale(latency.reports.compactMap(\.e2eMs).max() ?? 500)
        let rows = max(0, area.height - 3)
        let end = max(0, latency.reports.count - model.eventScroll)
        let width = max(8, area.width - 30)
        canvas.draw("turn     e2e", x: 1, y: 2, Style(.dim), in: area)
        canvas.draw("0", x: 14, y: 2, Style(.dim), in: area)
        canvas.draw(SafeText(Format.milliseconds(scale)), x: 14 + width - 6, y: 2, Style(.dim), in: area)
        for (row, report) in latency.reports[max(0, end - rows)..<end].enumerated() {
            drawTurn(report, latency, y: row + 3, scale: scale, width: width, in: area)
        }
        drawLatencySide(session)
    }

    private func summary(_ latency: LatencyModel) -> [TextRun] {
        let counted = latency.counted
        let few = counted.count < LatencyModel.least ? "n<\(LatencyModel.least)" : nil
        return figures([
            ("p50", few ?? Format.seconds(latency.percentile(0.5)), false),
            ("p95", few ?? Format.seconds(latency.percentile(0.95)), false),
            ("min", Format.seconds(counted.min()), false), ("max", Format.seconds(counted.max()), false),
            ("counted", "\(counted.count)", false),
        ])
    }

    private mutating func drawTurn(
        _ report: TurnReport, _ latency: LatencyModel, y: Int, scale: Double, width: Int, in area: Rect
    ) {
        let slow = (report.e2eMs ?? 0) > ConsoleLimits.slowTurnMs
        canvas.draw(SafeText("\(report.turn)").padded(leftTo: 4), x: 1, y: y, in: area)
        let e2e = SafeText(Format.seconds(report.e2eMs) + (slow ? "!" : " ")).padded(leftTo: 7)
        canvas.draw(e2e, x: 6, y: y, Style(slow ? .warning : .text), in: area)
        drawStacked(latency.waterfall(report), x: 14, y: y, width: width, scale: scale, in: area)
        let note = latency.isGreeting(report) ? "greeting" : report.outcome == .completed ? "" : report.outcome.words
        canvas.draw(SafeText(note), x: 15 + width, y: y, Style(report.outcome.role), in: area)
    }

    private mutating func drawLatencySide(_ session: SessionModel) {
        guard !layout.side.isEmpty else { return }
        canvas.verticalRule(x: 0, in: layout.side)
        let side = layout.side.inset(left: 1)
        let rows = session.latency.last.map { session.latency.waterfall($0).rows.count } ?? 0
        let (top, rest) = side.cutTop(rows + 3)
        drawWaterfall(session, in: top)
        drawHistory(session, in: rest.cutTop(min(rest.height, 8)).top)
    }
}
