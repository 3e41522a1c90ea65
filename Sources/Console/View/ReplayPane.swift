import Core
import Terminal

/// A replay in the Sessions view: both lanes over the whole session, turns and marks, the time axis with the place, and what was
/// said there.
extension Painter {
    /// Cells before the lanes.
    private var laneStart: Int { 9 }

    mutating func drawReplay(_ replay: ReplayState) {
        let work = layout.work
        let scale = ReplayScale(replay, width: max(1, work.width - laneStart - 1))
        let (lanes, rest) = work.cutTop(5)
        drawLane(" L you", replay.overview.user, scale, .you, y: 0, in: lanes)
        drawLane(" R agent", replay.overview.agent, scale, .agent, y: 1, in: lanes)
        drawCuts(replay, scale, in: lanes)
        drawTurns(replay, scale, in: lanes)
        drawMarks(replay, scale, in: lanes)
        drawAxis(replay, scale, in: lanes)
        let (words, files) = rest.cutBottom(rest.height >= 8 ? 2 : 0)
        drawReplayWords(replay, in: words)
        if !files.isEmpty { drawReplayFiles(replay, in: files) }
    }

    private mutating func drawLane(
        _ label: SafeText, _ levels: [UInt8], _ scale: ReplayScale, _ role: Role, y: Int, in area: Rect
    ) {
        canvas.draw(label, y: y, Style(role), in: area)
        if scale.parts == 0 {
            canvas.draw("no audio", x: laneStart, y: y, Style(.dim), in: area)
            return
        }
        for column in 0..<scale.width {
            guard let level = scale.level(levels, column) else {
                canvas.draw(glyphs.separator, x: laneStart + column, y: y, Style(.dim), in: area)
                continue
            }
            let step = level == 0 ? 0 : 1 + max(0, Int(level) - 18) * (glyphs.bars.count - 2) / 42
            let isPlayed = column <= scale.cursor
            canvas.draw(
                glyphs.bars[min(step, glyphs.bars.count - 1)], x: laneStart + column, y: y,
                Style(isPlayed ? role : .dim), in: area)
        }
    }

    /// Barge-ins on the agent's lane.
    private mutating func drawCuts(_ replay: ReplayState, _ scale: ReplayScale, in area: Rect) {
        for mark in replay.overview.marks where mark.kind == .bargeIn {
            canvas.draw(glyphs.cut, x: laneStart + scale.column(mark.time), y: 1, Style(.warning), in: area)
        }
    }

    /// `1-----2---3`: each number where its turn begins, where there is room.
    private mutating func drawTurns(_ replay: ReplayState, _ scale: ReplayScale, in area: Rect) {
        canvas.draw(" turns", y: 2, Style(.dim), in: area)
        let turns = replay.overview.marks.filter { $0.kind == .turn }
        guard let first = turns.first else { return }
        for column in scale.column(first.time)..<scale.width {
            canvas.draw(glyphs.horizontal, x: laneStart + column, y: 2, Style(.border), in: area)
        }
        var free = 0
        for (index, turn) in turns.enumerated() {
            let text = SafeText("\(turn.number ?? 0)")
            let column = scale.column(turn.time)
            guard column >= free, column + text.width <= scale.width else { continue }
            let isHere = index + 1 == replay.status.turn
            canvas.draw(text, x: laneStart + column, y: 2, Style(isHere ? .title : .dim, isHere ? .bold : []), in: area)
            free = column + text.width + 1
        }
    }

    /// Errors as `!`, switches, remarks as `n`; errors win where they meet.
    private mutating func drawMarks(_ replay: ReplayState, _ scale: ReplayScale, in area: Rect) {
        canvas.draw(" errors", y: 3, Style(.dim), in: area)
        let signs: [(ReplayMark.Kind, SafeText, Role)] = [
            (.note, "n", .info), (.providerSwitch, glyphs.isASCII ? "s" : glyphs.swap, .info), (.trouble, "!", .error),
        ]
        for (kind, sign, role) in signs {
            for mark in replay.overview.marks where mark.kind == kind {
                canvas.draw(sign, x: laneStart + scale.column(mark.time), y: 3, Style(role), in: area)
            }
        }
    }

