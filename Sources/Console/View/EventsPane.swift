import Core
import Terminal

/// Which events the Events view lists.
enum EventList {
    static func shown(_ model: ConsoleModel) -> [EventRecord] {
        model.hidesDeltas ? model.book.events.filter { !$0.event.isDelta } : model.book.events
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
        let all = EventList.shown(model)
        let filter = model.hidesDeltas ? "without deltas" : "all"
        canvas.rule("Events", note: SafeText("\(model.book.eventCount), \(filter)"), in: area)
        let rows = max(0, area.height - 1)
        let scroll = model.view == .events ? model.eventScroll : 0
        let end = max(0, all.count - scroll)
        for (row, record) in all[max(0, end - rows)..<end].enumerated() {
            draw(runs(record), x: 1, y: row + 1, in: area)
        }
        if all.isEmpty { canvas.draw("nothing happened yet", x: 1, y: 1, Style(.dim), in: area) }
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
