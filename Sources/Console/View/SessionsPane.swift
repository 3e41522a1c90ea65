import Core
import Terminal

/// Where the browser's parts stand.
struct SessionsLayout {
    var list: Rect
    /// The rows of the list, below its rule and its headings.
    var rows: Rect
    var detail: Rect
    var isWide: Bool

    init(_ model: ConsoleModel) {
        let work = ConsoleLayout(model).work
        isWide = work.width >= 120
        if isWide {
            let width = work.width * 2 / 5
            detail = Rect(x: work.endX - width, y: work.y, width: width, height: work.height)
            list = work.inset(right: width)
        } else {
            (list, detail) = work.cutBottom(work.height >= 14 ? max(6, work.height / 3) : 0)
        }
        rows = list.inset(top: 2)
    }

    /// Lines of one session: with words searched for, a second one shows where they stand.
    static func height(_ model: ConsoleModel) -> Int { model.sessions.query.words.isEmpty ? 1 : 2 }
}

/// The Sessions view: what was recorded, and a replay.
extension Painter {
    mutating func drawSessions() {
        if let diff = model.sessions.diff { return drawDiff(diff) }
        if let replay = model.replay { return drawReplay(replay) }
        let parts = SessionsLayout(model)
        drawSessionList(parts)
        if !parts.detail.isEmpty { drawSessionDetail(parts) }
    }

    // MARK: - The list

    private mutating func drawSessionList(_ parts: SessionsLayout) {
        canvas.rule(
            "Sessions", note: listNote.truncated(to: parts.list.width - 14, ellipsis: glyphs.ellipsis), in: parts.list)
        let state = model.sessions
        let columns = SessionColumns(width: parts.list.width)
        draw(columns.heads(state.query, glyphs), y: 1, in: parts.list)
        guard state.total > 0 else {
            let lines = TextLayout.wrap([TextRun(SafeText(emptyList))], width: parts.rows.width - 3)
            for (y, line) in lines.enumerated() {
                for run in line { canvas.draw(run.text, x: 2, y: y, Style(.dim), in: parts.rows) }
            }
            return
        }
        let height = SessionsLayout.height(model)
        let fit = max(1, parts.rows.height / height)
        let first = max(0, min(state.selection - fit / 2, state.total - fit))
        for (index, number) in (first..<min(state.total, first + fit)).enumerated() {
            let area = Rect(
                x: parts.rows.x, y: parts.rows.y + index * height, width: parts.rows.width, height: height)
            drawSession(state.row(number), number, columns, in: area)
        }
    }

    private mutating func drawSession(_ row: LibraryRow?, _ number: Int, _ columns: SessionColumns, in area: Rect) {
        let isChosen = number == model.sessions.selection
        guard let row else {
            canvas.draw(SafeText("  ") + glyphs.ellipsis, Style(.dim), in: area)
            return
        }
        let mark = model.sessions.marked.firstIndex(of: row.name)
        draw(columns.runs(row, isChosen: isChosen, mark: mark, budget: model.budgetMs, glyphs), in: area)
        if area.height > 1 { draw(excerpt(row), x: 4, y: 1, in: area) }
        if isChosen { canvas.restyle(area.row(0), surface: .selected) }
    }

    private func excerpt(_ row: LibraryRow) -> [TextRun] {
        [TextRun(SafeText(row.who.isEmpty ? "" : row.who + ": "), Style(.dim))]
            + row.excerpt.map { TextRun(SafeText($0.text), $0.isHit ? Style(.match, .bold) : Style(.text)) }
    }

    private var emptyList: String {
        let state = model.sessions
        if !state.hasLibrary { return "no folder of sessions is known here: give recording.folder in sidetone.yaml" }
        if !state.isLoaded { return "reading the list" + glyphs.ellipsis.string }
        if !state.filter.isEmpty { return "no session passes the filter; ESC shows all, / changes it" }
        return "nothing was recorded yet; a conversation or a call makes a session"
    }

