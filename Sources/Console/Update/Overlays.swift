import Core
import Terminal

extension ConsoleModel {
    mutating func runOverlay(_ id: ActionID) -> [ConsoleEffect] {
        switch overlay {
        case .help(var help):
            let entries = HelpEntries.matching(help.query, self)
            switch id {
            case .listUp: help.selection = max(0, help.selection - 1)
            case .listDown: help.selection = min(max(0, entries.count - 1), help.selection + 1)
            default: return runHelpEntry(entries, help.selection)
            }
            overlay = .help(help)
        case .picker(var picker):
            switch id {
            case .listUp: picker.selection = max(0, picker.selection - 1)
            case .listDown: picker.selection = min(max(0, picker.items.count - 1), picker.selection + 1)
            default: return choose(picker)
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

    private mutating func runHelpEntry(_ entries: [Action], _ selection: Int) -> [ConsoleEffect] {
        guard entries.indices.contains(selection) else { return [] }
        overlay = nil
        let action = entries[selection]
        if case .text(_, required: true) = action.argument {
            input = .command
            commandField.set(action.name + " ")
            return []
        }
        return run(action.id, argument: "")
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
        }
    }

    private mutating func confirmed(_ action: ConfirmedAction) -> [ConsoleEffect] {
        switch action {
        case .quit: return [.quit]
        case .shutdown: return [.send(.shutdown)]
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
            if view != .events, view != .calls { search = nil }
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

    private mutating func runCommand(_ line: String) -> [ConsoleEffect] {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard let name = words.first else { return [] }
        guard let action = ActionTable.command(name) else {
            say(CommandCompletion.unknown(name, among: CommandCompletion.names), .warning)
            return []
        }
        let argument = words.count > 1 ? String(words[1].drop { $0 == " " }) : ""
        switch action.argument {
        case .text(let what, required: true) where argument.isEmpty:
            say("\(name) needs: \(what)", .warning)
            return []
        case .onOff where !argument.isEmpty && Self.flag(argument) == nil:
            say("\(name) takes on or off, not \(argument)", .warning)
            return []
        case .none where !argument.isEmpty:
            say("\(name) takes nothing behind it", .warning)
            return []
        default: return run(action.id, argument: argument)
        }
    }

    mutating func runEditing(_ id: ActionID) {
        if case .help(var help) = overlay, id == .deleteBack {
            if !help.query.isEmpty { help.query.removeLast() }
            help.selection = 0
            overlay = .help(help)
            return
        }
        switch id {
        case .complete: complete()
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

    private mutating func complete() {
        guard input == .command else { return }
        let completed = CommandCompletion.complete(commandField.string, self)
        if completed != commandField.string { commandField.set(completed) }
    }
}

/// Completion of the command line.
enum CommandCompletion {
    /// All command names, sorted.
    static let names: [String] = ActionTable.all.filter(\.isCommand).map(\.name).sorted()

    /// `unknown command: nope; did you mean note?`
    static func unknown(_ name: String, among names: [String]) -> String {
        let near = names.filter { $0.hasPrefix(name.prefix(2)) }
        let hint =
            Spelling.nearest(to: name, among: names).map { "; did you mean \($0)?" }
            ?? (near.isEmpty ? "" : "; there is " + near.joined(separator: ", "))
        return "unknown command: \(name)" + hint
    }

    /// What could stand where the cursor is.
    static func candidates(_ line: String, _ model: ConsoleModel) -> [String] {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1, let action = ActionTable.command(words[0]) else {
            return names.filter { $0.hasPrefix(words.first ?? "") }
        }
        let start = words[1]
        let known: [String] =
            switch action.argument {
            case .provider: model.book.system.providers
            case .theme: model.appearance.themes
            case .onOff: ["on", "off"]
            case .none, .text: []
            }
        return words.count == 2 ? known.filter { $0.hasPrefix(start) } : []
    }

    /// The line completed as far as it is certain; a blank behind what is whole.
    static func complete(_ line: String, _ model: ConsoleModel) -> String {
        let found = candidates(line, model)
        guard let first = found.first else { return line }
        let shared = found.dropFirst().reduce(first) { String(zip($0, $1).prefix { $0 == $1 }.map(\.0)) }
        let head = line.lastIndex(of: " ").map { String(line[...$0]) } ?? ""
        return head + shared + (found.count == 1 ? " " : "")
    }
}

/// What the help lists.
enum HelpEntries {
    /// Actions of the view and of everywhere whose text matches, in the order of the table; without those of typing.
    static func matching(_ query: String, _ model: ConsoleModel) -> [Action] {
        let here: Set<ActionScope> = [model.view.scope, .global, .anywhere]
        let local = ActionTable.all.filter { $0.scopes.contains(model.view.scope) }
        let rest = ActionTable.all.filter { !$0.scopes.contains(model.view.scope) && !here.isDisjoint(with: $0.scopes) }
        let others = ActionTable.all.filter { $0.isCommand && here.isDisjoint(with: $0.scopes) }
        return (local + rest + others).filter { action in
            query.isEmpty || action.name.contains(ignoringCase: query) || action.help.contains(ignoringCase: query)
                || action.keyText == query
        }
    }
}
