import Core
import Terminal

/// Where a turn's time went: parts that sum to e2e, each with its owner.
extension Painter {
    mutating func drawWaterfall(_ session: SessionModel, _ chosen: TurnReport? = nil, in area: Rect) {
        guard let report = chosen ?? session.latency.last else {
            head(.waterfall, "Waterfall", in: area)
            canvas.draw("no turn is over yet", x: 1, y: 1, Style(.dim), in: area)
            return
        }
        head(.waterfall, SafeText("Turn \(report.turn) waterfall"), note: totalText(report), in: area)
        let waterfall = session.latency.waterfall(report)
        let named = area.width >= 46
        let barWidth = max(8, area.width - (area.width >= 60 ? 44 : named ? 37 : 24))
        let scale = Self.scale(waterfall.total ?? waterfall.rows.reduce(0) { $0 + ($1.ms ?? 0) })
        drawRuler(scale, x: 14, width: barWidth, in: area.row(1))
        for (index, row) in waterfall.rows.enumerated() {
            drawRow(row, y: index + 2, barWidth: barWidth, scale: scale, in: area)
        }
        drawSum(waterfall, barWidth: barWidth, in: area)
        drawHeard(report, y: waterfall.rows.count + 3, barWidth: barWidth, in: area)
    }

    /// The same from the audio alone; where it tells another story, that is said.
    private mutating func drawHeard(_ report: TurnReport, y: Int, barWidth: Int, in area: Rect) {
        guard let heard = report.heardE2eMs, let difference = report.heardDifferenceMs else { return }
        let role: Role = report.heardDisagrees ? .warning : .dim
        canvas.draw("heard e2e", x: 1, y: y, Style(.title), in: area)
        canvas.draw("from the audio", x: 14, y: y, Style(.dim), in: area.inset(right: area.width - 14 - barWidth))
        canvas.draw(
            SafeText(Format.milliseconds(heard)).padded(leftTo: 7), x: 15 + barWidth, y: y, Style(role), in: area)
        let words = (difference < 0 ? "" : "+") + Format.milliseconds(difference)
        canvas.draw(
            SafeText(words + (report.heardDisagrees ? " !" : "")), x: 23 + barWidth, y: y, Style(role), in: area)
    }

    /// The last row: what the parts sum to. It is e2e, since what nobody accounts for is a part of its own.
    private mutating func drawSum(_ waterfall: Waterfall, barWidth: Int, in area: Rect) {
        guard let total = waterfall.total else { return }
        let y = waterfall.rows.count + 2
        canvas.draw("sum = e2e", x: 1, y: y, Style(.title), in: area)
        canvas.draw(
            SafeText(Format.milliseconds(total)).padded(leftTo: 7), x: 15 + barWidth, y: y, Style(.title), in: area)
    }

    /// Rows that the waterfall of a turn takes, with heading and sum.
    func waterfallHeight(_ session: SessionModel, _ report: TurnReport?) -> Int {
        session.latency.waterfallHeight(report)
    }

    private func totalText(_ report: TurnReport) -> SafeText {
        let slow = (report.e2eMs ?? 0) > model.budgetMs
        return SafeText("e2e \(Format.seconds(report.e2eMs))\(slow ? " !" : "")")
    }

    /// The end of the ruler: the next half second, a day at most.
    static func scale(_ ms: Double) -> Double {
        ms.isFinite ? min(86_400_000, max(500, (ms / 500).rounded(.up) * 500)) : 500
    }

    /// Where a time stands on a bar, 0 to its width.
    static func cell(_ ms: Double, _ scale: Double, _ width: Int) -> Int {
        min(width, max(0, Int(saturating: (ms / scale * Double(width)).rounded())))
    }

    private mutating func drawRuler(_ scale: Double, x: Int, width: Int, in area: Rect) {
        canvas.draw("0", x: x, Style(.dim), in: area)
        let end = SafeText(Format.milliseconds(scale))
        canvas.draw(end, x: x + width - end.width + 1, Style(.dim), in: area)
        let middle = SafeText(Format.decimal(scale / 2, 0))
        if width > 24 { canvas.draw(middle, x: x + width / 2 - middle.width / 2, Style(.dim), in: area) }
    }

