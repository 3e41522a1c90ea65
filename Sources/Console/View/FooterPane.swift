import Core
import Terminal

/// The line being typed, the keys that work now, and the figures at the very bottom.
extension Painter {
    mutating func drawPrompt() {
        let area = layout.prompt
        switch model.input {
        case .normal:
            drawNotice(in: area.inset(right: layout.talkButton.width))
            drawTalkButton()
        case .text: drawField(model.textField, label: "say", in: area)
        case .command:
            drawField(model.commandField, label: ":", in: area)
            drawCandidates()
        case .search: drawField(model.searchField, label: "/", in: area)
        case .ask(let prompt):
            let label = SafeText(prompt.label).truncated(to: area.width / 2, ellipsis: glyphs.ellipsis)
            drawField(model.askField, label: label, in: area)
        }
    }

    private mutating func drawTalkButton() {
        guard !layout.talkButton.isEmpty else { return }
        let isOpen = model.talkingSince != nil
        canvas.draw(
            "[TALK]", x: 1, Style(isOpen ? .recording : .keyHint, isOpen ? .reverse : []), in: layout.talkButton)
    }

    private mutating func drawNotice(in area: Rect) {
        if let notice = model.notice {
            let role: Role = notice.level == .warning ? .warning : .info
            let text = SafeText(notice.text).truncated(to: area.width - 2, ellipsis: glyphs.ellipsis)
            canvas.draw(text, x: 1, Style(role), in: area)
        } else if model.view == .talk, let words = talkWords {
            canvas.draw(
                SafeText(words.text).truncated(to: area.width - 2, ellipsis: glyphs.ellipsis), x: 1, Style(words.role),
                in: area)
        } else if model.availability(of: .type) == .enabled, model.view == .talk {
            canvas.draw(
                glyphs.prompt + SafeText(" \(model.key(.type)) to type to the agent"), x: 1, Style(.dim), in: area)
        }
    }

    /// In push-to-talk: how it is held here, or when it ends by itself.
    private var talkWords: (text: String, role: Role)? {
        guard model.availability(of: .pushTalk) == .enabled else { return nil }
        guard model.talkingSince != nil else { return (model.holdWords, .dim) }
        let limit = Int(ConsoleLimits.talkTime.milliseconds / 1000)
        guard let left = model.talk.closesIn(model.now) else {
            return ("talking; closes after \(limit) s of silence", .info)
        }
        return ("talking, nothing heard: closes in \(Int((left.milliseconds / 1000).rounded(.up))) s", .warning)
    }

    /// The field scrolls so that the cursor is always seen.
    private mutating func drawField(_ field: TextField, label: SafeText, in area: Rect) {
        canvas.fill(area, Style(.text, on: .input))
        let start = canvas.draw(
            label + (label.width > 1 ? glyphs.prompt + " " : ""), x: 1, Style(.keyHint, on: .input), in: area)
        let body = area.inset(left: start)
        let before = SafeText(String(field.text.prefix(field.cursor)))
        let shift = max(0, before.width - body.width + 1)
        canvas.draw(SafeText(field.string), x: -shift, Style(.text, on: .input), in: body)
        canvas.setCursor(x: body.x + before.width - shift, y: area.y)
    }

    // MARK: - Keys

    mutating func drawFooter() {
        let area = layout.footer
        canvas.fill(area, Style(.text, on: .strip))
        var list: [Segment] = []
        if let mode = modeName { list.append(Segment(mode, .info, 99)) }
        if model.isMuted, model.shown?.isCall == false { list.append(Segment("MUTED", .muted, 98)) }
        for (index, id) in footerActions.enumerated() {
            guard let action = ActionTable.action(id), let key = model.keys.key(id, in: model.activeScopes),
                model.availability(of: id) == .enabled
            else { continue }
            list.append(
                Segment(
                    [TextRun(SafeText(key.hint), Style(.keyHint)), TextRun(SafeText(" " + label(action)))], 90 - index))
        }
        segments(list, surface: .strip, in: area.inset(left: 1))
    }

    private var modeName: SafeText? {
        switch (model.overlay, model.input) {
        case (.help, _): "HELP"
        case (.picker, _): "PICK"
        case (.confirm, _): "CONFIRM"
        case (nil, .text): "TEXT"
        case (nil, .command): "COMMAND"
        case (nil, .search): "FIND"
        case (nil, .ask(let prompt)):
            switch prompt.kind {
            case .whisper: "WHISPER"
            case .digits: "DTMF"
            case .note, .stored: "NOTE"
            }
        case (nil, .normal): nil
        }
    }

    /// Keys worth a place, the most wanted first. Those that do nothing now are left out when drawn.
    var footerActions: [ActionID] {
        switch (model.overlay, model.input) {
        case (.help, _), (.picker, _): [.choose, .cancel, .listUp, .listDown]
        case (.confirm, _): [.confirmYes, .confirmNo]
        case (nil, .text): [.submit, .cancel, .historyUp]
        case (nil, .command): [.submit, .cancel, .complete, .historyUp]
        case (nil, .search), (nil, .ask): [.submit, .cancel]
        case (nil, .normal): viewActions
        }
    }

    private var viewActions: [ActionID] {
        guard model.replay != nil, model.view != .sessions else { return liveViewActions }
        return [.help, .quit, .playPause, .skipForward, .nextTurn, .nextBargeIn] + liveViewActions.dropFirst(2)
    }

