import Core
import Terminal

/// The panes at the side of Talk: tools, health, cost, detector, history. Each draws a heading and what fits below it.
extension Painter {
    mutating func drawTools(_ session: SessionModel, in area: Rect) {
        head(.tools, "Tools", note: SafeText(session.tools.isEmpty ? "" : "\(session.tools.count)"), in: area)
        if session.tools.isEmpty {
            canvas.draw("none called", x: 1, y: 1, Style(.dim), in: area)
            return
        }
        let skipped = model.paneState.scroll[.tools] ?? 0
        for (row, call) in session.tools.reversed().dropFirst(skipped).prefix(area.height - 1).enumerated() {
            let line = area.row(row + 1).inset(left: 1)
            let failed = call.outcome.map { $0 != .result } ?? false
            let sign = call.outcome == nil ? glyphs.hollow : failed ? glyphs.bad : glyphs.good
            let state = call.outcome == nil ? "running" : failed ? call.outcome?.words ?? "" : ""
            segments(
                [
                    Segment(sign + " " + SafeText(call.name), failed ? .toolError : .tool, 90),
                    Segment(
                        SafeText(call.arguments).truncated(to: max(0, line.width - 40), ellipsis: glyphs.ellipsis),
                        .dim, 10),
                    Segment(SafeText(state), failed ? .toolError : .info, 80),
                    Segment(SafeText(call.outcome == nil ? "" : Format.milliseconds(call.ms)), .text, 60, right: true),
                    Segment("turn \(call.turn)", .dim, 50, right: true),
                ], in: line)
        }
    }

    mutating func drawHealth(_ session: SessionModel, in area: Rect) {
        head(.health, "Health", in: area)
        let health = session.health
        let lines: [[(String, String, Bool)]] = [
            [
                ("frames in", Format.count(health.framesIn), false), ("out", Format.count(health.framesOut), false),
                ("late", "\(health.lateFrames)", health.lateFrames > 0),
            ],
            [
                ("underruns", "\(health.underruns)", health.underruns > 0),
                ("capture xruns", "\(health.captureXruns)", health.captureXruns > 0),
                ("playback xruns", "\(health.playbackXruns)", health.playbackXruns > 0),
            ],
            [
                ("jitter", Format.milliseconds(health.jitterMs), false),
                ("queue", Format.milliseconds(health.playoutQueueMs), false),
                ("device delay", Format.milliseconds(health.deviceDelayMs), false),
            ],
            [
                ("reconnects", "\(health.reconnects)", health.reconnects > 0),
                ("link queue", "\(Format.count(health.linkQueueBytes)) B", false),
                ("held", Format.milliseconds(health.heldMs), health.heldMs > 0),
            ],
        ]
        for (row, figures) in lines.enumerated() {
            draw(self.figures(figures), x: 1, y: row + 1, in: area)
        }
        draw(formatRuns(session), x: 1, y: 5, in: area)
    }

    /// Name and value pairs; what is not as it should be stands out.
    func figures(_ list: [(String, String, Bool)]) -> [TextRun] {
        list.flatMap { name, value, isBad in
            [
                TextRun(SafeText(name + " "), Style(.dim)),
                TextRun(SafeText(value + "  "), Style(isBad ? .warning : .text)),
            ]
        }
    }

    /// `slin 8000 → 24k → 24k  measured 8003`.
    func formatRuns(_ session: SessionModel) -> [TextRun] {
        guard let format = session.format else { return [TextRun("format not known yet", Style(.dim))] }
        let arrow = " \(glyphs.arrow) "
        var runs = [
            TextRun("format ", Style(.dim)),
            TextRun(
                SafeText(format.leg)
                    + SafeText(
                        arrow + Format.rate(format.providerInputRate) + arrow
                            + Format.rate(format.providerOutputRate) + arrow + Format.rate(format.legRate))),
        ]
        if let measured = session.health.measuredInputRate {
            runs.append(TextRun(SafeText("  measured \(Format.decimal(measured, 0))"), Style(.dim)))
        }
        if let finding = format.finding { runs.append(TextRun(SafeText("  ! " + finding), Style(.warning))) }
        return runs
    }

