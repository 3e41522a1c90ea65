import Core
import Terminal

extension ConsoleModel {
    mutating func runOverlay(_ id: ActionID) -> [ConsoleEffect] {
        switch overlay {
        case .help(var help):
            let entries = HelpEntries.matching(help.query, self)
            switch id {
            case .choose: return runHelpEntry(entries, min(help.selection, entries.count - 1))
            default: help.selection = listMove(id, help.selection, count: entries.count)
            }
            overlay = .help(help)
        case .picker(var picker):
            switch id {
            case .choose: return choose(picker)
            default: picker.selection = listMove(id, picker.selection, count: picker.items.count)
            }
            overlay = .picker(picker)
            return picker.kind == .theme ? preview(picker) : []
        case .confirm(let question):
            overlay = nil
            return id == .confirmYes ? confirmed(question.action) : []
        case nil: break
        }
        return []
    }

    /// Where a key takes the cursor of a list.
    func listMove(_ id: ActionID, _ at: Int, count: Int) -> Int {
        let page = max(1, ConsoleLayout(self).work.height - 5)
        let to: Int
        switch id {
        case .listUp: to = at - 1
        case .listDown: to = at + 1
        case .listPageUp: to = at - page
        case .listPageDown: to = at + page
        case .listTop: to = 0
        default: to = count - 1
        }
        return max(0, min(count - 1, to))
    }

    /// The theme under the cursor is shown at once, not yet kept.
    private func preview(_ picker: PickerState) -> [ConsoleEffect] {
        picker.items.indices.contains(picker.selection)
            ? [.applyTheme(picker.items[picker.selection], save: false)] : []
    }

    private mutating func choose(_ picker: PickerState) -> [ConsoleEffect] {
        overlay = nil
        guard picker.items.indices.contains(picker.selection) else { return [] }
        let item = picker.items[picker.selection]
        switch picker.kind {
        case .theme: return [.applyTheme(item, save: true)]
        case .provider: return choose(provider: item)
        case .columns:
            toggleColumn(picker)
            return []
        case .compared: return choose(compared: item)
        case .export: return [.ask(.export(sessions.exported, form: item, isRedacted: false))]
        case .device: return choose(deviceAt: picker.selection)
        }
    }

    private mutating func confirmed(_ action: ConfirmedAction) -> [ConsoleEffect] {
        switch action {
        case .quit: return [.quit]
        case .shutdown: return [.send(.shutdown)]
        case .deleteSessions(let names): return deleteConfirmed(names)
        case .hangUp(let id): return [.send(.hangUp(session: id, now: false))]
        case .hangUpAll(let ids):
            calls.unmarkAll()
            return ids.map { .send(.hangUp(session: $0, now: false)) }
        case .sendPaste(let text):
            edit { $0.insert(text) }
            return []
        }
    }

    /// Escape: closes what is open and leaves all else as it was.
    mutating func cancel() -> [ConsoleEffect] {
        if let open = overlay {
            overlay = nil
            if case .picker(let picker) = open, picker.kind == .theme, picker.before != appearance.themeName {
                return [.applyTheme(picker.before, save: false)]
            }
            return []
        }
        switch input {
        case .search:
            if view != .events, view != .calls, !isBrowsing { search = nil }
            searchField.clear()
        case .command: commandField.clear()
        case .ask: askField.clear()
        case .text, .normal: break
        }
        input = .normal
        return []
    }

    // MARK: - Lines being typed

    mutating func submit() -> [ConsoleEffect] {
        switch input {
        case .normal: return []
        case .text:
            let text = textField.submit()
            guard !text.allSatisfy({ $0 == " " }), let session = shown else { return [] }
            return [.send(.sendText(session: session.id, text: text))]
        case .ask(let prompt): return submit(prompt)
        case .search:
            let query = searchField.submit()
            input = .normal
            if isBrowsing { return setSessionsFilter(query) }
            switch view {
            case .events: setFilter(query)
            case .calls: filterCalls(query)
            default: find(query)
            }
            return []
        case .command:
            let line = commandField.submit()
            input = .normal
            return runCommand(line)
        }
    }

    /// Runs a line as the command line does, without its colon. Questions are answered with yes: nobody could see them.
    mutating func runLine(_ line: String) -> [ConsoleEffect] {
        let effects = runCommand(line)
        guard case .confirm = overlay else {
            overlay = nil
            input = .normal
            return effects
        }
        return effects + runOverlay(.confirmYes)
    }

    /// What there is to tell, once.
    mutating func takeNotice() -> String? {
        defer { notice = nil }
        return notice?.text
    }

    /// Runs a line of the command line, without its colon.
    mutating func runCommand(_ line: String) -> [ConsoleEffect] {
        if isDebugging, line == "debug-trap" || line == "debug trap" { return [.trap] }
        if let wrong = CommandLineCheck.problem(line) {
            say("\(wrong.cause); \(wrong.fix)", .warning)
            return []
        }
        let (name, argument) = CommandLineCheck.split(line)
        return ActionTable.command(name).map { run($0.id, argument: argument) } ?? []
    }

    mutating func runEditing(_ id: ActionID) {
        if case .help(var help) = overlay, id == .deleteBack {
            if !help.query.isEmpty { help.query.removeLast() }
            help.selection = 0
            overlay = .help(help)
            return
        }
        switch id {
        case .complete: complete(1)
        case .completeBack: complete(-1)
        case .historyUp: edit { $0.browse(-1) }
        case .historyDown: edit { $0.browse(1) }
        case .cursorLeft: edit { $0.move(-1) }
        case .cursorRight: edit { $0.move(1) }
        case .cursorStart: edit { $0.moveToStart() }
        case .cursorEnd: edit { $0.moveToEnd() }
        case .deleteBack: edit { $0.backspace() }
        case .deleteForward: edit { $0.deleteForward() }
        case .deleteWord: edit { $0.deleteWord() }
        case .deleteToStart: edit { $0.deleteToStart() }
        case .deleteToEnd: edit { $0.deleteToEnd() }
        default: break
        }
    }
}
