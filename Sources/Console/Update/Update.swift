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
        case .notice(let text): say(text, .warning)
        }
        return []
    }

    private mutating func take(_ records: [EventRecord], dropped: UInt64) -> [ConsoleEffect] {
        book.apply(records)
        eventIndex.extend(book)
        if eventCursor == nil { refreshDetail() }
        book.dropped += dropped
        if dropped > 0 { say("\(dropped) events were lost between engine and screen", .warning) }
        for record in records {
            takeTalk(record)
            switch record.event {
            case .system: fillDevicePicker()
            case .commandRefused(let refusal):
                say("\(refusal.command) refused: \(refusal.reason)", .warning)
                if refusal.command == "listen" { listening = nil }
            case .sessionEnded where record.session == listening: listening = nil
            default: break
            }
        }
        if let opened, book[opened] == nil { self.opened = nil }
        return []
    }

    private mutating func tick(
        _ now: MonotonicTime, _ wall: WallTime, _ meters: [SessionID: MeterSnapshot]
    ) -> [ConsoleEffect] {
        self.now = now
        self.wall = wall
        self.meters = meters
        if let shown = shownMeters, now - lastHistory >= ConsoleLimits.historyStep {
            lastHistory = now
            probabilities.add(shown.speechProbability, now)
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

    /// The wheel scrolls, a click chooses a view, holding [TALK] holds the microphone open: the release of a button is
    /// reported everywhere, the release of a key is not.
    private mutating func take(_ mouse: MouseEvent) -> [ConsoleEffect] {
        if mouse.action == .release, talk.holdsButton {
            talk.holdsButton = false
            return talkingSince == nil ? [] : closeTalk()
        }
        guard overlay == nil else { return [] }
        let layout = ConsoleLayout(self)
        switch mouse.action {
        case .press where layout.talkButton.contains(x: mouse.x, y: mouse.y):
            guard availability(of: .pushTalk) == .enabled, talkingSince == nil else { return [] }
            let effects = openTalk()
            talk.holdsButton = talkingSince != nil
            return effects
        case .press where layout.tabs.contains(x: mouse.x, y: mouse.y):
            if let chosen = TabBar.view(atColumn: mouse.x, self) { view = chosen }
            return []
        case .wheelUp: return run(view == .calls ? .selectUp : .lineUp, argument: "")
        case .wheelDown: return run(view == .calls ? .selectDown : .lineDown, argument: "")
        default: return []
        }
    }
}

extension ActionID {
    /// Whether holding its key does it again and again.
    var mayRepeat: Bool {
        switch self {
        case .lineUp, .lineDown, .pageUp, .pageDown, .selectUp, .selectDown, .historyUp, .historyDown, .cursorLeft,
            .cursorRight, .deleteBack, .deleteForward, .deleteWord, .listUp, .listDown, .listPageUp, .listPageDown, .nextView, .previousView,
            .nextPane, .previousPane,
            .detailUp, .detailDown:
            true
        default: false
        }
    }
}
