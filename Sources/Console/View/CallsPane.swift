import Core
import Terminal

/// The Calls view: the table, and the call under the cursor followed live.
extension Painter {
    mutating func drawCalls() {
        guard model.selectedCall != nil else { return draw(.calls, in: layout.work) }
        if !layout.isZoomed {
            if !layout.left.isEmpty { canvas.verticalRule(x: layout.left.width - 1, in: layout.left) }
            if !layout.side.isEmpty { canvas.verticalRule(x: 0, in: layout.side) }
        }
        for place in layout.placed { draw(place.pane, in: place.area) }
    }

    /// A pane of the call under the cursor.
    mutating func drawCallPane(_ pane: Pane, in area: Rect) {
        guard model.book.callCount > 0 else { return drawNoCalls(in: area) }
        guard pane != .calls, let call = model.selectedCall else { return drawCallTable(in: area, narrow: false) }
        switch pane {
        case .callFigures: drawCallFigures(call, in: area)
        case .waterfall where area.height <= 3: drawCompactWaterfall(call, in: area)
        case .waterfall: drawWaterfall(call, in: area)
        case .history: drawHistory(call, in: area)
        case .tools: drawTools(call, in: area)
        case .health: drawHealth(call, in: area)
        case .session: drawUsage(call, in: area)
        case .timeline: drawTimeline(call, in: area)
        case .newestEvents: drawNewestEvents(in: area)
        default: drawFollowed(call, in: area)
        }
    }

    private mutating func drawNoCalls(in area: Rect) {
        canvas.rule("Calls", in: area)
        let system = model.book.system
        let text =
            system.audioSocket.map { "no call yet; Asterisk can dial in at \($0) (AudioSocket)" }
            ?? "no call, and no listener: set audiosocket.listen in sidetone.yaml"
        canvas.draw(SafeText(text), x: 2, y: 2, Style(.dim), in: area)
        canvas.draw(
            SafeText("accepted \(system.accepted)  rejected \(system.rejected)"), x: 2, y: 3, Style(.dim), in: area)
    }

    // MARK: - The table

    /// The table; narrow, beside a conversation, without alerts.
    mutating func drawCallTable(in area: Rect, narrow: Bool) {
        let state = model.calls
        head(
            narrow ? .callList : .calls, "Calls", note: callsNote(narrow: narrow).truncated(to: area.width - 12),
            in: area)
        let columns = CallTableColumns(state, width: area.width - 2, narrow: narrow)
        drawHeads(columns, in: area.row(1))
        let rows = max(1, area.height - 2)
        let first = state.firstRow(of: rows)
        for (row, id) in state.rows.enumerated().dropFirst(first).prefix(rows) {
            guard let call = model.book.call(id) else { continue }
            let isSelected = row == state.selection && (model.view == .calls || layout.focused == .callList)
            drawCall(call, columns, isSelected: isSelected, in: area.row(row - first + 2))
        }
        if state.rows.isEmpty {
            let words = model.book.callCount == 0 ? "none" : "no call matches; ESC shows all"
            canvas.draw(SafeText(words), x: 2, y: 2, Style(.dim), in: area)
        }
    }

    private func callsNote(narrow: Bool) -> SafeText {
        let (state, live) = (model.calls, model.book.liveCallCount)
        let (alarms, ended) = (model.book.alarmingCalls, model.book.callCount - live)
        var parts = ["\(live) live" + (alarms > 0 ? " (\(alarms) alert)" : ""), "\(ended) ended"]
        if !narrow {
            parts.append("sort \(state.sort.rawValue) \((state.isDescending ? glyphs.down : glyphs.up).string)")
            if !state.marked.isEmpty { parts.append("\(state.marked.count) marked") }
            if !state.filter.isEmpty { parts.append("/\(state.filter)") }
        }
        if state.isPaused { parts.append("PAUSED" + (state.waiting > 0 ? ", \(state.waiting) new" : "")) }
        return SafeText(parts.joined(separator: "  "))
    }

    private mutating func drawHeads(_ columns: CallTableColumns, in row: Rect) {
        for (column, x, width) in columns.places {
            let isSorted = column == model.calls.sort
            let name = SafeText(column.rawValue)
            let text = column.isRightAligned ? name.padded(leftTo: width) : name.padded(to: width)
            canvas.draw(text.truncated(to: width), x: x, Style(isSorted ? .keyHint : .dim), in: row)
        }
    }

