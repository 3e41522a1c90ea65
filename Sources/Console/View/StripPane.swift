import Core
import Terminal

/// The truth strip, the meter row, the tabs and the banner: what is true now, at every size.
extension Painter {
    /// State as a word.
    var stateWord: (text: SafeText, role: Role) {
        guard let session = model.shown else { return (glyphs.hollow + " IDLE", .dim) }
        let (word, role) = session.state.look
        return ((session.isLive ? glyphs.bullet : glyphs.hollow) + " " + word, role)
    }

    /// The microphone in a word: shown wherever it could be missed.
    var microphoneRun: TextRun {
        guard let session = model.shown, session.isLive else { return TextRun("mic off", Style(.dim)) }
        if session.start?.leg == .text { return TextRun("TEXT", Style(.info)) }
        if session.isTakenOver { return TextRun("MIC TO CALLER", Style(.recording)) }
        if session.isCall { return TextRun(model.listening == session.id ? "LISTENING IN" : "MONITOR", Style(.info)) }
        let system = model.book.system
        if session.start?.leg == .device, system.capture == nil {
            return TextRun("NO MIC", Style(.warning))
        }
        return model.isMuted ? mutedRun : talkRun
    }

    /// Mute stands above the talk mode, which stays to be seen.
    private var mutedRun: TextRun {
        let mode = model.talkMode == .openMic ? SafeText.empty : " (" + model.talkMode.label + ")"
        return TextRun("MUTED" + mode, Style(.muted))
    }

    private var talkRun: TextRun {
        switch model.talkMode {
        case .openMic: return TextRun("OPEN-MIC", Style(.ok))
        case .pushToTalk:
            guard let since = model.talkingSince else { return TextRun("PTT", Style(.info)) }
            let length = Int((model.now - since).milliseconds / 1000)
            return TextRun(SafeText("TALKING \(length)s"), Style(.recording))
        case .halfDuplex:
            let isOpen = model.shownMeters?.isMicOpen ?? true
            return TextRun(isOpen ? "HALF-DUPLEX" : "HALF-DUPLEX closed", Style(isOpen ? .ok : .info))
        case .text: return TextRun("TEXT", Style(.info))
        }
    }

    /// Recording in a word, with its length.
    var recordingRun: TextRun {
        guard let session = model.shown else { return TextRun("") }
        switch session.recording?.state {
        case .on:
            let length = session.recordingSince.map { Format.clock(model.now - $0) } ?? ""
            return TextRun(SafeText("REC ") + SafeText(length), Style(.recording))
        case .failed: return TextRun("NOT RECORDING", Style(.error))
        case .off, nil: return TextRun("no rec", Style(.dim))
        }
    }

    mutating func drawStrip() {
        let area = layout.strip
        canvas.fill(area, Style(.text, on: .strip))
        if let replay = model.replay { return drawReplayStrip(replay) }
        guard let session = model.shown else {
            segments(
                [
                    Segment(stateWord.text, .dim, 100), Segment("no conversation", .text, 50), callsSegment,
                    modeSegment,
                    troubleSegment,
                ], surface: .strip, in: area)
            return
        }
        segments(
            [
                Segment(stateWord.text, stateWord.role, 100),
                Segment(SafeText(session.stateReason.map { "(\($0))" } ?? "").truncated(to: 30), .dim, 35),
                Segment(callerText(session), .caller, 70),
                providerSegment(session),
                Segment([microphoneRun], 95),
                Segment(session.turn > 0 ? "turn \(session.turn)" : "", .text, 45),
                latencySegment(session),
                Segment([recordingRun], 90),
                Segment(SafeText(session.usage.responses > 0 ? Format.dollars(session.usage.dollars) : ""), .text, 40),
                modeSegment, callsSegment, troubleSegment,
            ], surface: .strip, in: area)
    }

