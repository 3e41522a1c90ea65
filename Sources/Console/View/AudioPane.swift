import Core
import Terminal

/// The Audio view: levels of both sides, the format chain as assumed, advertised and measured, devices, counters.
extension Painter {
    mutating func drawAudio() {
        guard let session = model.shown else {
            let (top, rest) = layout.work.cutTop(6)
            drawDevices(in: top)
            canvas.draw("no conversation", x: 1, y: 1, Style(.dim), in: rest)
            return
        }
        guard layout.side.isEmpty else {
            let left = layout.work.inset(right: layout.side.width)
            let (top, rest) = left.cutTop(left.height >= 24 ? 14 : 8)
            drawLevels(session, in: top)
            drawFormats(session, in: rest)
            drawAudioSide(session)
            return
        }
        var (top, rest) = layout.work.cutTop(layout.work.height >= 22 ? 9 : 5)
        drawLevels(session, in: top)
        (top, rest) = rest.cutTop(formatHeight(session))
        drawFormats(session, in: top)
        (top, rest) = rest.cutTop(5)
        drawCounters(session, in: top)
        drawDevices(in: rest)
    }

    private mutating func drawAudioSide(_ session: SessionModel) {
        canvas.verticalRule(x: 0, in: layout.side)
        var (top, rest) = layout.side.inset(left: 1).cutTop(5)
        drawCounters(session, in: top)
        (top, rest) = rest.cutTop(10)
        drawDevices(in: top)
        if rest.height >= 5 { drawUsage(session, in: rest.cutTop(5).top) }
    }

    // MARK: - Levels

    /// Both sides with peak hold; below them the detector's probability with its threshold, and histories.
    private mutating func drawLevels(_ session: SessionModel, in area: Rect) {
        canvas.rule("Levels", note: "-60 to 0 dB, peak held", in: area)
        guard let meters = model.shownMeters else {
            canvas.draw("no audio", x: 1, y: 1, Style(.dim), in: area)
            return
        }
        let width = max(8, area.width - 42)
        let floor = meters.noiseFloor.map { Format.meterShare($0) }
        let user = Meter(
            level: Format.meterShare(meters.isMuted ? nil : meters.userLevel),
            peak: meters.userPeak.map { Format.meterShare($0) }, threshold: floor, normal: .meterYou)
        canvas.draw(userLabel(session, meters), x: 1, y: 1, Style(meters.isMuted ? .muted : .you), in: area)
        canvas.meter(user, x: 9, y: 1, width: width, in: area)
        draw(
            levelRuns(meters.userLevel, meters.userPeak, clips: model.talk.clips.user(model.now)) + [
                TextRun(SafeText("  floor \(Format.decibels(meters.noiseFloor))"), Style(.dim))
            ], x: 10 + width, y: 1, in: area)
        canvas.draw("agent", x: 1, y: 2, Style(.agent), in: area)
        canvas.meter(
            Meter(
                level: Format.meterShare(meters.agentLevel), peak: meters.agentPeak.map { Format.meterShare($0) },
                normal: .meterAgent), x: 9, y: 2, width: width, in: area)
        draw(
            levelRuns(meters.agentLevel, meters.agentPeak, clips: model.talk.clips.agent(model.now)) + [
                TextRun(SafeText("  queue \(Format.decimal(meters.playoutQueueMs, 0))ms"), Style(.dim))
            ], x: 10 + width, y: 2, in: area)
        drawProbability(meters, width: width, in: area)
        let rows = area.height >= 14 ? 4 : 1
        drawSpectrum(
            meters, label: 9, in: Rect(x: area.x, y: area.y + 4, width: area.width, height: min(rows, area.height - 4)))
        drawLevelHistory(width: width, in: area.inset(top: 4 + rows))
    }

    private func userLabel(_ session: SessionModel, _ meters: MeterSnapshot) -> SafeText {
        meters.isMuted ? "MUTED" : !meters.isMicOpen ? "closed" : session.isCall ? "caller" : "you"
    }