    /// `3 of 14 shown · /words · by start ↓ · 2 marked · indexing 120/400`.
    private var listNote: SafeText {
        let state = model.sessions
        var parts: [SafeText] = []
        if let indexing = state.indexing { parts.append("indexing \(indexing.done)/\(indexing.all)") }
        if !state.marked.isEmpty { parts.append("\(state.marked.count) marked") }
        if let sums = state.sums {
            let all = "\(Format.count(sums.sessions)) sessions, \(Format.bytes(sums.bytes))"
            let isPart = state.total != sums.sessions && state.isLoaded
            parts.append(SafeText((isPart ? "\(Format.count(state.total)) of " : "") + all))
        }
        if !state.filter.isEmpty {
            parts.append(SafeText("/" + state.filter).truncated(to: 40, ellipsis: glyphs.ellipsis))
        }
        guard let first = parts.first else { return .empty }
        return parts.dropFirst().reduce(first) { $0 + SafeText(", ") + $1 }
    }

    // MARK: - The bottom line

    /// What the folder holds, and whether the session at hand is whole.
    mutating func drawSessionsStatus() {
        let state = model.sessions
        let sums = state.sums.map { "\(Format.count($0.sessions)) sessions  \(Format.bytes($0.bytes))" }
        let verdict = model.replay.map { $0.overview.verdict.isEmpty ? "being checked" : $0.overview.verdict } ?? ""
        segments(
            [
                Segment(SafeText(sums ?? (state.hasLibrary ? "sessions" : "no sessions folder")), .dim, 40),
                Segment(SafeText(verdict), verdict.hasPrefix("NOT") ? .error : .ok, 80),
                Segment(SafeText(model.wall.localClock), .dim, 50, right: true),
            ], in: layout.status.inset(left: 1))
    }

    // MARK: - One session

    private mutating func drawSessionDetail(_ parts: SessionsLayout) {
        var area = parts.detail
        if parts.isWide {
            canvas.verticalRule(x: 0, in: area)
            area = area.inset(left: 1)
        }
        guard let row = model.sessions.chosen else { return canvas.rule("Session", in: area) }
        canvas.rule(SafeText(row.name).truncated(to: area.width - 6, ellipsis: glyphs.ellipsis), in: area)
        let lines = detailLines(row, width: area.width - 2)
        for (y, line) in lines.prefix(max(0, area.height - 1)).enumerated() { draw(line, x: 1, y: y + 1, in: area) }
    }

    private func detailLines(_ row: LibraryRow, width: Int) -> [[TextRun]] {
        let dim = Style(.dim)
        let detail = model.sessions.detail.flatMap { $0.name == row.name ? $0 : nil }
        var lines: [[TextRun]] = []
        let add = { (label: SafeText, runs: [TextRun]) in
            for (index, line) in TextLayout.wrap(runs, width: max(10, width - 9)).enumerated() {
                lines.append([TextRun((index == 0 ? label : "").padded(to: 9), dim)] + line)
            }
        }
        let files = (detail?.files ?? []).map { "\($0.name) \(Format.bytes($0.bytes))" }
        if !files.isEmpty {
            add("files", [TextRun(SafeText(files.joined(separator: " \(glyphs.separator.string) ")))])
        }
        let verdict = detail?.verdict ?? ""
        let words =
            row.isLive
            ? "it is being recorded now" : verdict.isEmpty ? "being checked" + glyphs.ellipsis.string : verdict
        let isBad = !verdict.isEmpty && detail?.isWhole == false && !row.isLive
        add("checked", [TextRun(SafeText(words), isBad ? Style(.error) : Style(verdict.isEmpty ? .dim : .ok))])
        for fault in (detail?.faults ?? []).prefix(3) { add("fault", [TextRun(SafeText(fault), Style(.warning))]) }
        for note in (detail?.notes ?? []).suffix(4) { add("note", [TextRun(SafeText(note), Style(.info))]) }
        if lines.count > 0, !(detail?.lines.isEmpty ?? true) { lines.append([]) }
        for line in detail?.lines ?? [] {
            let isUser = line.who == "You"
            let text = TextRun(SafeText(line.text))
            let head = TextRun(SafeText(isUser ? "you" : "agent").padded(to: 9), Style(isUser ? .you : .agent))
            for (index, wrapped) in TextLayout.wrap([text], width: max(10, width - 9)).enumerated() {
                lines.append([index == 0 ? head : TextRun(SafeText("").padded(to: 9))] + wrapped)
            }
        }
        return lines
    }
}

