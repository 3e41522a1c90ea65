import Core
import Terminal

extension Event {
    /// Partial texts, progress and counters: many and soon out of date.
    var isDelta: Bool {
        switch self {
        case .agentText(let text): !text.isFinal
        case .userTranscript(let said): !said.isFinal
        case .agentSpeechProgress, .health: true
        default: false
        }
    }
}

/// The Events view: what passes the filter with a cursor in it, the event under the cursor as JSON, a turn's trace.
extension Painter {
    mutating func drawEventsView() {
        var (list, detail) = (layout.work, Rect(Size(width: 0, height: 0)))
        if let shown = model.eventDetail {
            if list.width >= 120 {
                detail = Rect(
                    x: list.endX - list.width * 2 / 5, y: list.y, width: list.width * 2 / 5, height: list.height)
                list = list.inset(right: detail.width)
                canvas.verticalRule(x: 0, in: detail)
                detail = detail.inset(left: 1)
            } else {
                (list, detail) = list.cutBottom(min(shown.lines.count + 1, list.height * 3 / 5))
            }
            drawDetail(shown, in: detail)
        }
        if let report = tracedReport, list.height >= 12 {
            let (top, bottom) = list.cutBottom(3)
            list = top
            if let session = model.book[model.eventIndex.filter.trace?.session] {
                drawCompactWaterfall(session, report, in: bottom)
            }
        }
        drawEventList(in: list)
    }

    /// The report of the turn that is traced.
    private var tracedReport: TurnReport? {
        guard let trace = model.eventIndex.filter.trace else { return nil }
        return model.book[trace.session]?.latency.report(of: trace.turn)
    }

    private mutating func drawEventList(in area: Rect) {
        let matches = model.eventIndex.matches
        let title = model.eventIndex.filter.trace.map { SafeText("Events of turn \($0.turn)") } ?? "Events"
        canvas.rule(title, note: eventsNote.truncated(to: area.width - 16, ellipsis: glyphs.ellipsis), in: area)
        let rows = area.inset(top: 1)
        guard !matches.isEmpty else {
            canvas.draw(SafeText(emptyWords), x: 1, Style(.dim), in: rows)
            return
        }
        let at = model.eventCursor.map { min(matches.count - 1, model.eventIndex.position($0)) } ?? matches.count - 1
        let first = max(0, min(at - rows.height / 2, matches.count - rows.height))
        let columns = EventColumns(model, isNarrow: area.width < 100)
        for (row, number) in matches.dropFirst(first).prefix(rows.height).enumerated() {
            guard let record = model.book.event(number) else { continue }
            let line = rows.row(row)
            if model.eventMarks.contains(number) { canvas.draw("*", Style(.keyHint), in: line) }
            draw(columns.runs(record, glyphs, model.eventIndex.repeats[number]), x: 1, in: line)
            let isChosen = first + row == at && (model.eventCursor != nil || model.eventDetail != nil)
            if isChosen { canvas.restyle(rows.row(row), surface: .selected) }
        }
    }

    private var emptyWords: String {
        model.book.events.isEmpty ? "nothing happened yet" : "nothing matches; ESC shows all"
    }

    private var eventsNote: SafeText {
        let index = model.eventIndex
        var parts: [SafeText] = []
        let count = index.matches.count
        parts.append(SafeText(index.filter.isOpen ? "\(count)" : "\(count) of \(model.book.events.count) match"))
        if !index.filter.text.isEmpty { parts.append(SafeText("/" + index.filter.text).truncated(to: 30)) }
        if index.filter.hidesDeltas { parts.append("without deltas") }
        let newer = model.eventCursor.map { max(0, count - 1 - index.position($0)) } ?? 0
        parts.append(newer == 0 ? SafeText("following \(glyphs.down)") : SafeText("\(newer) newer, f follow"))
        return parts.dropFirst().reduce(parts[0]) { $0 + SafeText(", ") + $1 }
    }