    /// `calls 4 (1 alert)`: phone calls that are live.
    private var callsSegment: Segment {
        let (calls, alarms) = (model.book.liveCallCount, model.book.alarmingCalls)
        let wanted = model.view == .calls ? 88 : 60
        guard model.book.callCount > 0 else { return Segment(.empty, .text, wanted) }
        return Segment(
            SafeText("calls \(calls)" + (alarms > 0 ? " (\(alarms) alert)" : "")), alarms > 0 ? .warning : .text, wanted
        )
    }

    /// What the operator does with a call.
    private var modeSegment: Segment {
        if let taken = model.takenCall {
            return Segment(SafeText("MODE take-over \(taken.callerName)").truncated(to: 30), .recording, 92)
        }
        guard let heard = model.listening.flatMap({ model.book.call($0) }) else { return Segment(.empty, .text, 92) }
        return Segment(SafeText("MODE listen \(heard.caller)").truncated(to: 26), .recording, 92)
    }

    private func callerText(_ session: SessionModel) -> SafeText {
        session.isCall ? SafeText("call ") + SafeText(session.callerName).truncated(to: 24) : .empty
    }

    func providerSegment(_ session: SessionModel) -> Segment {
        var name = SafeText(session.provider)
        if session.provider == session.start?.provider, model.size.width >= 100 {
            if let voice = session.start?.voice { name = name + SafeText(" \(glyphs.tool) ") + SafeText(voice) }
        }
        var runs = [TextRun(name.truncated(to: 32))]
        if let pending = session.pendingSwitch {
            runs.append(TextRun(SafeText(" \(glyphs.arrow) \(pending.to)\(glyphs.ellipsis)"), Style(.info)))
        }
        return Segment(runs, 80)
    }

    func latencySegment(_ session: SessionModel) -> Segment {
        guard let last = session.latency.last?.e2eMs else { return Segment(.empty, .text, 75) }
        let slow = last > model.budgetMs
        var runs = [
            TextRun(SafeText("e2e \(Format.seconds(last))\(slow ? "!" : "")"), Style(slow ? .warning : .text))
        ]
        if let median = session.latency.percentile(0.5), let high = session.latency.percentile(0.95) {
            if model.size.width >= 100 {
                runs.append(TextRun(SafeText("  p50 \(Format.seconds(median))"), Style(.dim)))
            }
            runs.append(TextRun(SafeText(" p95 \(Format.seconds(high))"), Style(.dim)))
        } else {
            runs.append(TextRun(" n<\(LatencyModel.least)", Style(.dim)))
        }
        return Segment(runs, 75)
    }

    private var troubleSegment: Segment {
        guard let worst = model.book.worstTrouble?.trouble else { return Segment(.empty, .text, 85) }
        return Segment(SafeText("! \(worst.code)"), worst.severity.role, 85, right: true)
    }

    // MARK: - Meters

    mutating func drawMeterRow() {
        let area = layout.meters
        guard let meters = model.shownMeters, let session = model.shown else {
            canvas.draw(" no audio", Style(.dim), in: area)
            return
        }
        let half = area.width / 2
        let left = Rect(x: area.x, y: area.y, width: half, height: 1)
        let right = Rect(x: area.x + half, y: area.y, width: area.width - half, height: 1)
        drawUserMeter(meters, session, in: left)
        drawAgentMeter(meters, session, in: right)
    }