    /// Times below the lanes, the place among them with its sign under its column.
    private mutating func drawAxis(_ replay: ReplayState, _ scale: ReplayScale, in area: Rect) {
        let here = glyphs.up + SafeText(Format.place(replay.status.time))
        let start = min(scale.cursor, max(0, scale.width - here.width))
        // Where the text does not fit right of the sign it stands left of it.
        let flipped = scale.cursor > scale.width - here.width
        let text = flipped ? SafeText(Format.place(replay.status.time)) + glyphs.up : here
        let x = flipped ? max(0, scale.cursor - text.width + 1) : start
        var taken = [x - 1...x + text.width]
        let last = SafeText(Format.place(scale.length).split(separator: ".").first.map(String.init) ?? "")
        let ends = scale.width - last.width
        if ends > x + text.width || ends + last.width < x {
            canvas.draw(last, x: laneStart + ends, y: 4, Style(.dim), in: area)
            taken.append(ends - 1...scale.width)
        }
        for tick in scale.ticks {
            let label = SafeText(String(Format.place(tick).split(separator: ".").first ?? ""))
            let column = scale.column(tick)
            let range = column...column + label.width
            guard range.upperBound <= scale.width, !taken.contains(where: { $0.overlaps(range) }) else { continue }
            canvas.draw(label, x: laneStart + column, y: 4, Style(.dim), in: area)
            taken.append(range)
        }
        canvas.draw(text, x: laneStart + x, y: 4, Style(.title, .bold), in: area)
    }

    /// The transcript up to the place, its newest lines.
    private mutating func drawReplayWords(_ replay: ReplayState, in area: Rect) {
        var title = SafeText("turn \(replay.status.turn)")
        if replay.status.turn == 0 { title = "before the first turn" }
        let note = nextMark(replay)
        canvas.rule(
            title, note: note.truncated(to: max(0, area.width - title.width - 8), ellipsis: glyphs.ellipsis), in: area)
        let rows = area.inset(top: 1)
        guard let session = model.shown, rows.height > 0 else { return }
        let lines = TranscriptLayout(model, session, width: rows.width - 1)
        let window = TranscriptWindow(session.transcript, lines)
        let end = window.anchorAtEnd(height: rows.height)
        for (y, line) in window.lines(from: end.block, end.line, height: rows.height).enumerated() {
            draw(line, y: y, in: rows)
        }
    }

    /// What comes next: a barge-in, an error, a remark.
    private func nextMark(_ replay: ReplayState) -> SafeText {
        let next = replay.overview.marks.first { $0.kind != .turn && $0.time > replay.status.time }
        guard let next else { return .empty }
        return SafeText("next at \(Format.place(next.time)): \(next.text)")
    }

    private mutating func drawReplayFiles(_ replay: ReplayState, in area: Rect) {
        canvas.rule("Files", in: area)
        let files = replay.overview.files.map { "\($0.name) \(Format.bytes($0.bytes))" }
        let text = SafeText(files.joined(separator: " \(glyphs.separator.string) "))
        canvas.draw(text.truncated(to: area.width - 2, ellipsis: glyphs.ellipsis), x: 1, y: 1, in: area)
    }
}

/// Time to columns.
struct ReplayScale {
    let width: Int
    let length: Duration
    let parts: Int
    /// Column of the place.
    let cursor: Int

    init(_ replay: ReplayState, width: Int) {
        self.width = width
        length = replay.status.length
        parts = replay.overview.parts
        cursor = Self.column(replay.status.time, length, width)
    }

    func column(_ time: Duration) -> Int { Self.column(time, length, width) }

    private static func column(_ time: Duration, _ length: Duration, _ width: Int) -> Int {
        guard length > .zero else { return 0 }
        return min(width - 1, max(0, Int(time.milliseconds / length.milliseconds * Double(width))))
    }

    /// The highest level of a column; nil where the audio was not read yet.
    func level(_ levels: [UInt8], _ column: Int) -> UInt8? {
        let from = column * parts / width
        let to = max(from + 1, (column + 1) * parts / width)
        guard from < levels.count else { return nil }
        return levels[from..<min(to, levels.count)].max()
    }

    /// Round times about ten cells apart at least.
    var ticks: [Duration] {
        let seconds = length.milliseconds / 1000
        guard seconds > 0 else { return [] }
        let steps: [Double] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400]
        let step = steps.first { $0 / seconds * Double(width) >= 10 } ?? steps[steps.count - 1]
        return stride(from: 0, through: min(seconds, step * 1000), by: step).map { .milliseconds(Int64($0 * 1000)) }
    }
}