    private mutating func drawDetail(_ detail: EventDetail, in area: Rect) {
        let most = max(0, detail.lines.count - area.height + 1)
        let first = min(model.detailScroll, most)
        let note = most > 0 ? SafeText("\(first + 1)/\(detail.lines.count)  J on  K back") : "e closes"
        canvas.rule(detail.isDiff ? "Difference" : "JSON", note: note, in: area)
        let width = max(20, area.width - 1)
        var y = 1
        for line in detail.lines.dropFirst(first) where y < area.height {
            let style = detail.isDiff ? Style(Self.diffRole(line)) : .plain
            for part in TextLayout.wrap([TextRun(SafeText(line), style)], width: width - 1) where y < area.height {
                draw(part, x: 1, y: y, in: area)
                y += 1
            }
        }
    }

    /// The sign says it, the colour too.
    private static func diffRole(_ line: String) -> Role {
        switch line.first {
        case "-": .error
        case "+": .ok
        case "~": .warning
        default: .text
        }
    }

    /// The newest events in a few rows, below the conversation.
    mutating func drawNewestEvents(in area: Rect) {
        head(.newestEvents, "Events", note: SafeText("\(model.book.eventCount), without deltas"), in: area)
        let newest = model.book.events.reversed().lazy.filter { !$0.event.isDelta }
        let columns = EventColumns(model, isNarrow: false)
        let skipped = model.paneState.scroll[.newestEvents] ?? 0
        for (row, record) in newest.dropFirst(skipped).prefix(max(0, area.height - 1)).reversed().enumerated() {
            draw(columns.runs(record, glyphs), x: 1, y: row + 1, in: area)
        }
        if model.book.events.isEmpty { canvas.draw("nothing happened yet", x: 1, y: 1, Style(.dim), in: area) }
    }
}

/// The columns of an event's row: time, direction, session, type, the rest in words.
struct EventColumns {
    /// Time that a trace counts from.
    private let start: MonotonicTime?
    private let showsSession: Bool

    init(_ model: ConsoleModel, isNarrow: Bool) {
        let traced = model.view == .events && model.eventIndex.filter.trace != nil
        start = traced ? model.eventIndex.matches.first.flatMap { model.book.event($0)?.time } : nil
        showsSession = !traced && !(isNarrow && model.book.order.count < 2)
    }

    func runs(_ record: EventRecord, _ glyphs: Glyphs, _ repeats: EventIndex.Repeats? = nil) -> [TextRun] {
        let line = EventLine(record)
        let time = start.map { Self.offset(record.time - $0) } ?? line.time
        var runs = [TextRun(SafeText(time).padded(leftTo: 12) + " ", Style(.dim))]
        if showsSession {
            let session = record.session.map { SafeText($0.text).truncated(to: 8) } ?? "-"
            runs.append(TextRun(session.padded(to: 9), Style(.dim)))
        }
        guard case .wire(let wire) = record.event else {
            runs.append(TextRun(SafeText(line.name).padded(to: 20), Style(line.role)))
            if let repeats { runs.append(TextRun(SafeText("x\(repeats.count)  "), Style(.info))) }
            return runs + [TextRun(SafeText(line.detail))]
        }
        let sent = wire.direction == .sent
        let sign = sent ? glyphs.arrow : glyphs.isASCII ? SafeText("<-") : SafeText("←")
        runs.append(TextRun(sign.padded(to: 3) + SafeText(wire.source).padded(to: 17), Style(sent ? .you : .agent)))
        runs.append(TextRun(SafeText(wire.type)))
        runs.append(TextRun(SafeText("  \(Format.count(repeats?.bytes ?? wire.bytes)) B"), Style(.dim)))
        let count = repeats?.count ?? wire.count
        if count > 1 { runs.append(TextRun(SafeText("  x\(count)"), Style(.info))) }
        return runs
    }

    /// `+0.412 s`.
    private static func offset(_ time: Duration) -> String {
        let seconds = time.milliseconds / 1000
        return (seconds < 0 ? "" : "+") + Format.decimal(seconds, 3) + " s"
    }
}
