import Core
import Terminal

extension ConsoleModel {
    /// Moving in the table of calls, and how it is ordered, filtered and marked.
    mutating func browseCalls(_ id: ActionID, _ argument: String) {
        let page = max(1, ConsoleLayout(self).area(of: .calls).height - 3)
        switch id {
        case .selectUp: calls.move(by: -1)
        case .selectDown: calls.move(by: 1)
        case .callsPageUp: calls.move(by: -page)
        case .callsPageDown: calls.move(by: page)
        case .firstCall: calls.move(by: -calls.rows.count)
        case .lastCall: calls.move(by: calls.rows.count)
        case .markCall: calls.toggleMark()
        case .callSortNext: sortCalls { $0.sortNext(1) }
        case .callSortPrevious: sortCalls { $0.sortNext(-1) }
        case .callSortReverse: sortCalls { $0.isDescending.toggle() }
        case .sortCalls: sortCalls(by: argument)
        case .columns: chooseColumns(argument)
        case .filterCalls: filterCalls(argument)
        case .pauseCalls: pauseCalls()
        default: leaveCalls()
        }
    }

    private mutating func refreshCalls() { calls.refresh(book.calls, now: now) }

    private mutating func sortCalls(_ change: (inout CallsState) -> Void) {
        change(&calls)
        refreshCalls()
        say("sorted by \(calls.sort.rawValue), \(calls.isDescending ? "largest" : "smallest") first")
    }

    private mutating func sortCalls(by name: String) {
        guard let column = CallColumn(rawValue: name) else { return say(Self.unknownColumn(name), .warning) }
        calls.columns.insert(column)
        sortCalls { $0.sort = column }
    }

    private static func unknownColumn(_ name: String) -> String {
        let names = CallColumn.allCases.map(\.rawValue)
        let near = Spelling.nearest(to: name, among: names).map { "did you mean \($0)?" }
        return "there is no column \(name): \(near ?? names.joined(separator: ", "))"
    }

    /// Names behind the command are the columns to show; without any, a list to choose from.
    private mutating func chooseColumns(_ argument: String) {
        let names = argument.split { $0 == "," || $0 == " " }.map(String.init)
        guard !names.isEmpty else {
            overlay = .picker(PickerState(kind: .columns, items: columnItems, selection: 0))
            return
        }
        if let unknown = names.first(where: { CallColumn(rawValue: $0) == nil }) {
            return say(Self.unknownColumn(unknown), .warning)
        }
        calls.columns = Set(names.compactMap(CallColumn.init)).union([.state])
        if !calls.columns.contains(calls.sort) { calls.sort = .dur }
        refreshCalls()
    }

    private var columnItems: [String] {
        CallColumn.allCases.map { column in
            let name = column.rawValue + String(repeating: " ", count: max(0, 9 - column.rawValue.count))
            return (calls.columns.contains(column) ? "[x] " : "[ ] ") + name + column.help
        }
    }

    /// The list stays open: several columns are chosen in one go.
    mutating func toggleColumn(_ picker: PickerState) {
        guard CallColumn.allCases.indices.contains(picker.selection) else { return }
        calls.toggle(CallColumn.allCases[picker.selection])
        refreshCalls()
        var open = picker
        open.items = columnItems
        overlay = .picker(open)
    }

    mutating func filterCalls(_ words: String) {
        view = .calls
        calls.filter = words
        if calls.isPaused { calls.togglePause() }
        refreshCalls()
        let (found, all) = (calls.rows.count, book.callCount)
        say(
            words.isEmpty ? "all calls again" : "\(found) of \(all) calls match; ESC shows all",
            found == 0 && !words.isEmpty ? .warning : .info)
    }

    private mutating func pauseCalls() {
        calls.togglePause()
        refreshCalls()
        say(calls.isPaused ? "the list stands still; o lets it go on" : "the list goes on")
    }

    /// Escape: one step back at a time.
    private mutating func leaveCalls() {
        if !calls.marked.isEmpty {
            calls.unmarkAll()
        } else if calls.isPaused {
            pauseCalls()
        } else if !calls.filter.isEmpty {
            filterCalls("")
        }
    }

    // MARK: - All that are marked

    /// Marked calls that go on, in the order of the list.
    var markedLive: [SessionID] {
        let ids = calls.rows + calls.marked.subtracting(calls.rows).sorted { $0.text < $1.text }
        return ids.filter { calls.marked.contains($0) && book.call($0)?.isLive == true }
    }

    mutating func askToHangUpMarked() {
        let ids = markedLive
        let names = ids.prefix(3).compactMap { book.call($0)?.caller }.joined(separator: ", ")
        let more = ids.count > 3 ? ", …" : ""
        let what = ids.count == 1 ? "on the marked call" : "on all \(ids.count) marked calls"
        overlay = .confirm(ConfirmState(question: "hang up \(what) (\(names)\(more))?", action: .hangUpAll(ids)))
    }

    /// One remark into the log of every marked call.
    mutating func noteMarked(_ text: String) -> [ConsoleEffect] {
        let ids = markedLive
        guard let first = ids.first else { return [] }
        let prompt = OperatorPrompt(
            kind: .note, session: first, others: Array(ids.dropFirst()), whom: "\(ids.count) marked calls")
        guard text.isEmpty else {
            calls.unmarkAll()
            return ids.map { .send(.note(session: $0, text: text)) }
        }
        beginTyping(.ask(prompt))
        return []
    }
}