    private var liveViewActions: [ActionID] {
        switch model.view {
        case .talk:
            [
                .help, .quit, .giveBack, .pushTalk, .mute, .cut, .type, .undoSwitch, .provider, .record, .closeCall,
                .search,
                .command,
                .talkMode, .listen, .hangUp, .whisper, .takeOver, .theme, .expandTools,
            ]
        case .latency:
            [.help, .quit, .lineUp, .lineDown, .slowestTurn, .follow, .provider, .undoSwitch, .command, .theme]
        case .calls:
            [
                .help, .quit, .giveBack, .openCall, .listen, .whisper, .takeOver, .hangUp, .digits, .note, .markCall,
                .search, .callSortNext, .callSortReverse, .columns, .pauseCalls, .muteSpeaker, .provider, .record,
                .command,
                .theme, .selectUp, .selectDown,
            ]
        case .events:
            [
                .help, .quit, .expandEvent, .search, .traceTurn, .nextError, .diffEvents, .markEvent, .closeEvent,
                .hideDeltas, .follow, .trace,
                .detailDown, .command, .theme,
            ]
        case .sessions where model.replay != nil:
            [
                .help, .quit, .playPause, .skipForward, .nextTurn, .frameForward, .faster, .nextTrouble, .nextBargeIn,
                .loopTurn, .replayChannel, .exportSession, .noteSession, .closeReplay, .command,
            ]
        case .sessions where model.sessions.diff != nil: [.help, .quit, .closeDiff, .sessionPageDown]
        case .sessions:
            [
                .help, .quit, .openSession, .search, .markSession, .sortNext, .diffSessions, .exportSession,
                .noteSession, .deleteSession, .closeDiff, .refreshSessions, .command, .theme,
            ]
        case .compare where model.compare.blind != nil:
            [.blindPlay, .blindFirst, .blindSecond, .blindThird, .blindReveal, .blindEnd]
        case .compare:
            [
                .help, .quit, .compareAdd, .comparePlay, .blind, .compareAgain, .compareStop, .compareDiff, .compareCSV,
                .compareJSON, .compareRight, .command, .theme,
            ]
        case .audio:
            [
                .help, .quit, .cancelTest, .mute, .devices, .loopback, .calibrate, .gainUp, .gainDown, .echo,
                .muteSpeaker, .command,
                .theme,
            ]
        }
    }

    /// Toggles say what the key will do.
    private func label(_ action: Action) -> String {
        switch action.id {
        case .search: model.view == .events || model.view == .calls || model.isBrowsing ? "filter" : action.label
        case .quit where model.replay.map { $0.hasList && !$0.isAlone } == true: "back"
        case .playPause: model.replay?.status.isPaused == false ? "pause" : action.label
        case .loopTurn: model.replay?.status.loop == nil ? action.label : "end loop"
        case .hangUp where model.view == .calls && !model.calls.marked.isEmpty: "hang up marked"
        case .note where model.view == .calls && !model.calls.marked.isEmpty: "note marked"
        case .pauseCalls: model.calls.isPaused ? "go on" : action.label
        case .callSortNext: "sort"
        case .expandEvent: model.eventDetail == nil ? action.label : "close"
        case .traceTurn: model.eventIndex.filter.trace == nil ? action.label : "all turns"
        case .mute: model.isMuted ? "unmute" : action.label
        case .record: model.shown?.isRecording == true ? "stop rec" : action.label
        case .pushTalk: model.talkingSince == nil ? action.label : "stop talking"
        case .listen: model.listening == nil ? action.label : "stop listening"
        case .muteSpeaker where model.hangUpTarget?.isCall == true:
            model.hangUpTarget?.isAgentMuted == true ? "unmute agent" : action.label
        case .muteSpeaker: model.speakerMuted ? "unmute agent" : action.label
        default: action.label
        }
    }

    // MARK: - Status

    mutating func drawStatus() {
        guard !layout.status.isEmpty else { return }
        if model.view == .sessions { return drawSessionsStatus() }
        let system = model.liveBook.system
        var list = [
            Segment(
                SafeText(system.capture.map { "mic \($0)" } ?? system.deviceReason ?? "no microphone").truncated(
                    to: 28), .dim, 40)
        ]
        if let session = model.shown, session.isLive {
            let health = session.health
            let xruns = health.captureXruns.adding(saturating: health.playbackXruns)
            list.append(
                Segment(
                    figures([
                        ("late", "\(health.lateFrames)", health.lateFrames > 0), ("xruns", "\(xruns)", xruns > 0),
                        ("underruns", "\(health.underruns)", health.underruns > 0),
                    ]), 80))
            list.append(
                Segment(
                    figures([
                        ("jitter", Format.milliseconds(health.jitterMs), false),
                        ("reconnects", "\(health.reconnects)", health.reconnects > 0),
                    ]), 60))
        }
        let live = model.book.liveCallCount
        list.append(Segment(SafeText(system.audioSocket.map { "AudioSocket \($0), \(live) calls" } ?? ""), .dim, 30))
        if model.book.dropped > 0 { list.append(Segment("\(model.book.dropped) events lost", .warning, 70)) }
        list.append(Segment(SafeText(model.wall.localClock), .dim, 50, right: true))
        segments(list, in: layout.status.inset(left: 1))
    }
}
