import Core
import Terminal

/// The table of phone calls, and the call under the cursor.
extension Painter {
    mutating func drawCalls() {
        let area = layout.work
        guard model.book.callCount > 0 else {
            drawNoCalls(in: area)
            return
        }
        let wide = area.width >= 100
        let table =
            wide ? area.inset(right: area.width - area.width * 3 / 5) : area.inset(bottom: min(8, area.height / 2))
        let detail =
            wide
            ? Rect(x: table.endX, y: area.y, width: area.width - table.width, height: area.height)
            : Rect(x: area.x, y: table.endY, width: area.width, height: area.height - table.height)
        drawCallList(in: table, narrow: false)
        if let call = model.selectedCall { drawCallDetail(call, in: detail, bordered: wide) }
    }

    private mutating func drawNoCalls(in area: Rect) {
        canvas.rule("Calls", in: area)
        let system = model.book.system
        let text =
            system.audioSocket.map { "no call yet; Asterisk can dial in at \($0) (AudioSocket)" }
            ?? "no call, and no listener: set telephony.listen in sidetone.yaml"
        canvas.draw(SafeText(text), x: 2, y: 2, Style(.dim), in: area)
        canvas.draw(
            SafeText("accepted \(system.accepted)  rejected \(system.rejected)"), x: 2, y: 3, Style(.dim), in: area)
    }

    /// Columns: state, caller, duration, turn, e2e, alert.
    mutating func drawCallList(in area: Rect, narrow: Bool) {
        let calls = model.book.callIDs
        let live = model.book.liveCallCount
        head(narrow ? .callList : .calls, "Calls", note: SafeText("\(live) live, \(calls.count - live) ended"), in: area)
        let callerWidth = max(8, area.width - (narrow ? 35 : 50))
        canvas.draw(
            "  state      " + SafeText("caller").padded(to: callerWidth) + "   dur turn   e2e"
                + (narrow ? "" : "  alert"), y: 1, Style(.dim), in: area)
        let rows = max(1, area.height - 2)
        let selected = min(max(0, model.callSelection), max(0, calls.count - 1))
        let first = model.firstCall(rows: rows)
        for (row, id) in calls.enumerated().dropFirst(first).prefix(rows) {
            guard let call = model.book[id] else { continue }
            drawCall(
                call, isSelected: row == selected && (model.view == .calls || layout.focused == .callList), callerWidth, in: area.row(row - first + 2))
        }
        if calls.isEmpty { canvas.draw("none", x: 2, y: 2, Style(.dim), in: area) }
    }

    private mutating func drawCall(_ call: SessionModel, isSelected: Bool, _ callerWidth: Int, in row: Rect) {
        let state = call.state.short(glyphs)
        var runs = [
            TextRun(isSelected ? "> " : "  ", Style(.keyHint)),
            TextRun(state.text.padded(to: 10) + " ", Style(state.role)),
            TextRun(SafeText(call.callerName).padded(to: callerWidth, ellipsis: glyphs.ellipsis) + " ", Style(.caller)),
        ]
        let length = call.startedAt.map { Format.clock((call.endedAt ?? model.now) - $0) } ?? "–"
        runs.append(TextRun(SafeText(length).padded(leftTo: 5)))
        runs.append(TextRun(SafeText("\(call.turn)").padded(leftTo: 5)))
        let e2e = call.latency.last?.e2eMs
        let slow = (e2e ?? 0) > model.budgetMs
        runs.append(
            TextRun(
                SafeText(e2e.map { Format.decimal($0 / 1000, 2) + (slow ? "!" : " ") } ?? glyphs.missing.string + " ")
                    .padded(leftTo: 6),
                Style(slow ? .warning : .text)))
        if model.listening == call.id { runs.append(TextRun("  LISTENING IN", Style(.recording))) }
        if call.isAgentMuted, call.isLive { runs.append(TextRun("  AGENT MUTED", Style(.muted))) }
        runs.append(alert(call))
        draw(runs, in: row)
        if isSelected { canvas.restyle(row, surface: .selected) }
    }

    private func alert(_ call: SessionModel) -> TextRun {
        if let trouble = call.troubles.worst {
            return TextRun(SafeText(" ! " + trouble.text), Style(trouble.severity.role))
        }
        if let end = call.end { return TextRun(SafeText(" " + end.reason), Style(.dim)) }
        return TextRun("")
    }

    private mutating func drawCallDetail(_ call: SessionModel, in area: Rect, bordered: Bool) {
        var body = area
        if bordered {
            canvas.verticalRule(x: 0, in: area)
            body = area.inset(left: 1)
        }
        canvas.rule(SafeText("Call \(call.callerName)"), in: body)
        let lines: [[(String, String, Bool)]] = [
            [("uuid", call.start?.callID ?? "–", false)],
            [
                ("session", call.id.text, false), ("leg", call.start?.leg.rawValue ?? "–", false),
            ],
            [("peer", call.start?.peer ?? "–", false)],
            [
                ("provider", call.provider, false), ("agent", call.start?.agent ?? "–", false),
                ("barge-ins", "\(call.bargeIns)", false),
            ],
            [
                ("in", Format.count(call.health.framesIn) + " frames", false),
                ("late", "\(call.health.lateFrames)", call.health.lateFrames > 0),
                ("jitter", Format.milliseconds(call.health.jitterMs), false),
            ],
            [
                ("out", Format.count(call.health.framesOut) + " frames", false),
                ("underruns", "\(call.health.underruns)", call.health.underruns > 0),
                ("queue", Format.milliseconds(call.health.playoutQueueMs), false),
            ],
            [
                (
                    "recording", call.isRecording ? "on" : call.recording?.state == .failed ? "FAILED" : "off",
                    call.recording?.state == .failed
                ),
                ("dtmf", call.digits.isEmpty ? "–" : call.digits, false),
                ("cost", Format.dollars(call.usage.dollars), false),
            ],
        ]
        for (row, figures) in lines.prefix(max(0, body.height - 1)).enumerated() {
            draw(self.figures(figures), x: 1, y: row + 1, in: body)
        }
        let last = call.transcript.blocks.suffix(6).flatMap {
            TranscriptLayout(model, call, width: body.width - 1).lines($0)
        }
        let rest = body.inset(top: lines.count + 2)
        guard rest.height > 2 else { return }
        canvas.rule("Last words", y: lines.count + 1, in: body)
        for (row, line) in last.suffix(rest.height).enumerated() { draw(line, y: row, in: rest) }
    }
}
