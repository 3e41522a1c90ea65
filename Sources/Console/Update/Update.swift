import Core
import Terminal

extension ConsoleModel {
    /// The only writer of the model: takes what happened, says what the world shall do. Pure.
    public mutating func update(_ message: ConsoleMessage) -> [ConsoleEffect] {
        switch message {
        case .records(let records, let dropped): return take(records, dropped: dropped)
        case .tick(let now, let wall, let meters): return tick(now, wall, meters)
        case .input(let event):
            defer { forgetCompletion() }
            return take(event)
        case .command(let line): return runCommand(line)
        case .resized(let size):
            self.size = size
            return []
        case .keyReleaseKnown: appearance.keyRelease = true
        case .themeLoaded(let name, let problems):
            appearance.themeName = name
            if let first = problems.first { say(first, .warning) }
        case .themesFound(let names): appearance.themes = names
        case .stopping: return stopping()
        case .resumed: return resumed()
        case .copied(let done):
            let failure = "not copied: the terminal is not known to have a clipboard for programs"
            say(done ? copyNote : failure, done ? .info : .warning)
        case .compare(let news): take(news)
        case .notice(let text): say(text, .warning)
        case .libraryFound(let forms):
            sessions.hasLibrary = true
            sessions.exportForms = forms
            return askSessions()
        case .library(let answer): return take(answer)
        case .replayOpened(let status, let isAlone):
            open(status, hasList: sessions.hasLibrary)
            replay?.isAlone = isAlone
        case .replayRecords(let records): takeReplayed(records)
        case .replayed(let status, let overview): takeReplay(status, overview)
        }
        return []
    }

    private mutating func take(_ records: [EventRecord], dropped: UInt64) -> [ConsoleEffect] {
        if replay != nil {
            // Live sessions go on behind the replay.
            replay?.live.book.apply(records)
            replay?.live.book.dropped += dropped
            return []
        }
        keepingPlace { $0.book.apply(records) }
        eventIndex.extend(book)
        if book.callCount > 0 { calls.refresh(book.calls, now: now) }
        if eventCursor == nil { refreshDetail() }
        book.dropped += dropped
        if dropped > 0 { say("\(dropped) events were lost between engine and screen", .warning) }
        for record in records {
            takeTalk(record)
            switch record.event {
            case .commandRefused(let refusal):
                say("\(refusal.command) refused: \(refusal.reason)", .warning)
                if refusal.command == "listen" { listening = nil }
            case .sessionEnded where record.session == listening: listening = nil
            case .note(let remark) where record.session == nil: say(remark.text)
            case .system(let report):
                takeBudgets(report)
                fillDevicePicker()
            default: break
            }
        }
        if let opened, book[opened] == nil { self.opened = nil }
        return []
    }

    private mutating func tick(
        _ now: MonotonicTime, _ wall: WallTime, _ meters: [SessionID: MeterSnapshot]
    ) -> [ConsoleEffect] {
        clock = now
        self.now = replay?.status.now ?? now
        self.wall = replay?.status.wall ?? wall
        self.meters = meters
        if let shown = shownMeters, self.now - lastHistory >= ConsoleLimits.historyStep {
            lastHistory = self.now
            probabilities.add(shown.speechProbability, self.now)
            levelHistory.add(
                user: Format.meterShare(shown.userLevel), agent: Format.meterShare(shown.agentLevel))
        }
        if let notice, now - notice.at > ConsoleLimits.noticeTime { self.notice = nil }
        return tickTalk()
    }

    // MARK: - Input

    private mutating func take(_ event: InputEvent) -> [ConsoleEffect] {
        switch event {
        case .key(let press): return key(press)
        case .paste(let text): return paste(text)
        case .mouse(let mouse): return take(mouse)
        case .focus(let isHere): return isHere ? [] : focusLost()
        case .answer: return []
        }
    }

    private mutating func key(_ press: KeyPress) -> [ConsoleEffect] {
        if press.phase == .release { return released(press.chord) }
        switch keys.meaning(of: press.chord, in: activeScopes) {
        // A held key repeats; only moving and editing may.
        case .action(let id):
            if press.phase == .repeating { repeated(press.chord) }
            return press.phase == .repeating && !id.mayRepeat ? [] : run(id, argument: "")
        case .macro(let line): return press.phase == .repeating ? [] : runCommand(line)
        case nil: return typeCharacter(press.chord)
        }
    }

    private mutating func typeCharacter(_ chord: KeyChord) -> [ConsoleEffect] {
        guard case .character(let character) = chord.key, chord.modifiers.isEmpty else { return [] }
        if case .help(var help) = overlay {
            help.query.append(character)
            help.selection = 0
            overlay = .help(help)
        } else if overlay == nil {
            edit { $0.insert(String(character)) }
        }
        return []
    }

    /// Changes the field being typed into; nothing in normal mode.
    mutating func edit(_ change: (inout TextField) -> Void) {
        switch input {
        case .normal: break
        case .text: change(&textField)
        case .command: change(&commandField)
        case .search: change(&searchField)
        case .ask: change(&askField)
        }
    }

    /// A paste is text, never keys.
    private mutating func paste(_ text: String) -> [ConsoleEffect] {
        guard overlay == nil, input != .normal else {
            say("pasted \(text.count) characters; press \(key(.type)) to type, then paste")
            return []
        }
        if input == .text, text.contains(where: \.isNewline) {
            overlay = .confirm(
                ConfirmState(
                    question: "paste \(text.split(whereSeparator: \.isNewline).count) lines as one turn?",
                    action: .sendPaste(text)))
            return []
        }
        edit { $0.insert(text) }
        return []
    }
}

extension ActionID {
    /// Whether holding its key does it again and again.
    var mayRepeat: Bool {
        switch self {
        case .lineUp, .lineDown, .pageUp, .pageDown, .selectUp, .selectDown, .historyUp, .historyDown, .cursorLeft,
            .cursorRight, .deleteBack, .deleteForward, .deleteWord, .listUp, .listDown, .listPageUp, .listPageDown,
            .nextView, .previousView, .nextPane, .previousPane, .detailUp, .detailDown, .sessionUp, .sessionDown,
            .sessionPageUp, .sessionPageDown, .skipBack, .skipForward, .previousTurn, .nextTurn, .frameBack,
            .frameForward, .replayQuieter, .replayLouder, .compareLeft, .compareRight, .compareMore, .compareFewer:
            true
        default: false
        }
    }
}
