import Core
import Terminal

/// The Talk view: transcript, and around it what there is room for.
extension Painter {
    mutating func drawTalk() {
        guard let session = model.shown else {
            drawIdle(in: layout.work)
            return
        }
        drawTranscript(session)
        if !layout.compactWaterfall.isEmpty { drawCompactWaterfall(session, in: layout.compactWaterfall) }
        if !layout.side.isEmpty { drawSide(session) }
        if !layout.left.isEmpty { drawCallTable(in: layout.left.inset(right: 1), narrow: true) }
        if !layout.timeline.isEmpty { drawTimeline(session, in: layout.timeline) }
        if !layout.events.isEmpty { drawNewestEvents(in: layout.events) }
    }

    private mutating func drawTranscript(_ session: SessionModel) {
        let area = layout.transcript
        let lines = TranscriptLayout(model, session, width: area.width - 1)
        let window = TranscriptWindow(session.transcript, lines)
        let end = window.anchorAtEnd(height: area.height)
        let place = model.scroll.map { ($0.block, $0.line) } ?? (end.block, end.line)
        let shown = window.lines(from: place.0, place.1, height: area.height)
        for (row, line) in shown.enumerated() { draw(line, y: row, in: area) }
        drawTranscriptHead(session)
        if session.transcript.blocks.isEmpty {
            canvas.draw(SafeText(emptyHint(session)), x: 1, y: 1, Style(.dim), in: area)
        }
    }

    private func emptyHint(_ session: SessionModel) -> String {
        session.start?.leg == .text ? "press i and type" : "say something, or press i and type"
    }

    private mutating func drawTranscriptHead(_ session: SessionModel) {
        var note = SafeText("following \(glyphs.down)")
        if let scroll = model.scroll {
            let new = max(0, session.transcript.entryCount - scroll.entriesSeen)
            note = new > 0 ? SafeText("\(glyphs.down) \(new) new \(glyphs.separator) f follow") : "f follow"
        }
        let title = session.isCall ? SafeText("Call \(session.callerName)") : SafeText("Conversation")
        canvas.rule(title, note: note, in: layout.transcriptHead)
    }

    /// Panes right of the transcript, as many as fit, the most wanted first.
    private mutating func drawSide(_ session: SessionModel) {
        var area = layout.side
        canvas.verticalRule(x: 0, in: area)
        area = area.inset(left: 1)
        var panes: [(height: Int, draw: (inout Painter, Rect) -> Void)] = []
        let rows = waterfallHeight(session, session.latency.last) + 1
        panes.append((rows, { $0.drawWaterfall(session, in: $1) }))
        panes.append((min(8, max(2, session.tools.count + 1)), { $0.drawTools(session, in: $1) }))
        panes.append((6, { $0.drawHealth(session, in: $1) }))
        panes.append((5, { $0.drawUsage(session, in: $1) }))
        panes.append((4, { $0.drawDetector(session, in: $1) }))
        panes.append((5, { $0.drawHistory(session, in: $1) }))
        for pane in panes where area.height >= 2 {
            // A pane that does not fit whole is left to the next that does.
            guard pane.height <= area.height else { continue }
            let (top, rest) = area.cutTop(pane.height)
            pane.draw(&self, top)
            area = rest
        }
    }

    /// What to do when nothing is going on.
    private mutating func drawIdle(in area: Rect) {
        let system = model.book.system
        let text = area.inset(left: 2, top: 1, right: 2)
        var lines: [(SafeText, Role)] = [("No conversation yet.", .title), (.empty, .text)]
        lines.append((SafeText("microphone   ") + SafeText(system.capture ?? system.deviceReason ?? "none"), .text))
        lines.append((SafeText("speaker      ") + SafeText(system.playback ?? "none"), .text))
        lines.append((SafeText("AudioSocket  ") + SafeText(system.audioSocket ?? "not listening"), .text))
        lines.append(
            (
                SafeText("providers    ")
                    + SafeText(
                        system.providers.isEmpty
                            ? "none configured" : system.providers.joined(separator: ", ")), .text
            ))
        lines.append((SafeText("sessions     ") + SafeText(system.sessionsFolder ?? "not recorded"), .text))
        lines.append((.empty, .text))
        lines.append((":new begins a conversation at the devices; ? shows all keys", .keyHint))
        if model.book.callCount > 0 { lines.append(("3 shows the phone calls", .keyHint)) }
        for (row, line) in lines.enumerated() {
            canvas.draw(line.0.truncated(to: text.width, ellipsis: glyphs.ellipsis), y: row, Style(line.1), in: text)
        }
    }
}
