import Core
import Terminal

/// The figures of one call, in rows.
struct CallFigures {
    /// Rows that all of it takes, meters included.
    static let rows = 12

    /// Name, value, whether it is not as it should be.
    typealias Figure = (String, String, Bool)

    let lines: [[Figure]]

    init(_ call: SessionModel, now: MonotonicTime) {
        let (health, format) = (call.health, call.format)
        let length = call.startedAt.map { Format.clock((call.endedAt ?? now) - $0) } ?? "–"
        let lost = health.callerLostMs
        let state = call.isRecording ? "on" : call.recording?.state == .failed ? "FAILED" : "off"
        lines = [
            [("uuid", call.start?.callID ?? "–", false)],
            [("leg", Self.leg(call), false), ("peer", call.start?.peer ?? "–", false)],
            [
                ("started", call.startedWall?.localClock ?? "–", false), ("agent", call.start?.agent ?? "–", false),
                ("provider", call.provider, false), ("length", length, false),
            ],
            [
                ("in", Format.count(health.framesIn) + " frames", false),
                ("late", "\(health.lateFrames)", health.lateFrames > 0),
                ("lost", Format.milliseconds(lost), lost > 0), ("jitter", Format.milliseconds(health.jitterMs), false),
            ],
            [
                ("out", Format.count(health.framesOut) + " frames", false),
                ("underruns", "\(health.underruns)", health.underruns > 0),
                ("queue", Format.milliseconds(health.playoutQueueMs), false),
                ("reconnects", "\(health.reconnects)", health.reconnects > 0),
            ],
            [
                ("drift", Self.drift(call), false),
                ("ratio caller", Self.ratio(format, .caller), Self.isOff(format, .caller)),
                ("agent", Self.ratio(format, .fromProvider), Self.isOff(format, .fromProvider)),
            ],
            [
                ("recording", state, call.recording?.state == .failed),
                ("dtmf", call.digits.isEmpty ? "–" : call.digits, false),
                ("barge-ins", "\(call.bargeIns)", false), ("cost", Format.dollars(call.usage.dollars), false),
                ("session", call.id.text, false),
            ],
        ]
    }

    /// `audioSocket slin 8000`: kind, codec and rate of the leg.
    private static func leg(_ call: SessionModel) -> String {
        let kind = call.start?.leg.rawValue ?? "–"
        return call.format.map { "\(kind) \($0.leg)" } ?? kind
    }

    /// How far the caller's clock is from ours, by counted samples.
    private static func drift(_ call: SessionModel) -> String {
        guard let measured = call.health.measuredInputRate, let rate = call.start?.sampleRate, rate > 0 else {
            return "–"
        }
        let percent = (measured / Double(rate) - 1) * 100
        guard percent.isFinite else { return "–" }
        return (percent >= 0 ? "+" : "") + Format.decimal(percent, 2) + "%"
    }

    /// Audio that came to what should have come, of one side.
    private static func share(_ format: AudioFormat?, _ name: AudioFormat.Side.Name) -> Double? {
        guard let side = format?.sides?.first(where: { $0.name == name }), let measured = side.measured,
            side.assumed > 0
        else { return nil }
        return measured / Double(side.assumed)
    }

    private static func ratio(_ format: AudioFormat?, _ name: AudioFormat.Side.Name) -> String {
        share(format, name).map { Format.decimal($0, 2) } ?? "–"
    }

    private static func isOff(_ format: AudioFormat?, _ name: AudioFormat.Side.Name) -> Bool {
        share(format, name).map { abs($0 - 1) > 0.12 } ?? false
    }
}

/// The call under the cursor: figures, conversation, and what explains its latency.
extension Painter {
    mutating func drawCallFigures(_ call: SessionModel, in body: Rect) {
        guard body.height > 1 else { return }
        let word = call.isLive ? call.state.look : (SafeText("ENDED"), Role.dim)
        head(.callFigures, SafeText("Call \(call.callerName)"), note: word.0, in: body)
        var y = 1
        if let meters = model.meters[call.id], body.height > 6 {
            drawCallMeters(meters, call, in: body)
            y = 3
        }
        for figures in CallFigures(call, now: model.now).lines where y < body.height {
            draw(self.figures(figures), x: 1, y: y, in: body)
            y += 1
        }
        guard y < body.height else { return }
        draw(formatRuns(call), x: 1, y: y, in: body)
        if y + 1 < body.height { drawCallWords(call, y: y + 1, in: body) }
    }

