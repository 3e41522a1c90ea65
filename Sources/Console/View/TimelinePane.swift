import Core
import Terminal

/// Who spoke when: what the detector said, one lane each, cuts, the e2e of every turn under it, and the clock.
extension Painter {
    mutating func drawTimeline(_ session: SessionModel, in area: Rect) {
        let seconds = area.width >= 160 ? 60 : 30
        head(.timeline, SafeText("Speaking, last \(seconds) s"), in: area)
        let span = TimelineSpan(area, seconds: seconds, now: model.now)
        let rows = span.chart.height
        drawDetectorLane(span, in: area)
        drawLane(session.lanes.user, session.isCall ? "caller" : "you", .meterYou, row: 2, span, area)
        drawLane(session.lanes.agent, "agent", .meterAgent, row: 3, span, area)
        for cut in session.lanes.cuts {
            if let column = span.column(of: cut) {
                canvas.draw(glyphs.cut, x: column, y: 2, Style(.bargeIn), in: span.chart)
            }
        }
        canvas.draw(" e2e", y: 4, Style(.dim), in: area)
        for mark in session.lanes.marks {
            guard let column = span.column(of: mark.time) else { continue }
            let slow = mark.e2eMs > model.budgetMs
            let text = SafeText(Format.decimal(mark.e2eMs / 1000, 2) + (slow ? "!" : ""))
            let x = min(column, span.chart.width - text.width)
            canvas.draw(text, x: x, y: 3, Style(slow ? .warning : .dim), in: span.chart)
        }
        if rows >= 5 { drawClock(span) }
    }

    /// The probability of speech as the detector gave it: bars, bright from the threshold on.
    private mutating func drawDetectorLane(_ span: TimelineSpan, in area: Rect) {
        canvas.draw(" vad", y: 1, Style(.dim), in: area)
        let threshold = model.shownMeters?.speechThreshold ?? 0.5
        let steps = model.probabilities.highest(from: span.start, step: span.step, count: span.chart.width)
        // A column narrower than the time between two readings keeps the reading before it.
        var last: (value: Double, age: Int)?
        let most = Int(
            saturating: (ConsoleLimits.historyStep.milliseconds / max(1, span.step.milliseconds)).rounded(.up))
        for (column, value) in steps.enumerated() {
            last = value.map { ($0, 0) } ?? last.map { ($0.value, $0.age + 1) }
            guard let shown = last, shown.age <= most else { continue }
            let share = min(1, max(0, shown.value))
            let level = Int(saturating: (share * Double(glyphs.bars.count - 1)).rounded())
            canvas.draw(
                glyphs.bars[max(0, min(glyphs.bars.count - 1, level))], x: column,
                Style(shown.value >= threshold ? .vad : .dim), in: span.chart)
        }
    }

    private mutating func drawLane(
        _ lane: SpeechLane, _ label: SafeText, _ role: Role, row: Int, _ span: TimelineSpan, _ area: Rect
    ) {
        canvas.draw(SafeText(" ") + label, y: row, Style(.dim), in: area)
        let speech = glyphs.isASCII ? SafeText("#") : SafeText("━")
        for column in 0..<span.chart.width {
            let start = span.start + span.step * column
            let speaks = lane.speaks(from: start, to: start + span.step)
            canvas.draw(
                speaks ? speech : glyphs.separator, x: column, y: row - 1, Style(speaks ? role : .meterEmpty),
                in: span.chart)
        }
    }

    /// The clock at whole steps of time, so that the labels wander with the lanes.
    private mutating func drawClock(_ span: TimelineSpan) {
        let labels = max(2, span.chart.width / 22)
        let every = Int64([5, 10, 15, 20, 30].first { $0 * labels >= span.seconds } ?? 30)
        let (second, now) = (Int64(1_000_000_000), model.wall.nanoseconds / 1_000_000_000)
        guard abs(now) < 9_000_000_000 else { return }
        let rest = Duration.nanoseconds(model.wall.nanoseconds % second)
        let room = span.chart.inset(right: 5)
        var tick = ((now - Int64(span.seconds)) / every + 1) * every
        while tick <= now {
            let at = model.now - rest - .seconds(now - tick)
            let label = SafeText(WallTime(nanoseconds: tick * second).localClock)
            if let column = span.column(of: at), column + label.width <= room.width {
                canvas.draw(label, x: column, y: 4, Style(.dim), in: room)
            }
            tick += every
        }
        canvas.drawRight("now", y: 4, Style(.dim), in: span.chart)
    }
}

/// The time that a chart shows, and where a moment stands on it.
private struct TimelineSpan {
    let chart: Rect
    let seconds: Int
    let start: MonotonicTime
    let step: Duration

    init(_ area: Rect, seconds: Int, now: MonotonicTime) {
        chart = area.inset(left: 8, top: 1, right: 1)
        self.seconds = seconds
        start = now - .seconds(seconds)
        step = Duration.nanoseconds(Int64(seconds) * 1_000_000_000 / Int64(max(1, chart.width)))
    }

    func column(of time: MonotonicTime) -> Int? {
        let offset = (time - start).wholeNanoseconds
        guard offset >= 0, step.wholeNanoseconds > 0 else { return nil }
        let column = Int(offset / step.wholeNanoseconds)
        return column < chart.width ? column : nil
    }
}