    mutating func drawUsage(_ session: SessionModel, in area: Rect) {
        head(.session, "Session", note: SafeText("\(session.id)"), in: area)
        let usage = session.usage
        let minutes = session.startedAt.map { ((session.endedAt ?? model.now) - $0).milliseconds / 60_000 } ?? 0
        let rate = usage.dollars.flatMap { minutes > 0.1 ? $0 / minutes : nil }
        let lines: [[(String, String, Bool)]] = [
            [
                ("cost", Format.dollars(usage.dollars), false), ("per minute", Format.dollars(rate), false),
                ("length", Format.clock(.milliseconds(Int(saturating: minutes * 60_000))), false),
            ],
            [
                ("tokens in", Format.count(usage.input), false), ("cached", Format.count(usage.cached), false),
                ("out", Format.count(usage.output), false),
            ],
            [
                ("audio in", Format.count(usage.inputAudio), false),
                ("audio out", Format.count(usage.outputAudio), false),
                ("barge-ins", "\(session.bargeIns)", false),
                ("ignored", "\(session.ignored.values.reduce(0, +))", false),
            ],
            talkFigures(session),
            [
                (
                    "dead air max", session.talk.longestSilence.map { Format.milliseconds($0.milliseconds) } ?? "–",
                    false
                ),
                ("p50", percentile(session, 0.5), false), ("p95", percentile(session, 0.95), false),
                ("turns", "\(session.latency.reports.count)", false),
            ],
        ]
        for (row, figures) in lines.prefix(area.height - 1).enumerated() {
            draw(self.figures(figures), x: 1, y: row + 1, in: area)
        }
    }

    /// `you 41%  agent 52%  silence 7%`.
    private func talkFigures(_ session: SessionModel) -> [(String, String, Bool)] {
        let shares = session.talk.shares(model.now)
        func percent(_ share: Double?) -> String { share.map { Format.decimal($0 * 100, 0) + "%" } ?? "–" }
        return [
            (session.isCall ? "talk caller" : "talk you", percent(shares?.user), false),
            ("agent", percent(shares?.agent), false), ("silence", percent(shares?.silence), false),
        ]
    }

    /// A percentile, or why there is none yet.
    func percentile(_ session: SessionModel, _ share: Double) -> String {
        session.latency.percentile(share).map { Format.seconds($0) } ?? "n<\(LatencyModel.least)"
    }

    /// Probability of speech against its threshold, and the noise floor: for tuning.
    mutating func drawDetector(_ session: SessionModel, in area: Rect) {
        head(.detector, "Speech detector", in: area)
        guard let meters = model.shownMeters else {
            canvas.draw("no audio", x: 1, y: 1, Style(.dim), in: area)
            return
        }
        let width = max(8, area.width - 28)
        canvas.draw("probability", x: 1, y: 1, Style(.dim), in: area)
        canvas.meter(
            Meter(level: meters.speechProbability, threshold: meters.speechThreshold, normal: .vad, hot: 2, clip: 2),
            x: 13, y: 1, width: width, in: area)
        let figure = "\(Format.decimal(meters.speechProbability, 2)) of \(Format.decimal(meters.speechThreshold, 2))"
        canvas.draw(SafeText(figure), x: 14 + width, y: 1, in: area)
        canvas.draw("level", x: 1, y: 2, Style(.dim), in: area)
        canvas.bars(model.levelHistory.user, x: 13, y: 2, width: width, Style(.meterYou), in: area)
        canvas.draw(SafeText("floor \(Format.decibels(meters.noiseFloor))"), x: 14 + width, y: 2, Style(.dim), in: area)
        canvas.draw("agent", x: 1, y: 3, Style(.dim), in: area)
        canvas.bars(model.levelHistory.agent, x: 13, y: 3, width: width, Style(.meterAgent), in: area)
        if area.height >= Self.detectorWithSpectrum {
            drawSpectrum(meters, label: 13, in: Rect(x: area.x, y: area.y + 4, width: area.width, height: 1))
        }
    }

    /// e2e of the last turns as a chart.
    mutating func drawHistory(_ session: SessionModel, in area: Rect) {
        let values = session.latency.counted
        head(.history, "e2e of turns", note: SafeText(values.isEmpty ? "" : "\(values.count)"), in: area)
        guard let most = values.max() else {
            canvas.draw("none yet", x: 1, y: 1, Style(.dim), in: area)
            return
        }
        let scale = Self.scale(max(most, min(model.budgetMs, most * 2)))
        let chart = area.inset(left: 7, top: 1, right: 1)
        canvas.draw(SafeText(Format.decimal(scale / 1000, 1) + "s"), x: 1, y: 1, Style(.dim), in: area)
        canvas.draw("0", x: 1, y: area.height - 1, Style(.dim), in: area)
        drawBudget(scale, in: chart)
        // Few turns become columns, so that they can be told apart.
        let width = min(6, max(1, chart.width * 2 / values.count))
        let columns = values.flatMap { value in
            (0..<width).map { width > 2 && $0 >= width - 2 ? 0 : value / scale }
        }
        canvas.braille(columns, Style(.stageLLM), in: chart)
    }

    /// The budget as a line across a chart; nothing when it is beyond the scale.
    private mutating func drawBudget(_ scale: Double, in chart: Rect) {
        guard model.budgetMs < scale, chart.height > 1 else { return }
        let row = chart.height - 1 - Self.cell(model.budgetMs, scale, chart.height - 1)
        canvas.repeatGlyph(glyphs.horizontal, x: 0, y: row, count: chart.width, Style(.threshold), in: chart)
        canvas.draw("budget ", y: row, Style(.threshold), in: chart)
    }
}