    private mutating func drawCall(
        _ call: CallSummary, _ columns: CallTableColumns, isSelected: Bool, in row: Rect
    ) {
        if isSelected { canvas.draw(">", Style(.keyHint), in: row) }
        if model.calls.marked.contains(call.id) { canvas.draw("*", x: 1, Style(.keyHint), in: row) }
        for (column, x, width) in columns.places {
            let (text, role) = cell(call, column)
            let fitted = text.truncated(to: width, ellipsis: glyphs.ellipsis)
            let at = column.isRightAligned ? x + width - fitted.width : x
            canvas.draw(fitted, x: at, Style(role), in: row)
        }
        if isSelected { canvas.restyle(row, surface: .selected) }
    }

    /// What stands in a cell: a word first, its colour second.
    private func cell(_ call: CallSummary, _ column: CallColumn) -> (SafeText, Role) {
        func plain(_ text: String, _ role: Role = .text) -> (SafeText, Role) { (SafeText(text), role) }
        func count(_ value: Int, bad: Bool = true) -> (SafeText, Role) {
            plain("\(value)", bad && value > 0 ? .warning : .text)
        }
        switch column {
        case .state: return call.hasFailed ? (glyphs.bad + " failed", .error) : call.state.short(glyphs)
        case .caller: return plain(call.caller, .caller)
        case .agent: return plain(call.agent)
        case .provider: return plain(call.provider)
        case .peer: return plain(call.peer, .dim)
        case .started: return plain(call.startedWall?.localClock ?? "–", .dim)
        case .dur: return plain(call.length(at: model.now).map { Format.clock($0) } ?? "–")
        case .turn: return plain("\(call.turn)")
        case .e2e: return latency(call.e2eMs)
        case .heard: return latency(call.heardMs)
        case .p95: return call.p95Ms == nil ? plain("n<\(LatencyModel.least)", .dim) : latency(call.p95Ms)
        case .barge: return count(call.bargeIns, bad: false)
        case .over: return count(call.breaches)
        case .late: return count(call.health.lateFrames)
        case .jitter: return plain(Format.milliseconds(call.health.jitterMs))
        case .queue: return plain(Format.milliseconds(call.health.playoutQueueMs))
        case .cost: return plain(Format.dollars(call.dollars))
        case .rec: return call.isRecording ? plain("rec", .recording) : plain("no", .dim)
        case .dtmf: return plain(String(call.digits.suffix(5)))
        case .alert: return alert(call)
        }
    }

    private func latency(_ ms: Double?) -> (SafeText, Role) {
        guard let ms else { return (glyphs.missing, .dim) }
        let slow = ms > model.budgetMs
        return (SafeText(Format.decimal(ms / 1000, 2) + (slow ? "!" : "")), slow ? .warning : .text)
    }

    /// What the operator does there stands before the trouble: it is the operator's own doing.
    private func alert(_ call: CallSummary) -> (SafeText, Role) {
        if model.listening == call.id { return ("LISTENING IN", .recording) }
        if call.isLive, call.isAgentMuted { return ("AGENT MUTED", .muted) }
        guard call.isLive else { return (SafeText(call.alert), call.hasFailed ? .error : .dim) }
        guard let trouble = call.trouble else { return (.empty, .text) }
        return (SafeText("! " + trouble.text), trouble.severity.role)
    }
}

/// Which columns fit, where they begin and how wide they are. Caller and alert share what is left.
struct CallTableColumns {
    private(set) var places: [(column: CallColumn, x: Int, width: Int)] = []

    init(_ state: CallsState, width: Int, narrow: Bool) {
        var shown = narrow ? [.state, .caller, .dur, .turn, .e2e] : state.shown
        func needed() -> Int { shown.reduce(0) { $0 + $1.width + 1 } }
        while needed() > width, shown.count > 1,
            let least = shown.indices.max(by: { shown[$0].sacrifice < shown[$1].sacrifice })
        {
            shown.remove(at: least)
        }
        let spare = max(0, width - needed())
        let growing = [CallColumn.caller, .alert].filter(shown.contains)
        // A caller's name needs no more than 24; the alert takes the rest.
        let toCaller = growing == [.caller] ? spare : growing.count == 2 ? min(15, spare / 3) : 0
        var x = 2
        for column in shown {
            var own = column.width
            if column == .caller { own += toCaller }
            if column == .alert { own += spare - toCaller }
            places.append((column, x, own))
            x += own + 1
        }
    }
}