    /// Its trouble or end, else the keys.
    private mutating func drawCallWords(_ call: SessionModel, y: Int, in area: Rect) {
        let room = area.width - 2
        if let trouble = call.troubles.worst {
            let text = SafeText("! " + trouble.text).truncated(to: room, ellipsis: glyphs.ellipsis)
            canvas.draw(text, x: 1, y: y, Style(trouble.severity.role), in: area)
        } else if let end = call.end {
            let text = SafeText("ended by \(end.by.rawValue): \(end.reason)")
            canvas.draw(text.truncated(to: room, ellipsis: glyphs.ellipsis), x: 1, y: y, Style(.dim), in: area)
        } else if area.width >= 56 {
            let keys: [ActionID] = [.listen, .whisper, .takeOver, .giveBack, .hangUp, .digits, .muteSpeaker, .note]
            let runs = keys.compactMap { ActionTable.action($0) }.flatMap { action in
                [
                    TextRun(SafeText(action.keys.first?.description ?? ""), Style(.keyHint)),
                    TextRun(SafeText(" \(action.label)  "), Style(.dim)),
                ]
            }
            for (row, line) in TextLayout.wrap(runs, width: room).enumerated() {
                draw(line, x: 1, y: y + row, in: area)
            }
        }
    }

    private mutating func drawCallMeters(_ meters: MeterSnapshot, _ call: SessionModel, in area: Rect) {
        let width = max(8, min(30, area.width - 36))
        let rows: [(SafeText, Double?, Double?, Role, Role, SafeText)] = [
            (
                "caller", meters.userLevel, meters.userPeak, .caller, .meterYou,
                SafeText(meters.userSpeaking ? "SPEECH" : "silence")
            ),
            (
                call.isTakenOver ? "human" : "agent", meters.agentLevel, meters.agentPeak, .agent, .meterAgent,
                SafeText(call.isAgentMuted ? "AGENT MUTED" : call.lanes.agent.isOpen ? "SPEECH" : "silence")
            ),
        ]
        for (row, (label, level, peak, role, fill, word)) in rows.enumerated() {
            canvas.draw(label, x: 1, y: row + 1, Style(role), in: area)
            canvas.meter(
                Meter(level: Format.meterShare(level), peak: peak.map { Format.meterShare($0) }, normal: fill),
                x: 8, y: row + 1, width: width, in: area)
            canvas.draw(SafeText(Format.decibels(level)).padded(leftTo: 6), x: 9 + width, y: row + 1, in: area)
            let isLoud = word.string != "silence"
            canvas.draw(word, x: 16 + width, y: row + 1, Style(isLoud ? role : .dim), in: area)
        }
        let figure = "p\(Format.decimal(meters.speechProbability, 2))/\(Format.decimal(meters.speechThreshold, 2))"
        canvas.draw(SafeText(figure), x: 25 + width, y: 1, Style(.dim), in: area)
    }

    /// What is said in it, the newest at the bottom.
    mutating func drawFollowed(_ call: SessionModel, in body: Rect) {
        let title = SafeText("Conversation \(glyphs.separator) ") + SafeText(call.callerName)
        head(.conversation, title, note: SafeText("following \(glyphs.down)  ENTER opens"), in: body)
        let text = body.inset(top: 1)
        let lines = TranscriptLayout(model, call, width: text.width - 1)
        let window = TranscriptWindow(call.transcript, lines)
        let end = window.anchorAtEnd(height: text.height)
        for (row, line) in window.lines(from: end.block, end.line, height: text.height).enumerated() {
            draw(line, y: row, in: text)
        }
        if call.transcript.blocks.isEmpty { canvas.draw("nothing was said yet", x: 1, Style(.dim), in: text) }
    }
}
