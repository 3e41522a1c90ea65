import Core
import Terminal

/// Which events the Events view lists.
enum EventList {
    /// How many there are; looks at all of them.
    static func count(_ model: ConsoleModel) -> Int {
        model.hidesDeltas ? model.book.events.count { !$0.event.isDelta } : model.book.events.count
    }

    /// So many of them, `skip` before the newest, oldest first; looks at no more than it needs.
    static func last(_ rows: Int, skip: Int, _ model: ConsoleModel) -> [EventRecord] {
        let hides = model.hidesDeltas
        let newest = model.book.events.reversed().lazy.filter { !hides || !$0.event.isDelta }
        return Array(newest.dropFirst(max(0, skip)).prefix(max(0, rows))).reversed()
    }
}

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

extension Painter {
    mutating func drawEvents(in area: Rect, heading: Bool) {
        let filter = model.hidesDeltas ? "without deltas" : "all"
        canvas.rule("Events", note: SafeText("\(model.book.eventCount), \(filter)"), in: area)
        let rows = max(0, area.height - 1)
        let scroll = model.view == .events ? model.eventScroll : 0
        let shown = EventList.last(rows, skip: scroll, model)
        for (row, record) in shown.enumerated() { draw(runs(record), x: 1, y: row + 1, in: area) }
        if shown.isEmpty { canvas.draw("nothing happened yet", x: 1, y: 1, Style(.dim), in: area) }
    }

    private func runs(_ record: EventRecord) -> [TextRun] {
        let line = EventLine(record)
        let session = record.session.map { SafeText($0.text).truncated(to: 8) } ?? "-"
        return [
            TextRun(SafeText(line.time + " "), Style(.dim)), TextRun(session.padded(to: 9), Style(.dim)),
            TextRun(SafeText(line.name).padded(to: 20), Style(line.role)), TextRun(SafeText(line.detail)),
        ]
    }
}
