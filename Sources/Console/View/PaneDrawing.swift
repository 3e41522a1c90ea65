import Core
import Terminal

/// Any pane at any place: in its column, or alone over the whole work area.
extension Painter {
    /// Draws a pane, its heading in the first row.
    mutating func draw(_ pane: Pane, in area: Rect) {
        if model.view == .calls { return drawCallPane(pane, in: area) }
        switch pane {
        case .latency: return drawLatency()
        case .events: return drawEventsView()
        case .sessions: return drawSessions()
        case .audio: return drawAudio()
        case .compare: return drawCompare()
        default: break
        }
        guard let session = model.shown else { return drawIdle(in: area) }
        switch pane {
        case .waterfall: drawTalkWaterfall(session, in: area)
        case .tools: drawTools(session, in: area)
        case .health: drawHealth(session, in: area)
        case .session: drawUsage(session, in: area)
        case .detector: drawDetector(session, in: area)
        case .history: drawHistory(session, in: area)
        case .callList: drawCallTable(in: area, narrow: true)
        case .timeline: drawTimeline(session, in: area)
        case .newestEvents: drawNewestEvents(in: area)
        default: drawTranscript(session, in: area)
        }
    }

    /// The heading of a pane: the focused one is marked by a sign and by colour.
    mutating func head(_ pane: Pane, _ title: SafeText, note: SafeText = .empty, in area: Rect) {
        guard layout.focused == pane, layout.panes.count > 1 else {
            canvas.rule(title, note: note, in: area)
            return
        }
        let back = SafeText("\(model.key(.zoom)) goes back")
        let words = !layout.isZoomed ? note : note.isEmpty ? back : note + SafeText(" \(glyphs.separator) ") + back
        canvas.rule(glyphs.tool + " " + title, note: words, Style(.borderFocus), in: area)
    }
}