    private mutating func drawRow(_ row: WaterfallRow, y: Int, barWidth: Int, scale: Double, in area: Rect) {
        let look = StageLook(row.name, glyphs)
        canvas.draw(look.label.padded(to: 13, ellipsis: glyphs.ellipsis), x: 1, y: y, in: area)
        let x = 14 + barWidth + 1
        canvas.draw(SafeText(Format.milliseconds(row.ms)).padded(leftTo: 7), x: x, y: y, in: area)
        if let owner = row.owner, area.width >= 46 {
            let words = area.width < 60 ? owner.words : row.setting.map { "your \($0)" } ?? owner.words
            canvas.draw(
                SafeText(words).truncated(to: area.width - x - 8, ellipsis: glyphs.ellipsis), x: x + 8, y: y,
                Style(owner == .setting ? .warning : .dim), in: area)
        }
        guard let ms = row.ms, ms >= 0.5 else { return }
        let start = Self.cell(row.startMs, scale, barWidth)
        let length = max(1, Self.cell(row.startMs + ms, scale, barWidth) - start)
        let bar = Rect(x: area.x + 14, y: area.y + y, width: barWidth, height: 1)
        canvas.repeatGlyph(look.fill, x: min(start, barWidth - 1), count: length, Style(look.role), in: bar)
    }

    /// The same in three rows: heading, one stacked bar, the figures.
    mutating func drawCompactWaterfall(_ session: SessionModel, _ chosen: TurnReport? = nil, in area: Rect) {
        guard let report = chosen ?? session.latency.last else {
            head(.waterfall, "Waterfall", in: area)
            canvas.draw("no turn is over yet", x: 1, y: 1, Style(.dim), in: area)
            return
        }
        head(.waterfall, SafeText("Turn \(report.turn) waterfall"), note: totalText(report), in: area)
        let waterfall = session.latency.waterfall(report)
        let scale = Self.scale(waterfall.total ?? 0)
        drawStacked(waterfall, x: 1, y: 1, width: area.width - 9, scale: scale, in: area)
        canvas.drawRight(SafeText(Format.milliseconds(scale)), y: 1, Style(.dim), in: area)
        drawFigures(waterfall, in: area.row(2).inset(left: 1))
    }

    /// All parts in one bar.
    mutating func drawStacked(_ waterfall: Waterfall, x: Int, y: Int, width: Int, scale: Double, in area: Rect) {
        for row in waterfall.rows {
            guard let ms = row.ms, ms >= 0.5 else { continue }
            let look = StageLook(row.name, glyphs)
            let start = Self.cell(row.startMs, scale, width)
            let end = max(start + 1, Self.cell(row.startMs + ms, scale, width))
            canvas.repeatGlyph(
                look.fill, x: x + start, y: y, count: min(width, end) - start, Style(look.role), in: area)
        }
    }

    /// `vad 200s  stt 85 …`; s marks the user's own setting. The figures have room before the legend.
    private mutating func drawFigures(_ waterfall: Waterfall, in area: Rect) {
        var list: [Segment] = []
        for row in waterfall.rows {
            let look = StageLook(row.name, glyphs)
            let value = row.ms.map { Format.decimal($0, 0) } ?? glyphs.missing.string
            list.append(
                Segment(
                    [
                        TextRun(look.fill + " " + look.short + " ", Style(look.role)),
                        TextRun(SafeText(value + (row.owner == .setting ? "s" : ""))),
                    ], row.ms == nil ? 20 : 50 - list.count))
        }
        list.append(Segment("s = your setting", .dim, 10, right: true))
        let wide = list.reduce(0) { $0 + $1.width + 2 } <= area.width + 18
        segments(list, gap: wide ? 2 : 1, in: area)
    }
}

extension LatencyModel {
    /// Rows that the waterfall of a turn takes: heading, ruler, parts, sum.
    func waterfallHeight(_ report: TurnReport?) -> Int {
        report.map { waterfall($0).rows.count + ($0.e2eMs == nil ? 2 : 3) + ($0.heardDifferenceMs == nil ? 0 : 1) } ?? 2
    }
}
