import Core
import Terminal

/// Who spoke when: one lane each, cuts, and the e2e of every turn under it.
extension Painter {
    mutating func drawTimeline(_ session: SessionModel, in area: Rect) {
        let seconds = area.width >= 160 ? 60 : 30
        head(.timeline, SafeText("Speaking, last \(seconds) s"), in: area)
        let chart = area.inset(left: 8, top: 1, right: 1)
        let from = model.now - .seconds(seconds)
        let step = Duration.nanoseconds(Int64(seconds) * 1_000_000_000 / Int64(max(1, chart.width)))
        drawLane(session.lanes.user, session.isCall ? "caller" : "you", .meterYou, row: 1, from, step, chart, area)
        drawLane(session.lanes.agent, "agent", .meterAgent, row: 2, from, step, chart, area)
        for cut in session.lanes.cuts {
            if let column = Self.column(of: cut, from, step, chart.width) {
                canvas.draw(glyphs.cut, x: column, y: 1, Style(.bargeIn), in: chart)
            }
        }
        canvas.draw(" e2e", y: 3, Style(.dim), in: area)
        for mark in session.lanes.marks {
            guard let column = Self.column(of: mark.time, from, step, chart.width) else { continue }
            let slow = mark.e2eMs > model.budgetMs
            let text = SafeText(Format.decimal(mark.e2eMs / 1000, 2) + (slow ? "!" : ""))
            let x = min(column, chart.width - text.width)
            canvas.draw(text, x: x, y: 2, Style(slow ? .warning : .dim), in: chart)
        }
        canvas.draw(SafeText("-\(seconds) s"), x: 8, y: 4, Style(.dim), in: area)
        canvas.drawRight("now", y: 4, Style(.dim), in: area)
    }

    private mutating func drawLane(
        _ lane: SpeechLane, _ label: SafeText, _ role: Role, row: Int, _ from: MonotonicTime, _ step: Duration,
        _ chart: Rect, _ area: Rect
    ) {
        canvas.draw(SafeText(" ") + label, y: row, Style(.dim), in: area)
        let speech = glyphs.isASCII ? SafeText("#") : SafeText("━")
        for column in 0..<chart.width {
            let start = from + step * column
            let speaks = lane.speaks(from: start, to: start + step)
            canvas.draw(
                speaks ? speech : glyphs.separator, x: column, y: row - 1, Style(speaks ? role : .meterEmpty), in: chart
            )
        }
    }

    private static func column(of time: MonotonicTime, _ from: MonotonicTime, _ step: Duration, _ width: Int) -> Int? {
        let offset = (time - from).wholeNanoseconds
        guard offset >= 0, step.wholeNanoseconds > 0 else { return nil }
        let column = Int(offset / step.wholeNanoseconds)
        return column < width ? column : nil
    }
}