    private func levelRuns(_ level: Double?, _ peak: Double?, clips: Bool) -> [TextRun] {
        (clips ? [TextRun("CLIP", Style(.meterClip))] : []) + [
            TextRun(SafeText(Format.decibels(level)).padded(leftTo: 6)),
            TextRun(" peak ", Style(.dim)), TextRun(SafeText(Format.decibels(peak)).padded(leftTo: 6)),
        ]
    }

    private mutating func drawProbability(_ meters: MeterSnapshot, width: Int, in area: Rect) {
        canvas.draw("speech", x: 1, y: 3, Style(.dim), in: area)
        canvas.meter(
            Meter(level: meters.speechProbability, threshold: meters.speechThreshold, normal: .vad, hot: 2, clip: 2),
            x: 9, y: 3, width: width, in: area)
        let figure =
            "p \(Format.decimal(meters.speechProbability, 2)), from \(Format.decimal(meters.speechThreshold, 2))"
        let word: SafeText = meters.userSpeaking ? " SPEECH" : " silence"
        draw(
            [TextRun(SafeText("  " + figure)), TextRun(word, Style(meters.userSpeaking ? .vad : .dim))],
            x: 10 + width, y: 3, in: area)
    }

    private mutating func drawLevelHistory(width: Int, in area: Rect) {
        guard area.height >= 2 else { return }
        let half = area.height / 2
        let span = "\(Format.decimal(Double(width) * 2 * ConsoleLimits.historyStep.milliseconds / 1000, 0)) s"
        for (index, lane) in [(model.levelHistory.user, Role.meterYou), (model.levelHistory.agent, .meterAgent)]
            .enumerated()
        {
            let chart = Rect(x: area.x + 9, y: area.y + index * half, width: width, height: half)
            canvas.draw(index == 0 ? "in" : "out", x: 1, y: index * half, Style(.dim), in: area)
            canvas.braille(lane.0, Style(lane.1), in: chart)
        }
        if !glyphs.isASCII { canvas.draw(SafeText("  last \(span)"), x: 10 + width, y: 0, Style(.dim), in: area) }
    }

    // MARK: - Formats

    private func formatHeight(_ session: SessionModel) -> Int {
        guard let format = session.format else { return 2 }
        return (format.sides?.count ?? 1) + (format.sides == nil ? 1 : 2) + (format.finding == nil ? 0 : 1)
    }

    private mutating func drawFormats(_ session: SessionModel, in area: Rect) {
        canvas.rule("Formats", note: SafeText(session.format?.leg ?? ""), in: area)
        guard let format = session.format, let sides = format.sides, !sides.isEmpty else {
            draw(formatRuns(session), x: 1, y: 1, in: area)
            return
        }
        canvas.draw("              coding     assumed  advertised   measured", x: 1, y: 1, Style(.dim), in: area)
        for (row, side) in sides.prefix(max(0, area.height - 2)).enumerated() {
            draw(sideRuns(side, session), x: 1, y: row + 2, in: area)
        }
        guard let finding = format.finding else { return }
        canvas.draw(SafeText("! " + finding), x: 1, y: sides.count + 2, Style(.warning), in: area)
    }

    private func sideRuns(_ side: AudioFormat.Side, _ session: SessionModel) -> [TextRun] {
        // The caller's rate is counted all the time; the other sides say theirs once.
        let counted = side.name == .caller ? session.health.measuredInputRate ?? side.measured : side.measured
        let isOff = side.advertised.map { $0 != side.assumed } ?? false
        var runs = [
            TextRun(side.name.words.padded(to: 14)),
            TextRun(SafeText(side.encoding).padded(to: 9, ellipsis: glyphs.ellipsis)),
            TextRun(SafeText(Format.count(side.assumed)).padded(leftTo: 9)),
            TextRun(
                SafeText(side.advertised.map { Format.count($0) } ?? "–").padded(leftTo: 12),
                Style(isOff ? .warning : .text)),
            TextRun(SafeText(counted.map { Format.decimal($0, 0) } ?? "–").padded(leftTo: 11)),
        ]
        guard let counted, side.assumed > 0 else { return runs }
        let drift = (counted / Double(side.assumed) - 1) * 100
        let words = "  \(drift >= 0 ? "+" : "")\(Format.decimal(drift, 2))%"
        runs.append(TextRun(SafeText(words), Style(abs(drift) > 2 ? .warning : .dim)))
        return runs
    }

