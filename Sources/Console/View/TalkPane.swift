import Core
import Terminal

/// The Talk view: transcript, and around it what there is room for.
extension Painter {
    mutating func drawTalk() {
        if model.shown != nil, !layout.isZoomed {
            if !layout.side.isEmpty, !ConsoleLayout.isPortrait(model.size) {
                canvas.verticalRule(x: 0, in: layout.side)
            }
            if !layout.left.isEmpty { canvas.verticalRule(x: layout.left.width - 1, in: layout.left) }
        }
        for place in layout.placed { draw(place.pane, in: place.area) }
    }

    mutating func drawTranscript(_ session: SessionModel, in whole: Rect) {
        let area = whole.inset(top: 1)
        let lines = TranscriptLayout(model, session, width: area.width - 1)
        let window = TranscriptWindow(session.transcript, lines)
        let end = window.anchorAtEnd(height: area.height)
        let place = model.scroll.map { ($0.block, $0.line) } ?? (end.block, end.line)
        let shown = window.lines(from: place.0, place.1, height: area.height)
        for (row, line) in shown.enumerated() { draw(line, y: row, in: area) }
        drawTranscriptHead(session, in: whole)
        if session.transcript.blocks.isEmpty {
            canvas.draw(SafeText(emptyHint(session)), x: 1, y: 1, Style(.dim), in: area)
        }
    }

    private func emptyHint(_ session: SessionModel) -> String {
        let type = model.key(.type)
        return session.start?.leg == .text ? "press \(type) and type" : "say something, or press \(type) and type"
    }

    private mutating func drawTranscriptHead(_ session: SessionModel, in area: Rect) {
        var note = SafeText("following \(glyphs.down)")
        if let scroll = model.scroll {
            let new = max(0, session.transcript.entryCount - scroll.entriesSeen)
            let follow = SafeText("\(model.key(.follow)) follow")
            note = new > 0 ? SafeText("\(glyphs.down) \(new) new \(glyphs.separator) ") + follow : follow
        }
        let title = session.isCall ? SafeText("Call \(session.callerName)") : SafeText("Conversation")
        head(.conversation, title, note: note, in: area)
    }

    /// The newest turn, or the one chosen; in three rows where there is no room for more.
    mutating func drawTalkWaterfall(_ session: SessionModel, in area: Rect) {
        if area.height <= 3 {
            drawCompactWaterfall(session, model.chosenReport, in: area)
        } else {
            drawWaterfall(session, model.chosenReport, in: area)
        }
    }

    /// What to do when nothing is going on.
    mutating func drawIdle(in area: Rect) {
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
        lines.append(
            (SafeText(":new begins a conversation at the devices; \(model.key(.help)) shows all keys"), .keyHint))
        if model.book.callCount > 0 {
            lines.append((SafeText("\(model.key(.showCalls)) shows the phone calls"), .keyHint))
        }
        for (row, line) in lines.enumerated() {
            canvas.draw(line.0.truncated(to: text.width, ellipsis: glyphs.ellipsis), y: row, Style(line.1), in: text)
        }
    }
}