/// The columns of the list, as many as the width holds.
struct SessionColumns {
    private let width: Int
    private var isWide: Bool { width >= 100 }
    private var provider: Int { isWide ? 18 : 12 }

    init(width: Int) { self.width = width }

    /// Headings; the one that sorts shows which way.
    func heads(_ query: LibraryQuery, _ glyphs: Glyphs) -> [TextRun] {
        var runs = [TextRun("    ")]
        for cell in cells(nil, budget: 0, glyphs) {
            var title = cell.title
            if cell.order == query.order {
                let falls = [.start, .length, .turns, .p95, .size].contains(query.order) != query.isReversed
                title = title + (falls ? glyphs.down : glyphs.up)
            }
            let text = cell.isRight ? title.padded(leftTo: cell.width) : title.padded(to: cell.width)
            runs.append(TextRun(text + " ", Style(cell.order == query.order ? .title : .dim)))
        }
        return runs
    }

    func runs(_ row: LibraryRow, isChosen: Bool, mark: Int?, budget: Double, _ glyphs: Glyphs) -> [TextRun] {
        let sign: SafeText = mark == nil ? " " : mark == 0 ? "A" : mark == 1 ? "B" : "*"
        var runs = [TextRun(isChosen ? "> " : "  ", Style(.keyHint)), TextRun(sign + " ", Style(.info))]
        for cell in cells(row, budget: budget, glyphs) {
            let text =
                cell.isRight
                ? cell.text.padded(leftTo: cell.width)
                : cell.text.padded(to: cell.width, ellipsis: glyphs.ellipsis)
            runs.append(TextRun(text + " ", Style(cell.role)))
        }
        return runs
    }

    private struct Cell {
        var title: SafeText
        var order: LibraryOrder?
        var width: Int
        var isRight = false
        var text: SafeText = .empty
        var role = Role.text
    }

    private func cells(_ row: LibraryRow?, budget: Double, _ glyphs: Glyphs) -> [Cell] {
        let stamp = row.map { $0.began.fileStamp } ?? ""
        let day = SafeText(String(stamp.dropFirst(isWide ? 0 : 5).prefix(isWide ? 10 : 5)))
        let time = SafeText(String(stamp.dropFirst(11).prefix(5).map { $0 == "-" ? ":" : $0 }))
        var list = [
            Cell(title: "start UTC", order: .start, width: isWide ? 16 : 11, text: day + " " + time),
            Cell(
                title: "length", order: .length, width: 7, isRight: true,
                text: SafeText(
                    row.map { Format.clock(.milliseconds(Int64(min(1e9, max(0, $0.seconds)) * 1000))) } ?? "")),
            Cell(
                title: "provider", order: .provider, width: provider,
                text: SafeText(row?.providers.joined(separator: "+") ?? "")),
        ]
        if isWide { list.append(Cell(title: "agent", order: .agent, width: 12, text: SafeText(row?.agent ?? ""))) }
        list.append(
            Cell(
                title: "outcome", order: .outcome, width: 9,
                text: SafeText(row.map { $0.isLive ? "LIVE" : $0.isWhole ? $0.outcome : $0.outcome + "!" } ?? ""),
                role: row?.isLive == true ? .recording : row?.isWhole == false ? .warning : .text))
        list.append(
            Cell(
                title: "turns", order: .turns, width: 5, isRight: true, text: SafeText(row.map { "\($0.turns)" } ?? ""))
        )
        let p95 = row?.p95Ms
        let isSlow = (p95 ?? 0) > budget
        list.append(
            Cell(
                title: "p95", order: .p95, width: 6, isRight: true,
                text: SafeText(
                    p95.map { Format.decimal($0 / 1000, 2) + (isSlow ? "!" : "s") } ?? glyphs.missing.string),
                role: isSlow ? .warning : .text))
        list.append(
            Cell(
                title: "size", order: .size, width: 8, isRight: true,
                text: SafeText(row.map { Format.bytes($0.bytes) } ?? "")))
        let rest = width - 5 - list.reduce(0) { $0 + $1.width + 1 }
        if rest > 5 {
            list.append(
                Cell(title: "caller", order: nil, width: rest, text: SafeText(row?.caller ?? ""), role: .caller))
        }
        return list
    }
}