    // MARK: - Counters and devices

    private mutating func drawCounters(_ session: SessionModel, in area: Rect) {
        let health = session.health
        canvas.rule("Health", in: area)
        let lines: [[(String, String, Bool)]] = [
            [
                ("xruns in", "\(health.captureXruns)", health.captureXruns > 0),
                ("out", "\(health.playbackXruns)", health.playbackXruns > 0),
                ("underruns", "\(health.underruns)", health.underruns > 0),
            ],
            [
                ("jitter", Format.milliseconds(health.jitterMs), (health.jitterMs ?? 0) > 20),
                ("late", "\(health.lateFrames)", health.lateFrames > 0),
                ("delay", Format.milliseconds(health.deviceDelayMs), false),
            ],
            [
                ("playout queue", Format.milliseconds(health.playoutQueueMs), false),
                ("link", "\(Format.count(health.linkQueueBytes)) B", health.linkQueueBytes > 64_000),
                ("held", Format.milliseconds(health.heldMs), health.heldMs > 0),
            ],
            [
                ("frames in", Format.count(health.framesIn), false), ("out", Format.count(health.framesOut), false),
                ("reconnects", "\(health.reconnects)", health.reconnects > 0),
                ("lost", Format.milliseconds(health.callerLostMs), health.callerLostMs > 0),
            ],
        ]
        for (row, figures) in lines.enumerated() { draw(self.figures(figures), x: 1, y: row + 1, in: area) }
    }

    private mutating func drawDevices(in area: Rect) {
        let system = model.book.system
        canvas.rule(
            "Devices", note: model.size.width >= 100 ? "d chooses, c tests, k calibrates" : "d chooses", in: area)
        var lines: [[(String, String, Bool)]] = [
            [("microphone", system.capture ?? "none", system.capture == nil)],
            [("speaker   ", system.playback ?? "none", system.playback == nil)],
            [
                ("AudioSocket", system.audioSocket ?? "not listening", false),
                ("accepted", "\(system.accepted)", false), ("active", "\(system.active)", false),
                ("rejected", "\(system.rejected)", system.rejected > 0),
            ],
        ]
        lines.insert(
            [
                ("gain", system.microphoneGain.map { "\(Format.decimal($0, 0)) dB" } ?? "–", false),
                ("echo", system.cancelsEcho.map { $0 ? "cancelled" : "not cancelled" } ?? "–", false),
            ], at: 2)
        if let test = system.deviceTest { lines.insert(contentsOf: testLines(test), at: 3) }
        if let reason = system.deviceReason { lines.insert([("reason    ", reason, true)], at: 2) }
        for (row, figures) in lines.prefix(max(0, area.height - 1)).enumerated() {
            draw(self.figures(figures), x: 1, y: row + 1, in: area)
        }
    }
}

extension Painter {
    /// How a test of the devices goes, or went.
    fileprivate func testLines(_ test: DeviceTestReport) -> [[(String, String, Bool)]] {
        let name = test.kind == .loopback ? "loopback" : "noise"
        let head = test.state == .done ? "" : "\(test.state.rawValue): "
        let line = [(name, head + test.text, test.state == .failed)]
        return [line] + (test.fix.map { [[("fix", $0, false)]] } ?? [])
    }
}

extension AudioFormat.Side.Name {
    var words: SafeText {
        switch self {
        case .caller: "caller"
        case .toProvider: "to provider"
        case .fromProvider: "from provider"
        }
    }
}