    private mutating func drawUserMeter(_ meters: MeterSnapshot, _ session: SessionModel, in area: Rect) {
        let isMuted = meters.isMuted
        let isClosed = !isMuted && !meters.isMicOpen && !session.isCall
        let label: SafeText = isMuted ? " MUTED" : isClosed ? " closed" : session.isCall ? " caller" : " you"
        canvas.draw(
            label.padded(to: 7), Style(isMuted ? .muted : isClosed ? .dim : session.isCall ? .caller : .you), in: area)
        let width = min(30, max(8, area.width - 28))
        canvas.meter(
            Meter(
                level: Format.meterShare(isMuted ? nil : meters.userLevel),
                peak: meters.userPeak.map { Format.meterShare($0) },
                normal: .meterYou),
            x: 8, width: width, in: area)
        var runs = [TextRun(SafeText(Format.decibels(meters.userLevel)).padded(leftTo: 6) + " ")]
        if model.talk.clips.user(model.now) {
            runs.append(TextRun("CLIP", Style(.meterClip)))
            runs.append(TextRun(" "))
        }
        if let since = session.lanes.user.openSince ?? (meters.userSpeaking ? model.now : nil) {
            runs.append(TextRun("SPEECH", Style(.vad)))
            runs.append(TextRun(SafeText(" \(Format.decimal((model.now - since).milliseconds / 1000, 1))s")))
        } else {
            runs.append(TextRun("silence", Style(.dim)))
        }
        let column = draw(runs, x: 8 + width, in: area)
        let probability =
            " p\(Format.decimal(meters.speechProbability, 2))/\(Format.decimal(meters.speechThreshold, 2))"
        if column + probability.count + 1 < area.width {
            let next = canvas.draw(SafeText(probability), x: column, Style(.dim), in: area)
            let floor = SafeText(" floor \(Format.decibels(meters.noiseFloor))")
            if next + floor.width < area.width { canvas.draw(floor, x: next, Style(.dim), in: area) }
        }
    }

    private mutating func drawAgentMeter(_ meters: MeterSnapshot, _ session: SessionModel, in area: Rect) {
        canvas.draw(session.isTakenOver ? " human" : " agent", Style(.agent), in: area)
        let width = min(30, max(8, area.width - 28))
        canvas.meter(
            Meter(
                level: Format.meterShare(meters.agentLevel), peak: meters.agentPeak.map { Format.meterShare($0) },
                normal: .meterAgent), x: 8, width: width, in: area)
        var runs = [TextRun(SafeText(Format.decibels(meters.agentLevel)).padded(leftTo: 6) + " ")]
        if model.talk.clips.agent(model.now) {
            runs.append(TextRun("CLIP", Style(.meterClip)))
            runs.append(TextRun(" "))
        }
        if session.isAgentMuted {
            runs.append(TextRun("AGENT MUTED", Style(.muted)))
        } else if model.speakerMuted || model.talkMode == .text, !session.isCall {
            runs.append(TextRun("SPEAKER OFF", Style(.muted)))
        } else if let since = session.lanes.agent.openSince {
            runs.append(TextRun("SPEECH", Style(.agent)))
            runs.append(TextRun(SafeText(" \(Format.decimal((model.now - since).milliseconds / 1000, 1))s")))
        } else {
            runs.append(TextRun("silence", Style(.dim)))
        }
        let column = draw(runs, x: 8 + width, in: area)
        if meters.playoutQueueMs > 0, column + 13 < area.width {
            canvas.draw(
                SafeText(" queue \(Format.decimal(meters.playoutQueueMs, 0))ms"), x: column, Style(.dim), in: area)
        }
    }

    // MARK: - Tabs and banner

    mutating func drawTabs() {
        var list = TabBar.texts(model).map { Segment($0.text, $0.view == model.view ? .title : .dim, 50) }
        list.append(Segment(SafeText("theme \(model.appearance.themeName)"), .dim, 10, right: true))
        if model.isReadOnly { list.append(Segment("READ-ONLY", .warning, 60, right: true)) }
        segments(list, gap: 1, in: layout.tabs)
    }

    mutating func drawBanner() {
        guard let (trouble, session) = model.visibleTrouble else { return }
        canvas.fill(layout.banner, Style(.error, on: .alarm))
        var text = SafeText("! ")
        if let session, session.isCall { text = text + SafeText("call \(session.callerName): ") }
        text = text + SafeText(trouble.text)
        if let fix = trouble.fix { text = text + SafeText(" \(glyphs.arrow) ") + SafeText(fix) }
        let hint = SafeText("\(model.key(.dismiss)) dismiss")
        let room = layout.banner.width - hint.width - 2
        canvas.draw(text.truncated(to: room, ellipsis: glyphs.ellipsis), Style(.error, on: .alarm), in: layout.banner)
        canvas.drawRight(hint, Style(.error, on: .alarm), in: layout.banner)
    }
}
