import Core
import Terminal

extension ConsoleModel {
    /// When the view is shown: the list, and a look for what has come or gone.
    mutating func askSessions() -> [ConsoleEffect] {
        guard sessions.hasLibrary, view == .sessions, replay == nil else { return [] }
        sessions.isAsked = true
        return [askPage(), .ask(.refresh)]
    }

    /// The rows around the cursor.
    private func askPage() -> ConsoleEffect {
        .ask(
            .page(
                sessions.query, from: max(0, sessions.selection - SessionsState.page / 2), count: SessionsState.page))
    }

    // MARK: - Answers

    mutating func take(_ answer: LibraryAnswer) -> [ConsoleEffect] {
        switch answer {
        case .page(let query, let from, let total, let rows): return takePage(query, from, total, rows)
        case .detail(let detail):
            // The second, slower answer must not take the first one's place when the cursor went on meanwhile.
            if detail.name == sessions.chosen?.name { sessions.detail = detail }
        case .indexing(let done, let all): sessions.indexing = (done, all)
        case .indexed(let count, let bytes):
            sessions.indexing = nil
            sessions.sums = (count, bytes)
            return sessions.isAsked ? [askPage()] : []
        case .compared(let diff):
            sessions.diff = diff
            sessions.diffScroll = 0
            if replay == nil { view = .sessions }
        case .said(let text, let isBad): say(text, isBad ? .warning : .info)
        case .opened: break
        }
        return []
    }

    private mutating func takePage(_ query: LibraryQuery, _ from: Int, _ total: Int, _ rows: [LibraryRow])
        -> [ConsoleEffect]
    {
        guard query == sessions.query else { return [] }
        let before = sessions.chosen?.name
        (sessions.first, sessions.total, sessions.rows, sessions.isLoaded) = (from, total, rows, true)
        // The cursor stays on its session when the list has moved.
        if let before, sessions.chosen?.name != before, let at = rows.firstIndex(where: { $0.name == before }) {
            sessions.selection = from + at
        }
        sessions.selection = min(sessions.selection, max(0, total - 1))
        return askDetail()
    }

    /// What is known of the session under the cursor, when it is another.
    private mutating func askDetail() -> [ConsoleEffect] {
        guard let chosen = sessions.chosen else {
            sessions.detail = nil
            return []
        }
        guard sessions.detail?.name != chosen.name else { return [] }
        sessions.detail = LibraryDetail(name: chosen.name)
        return [.ask(.detail(chosen.name))]
    }

    // MARK: - Keys

    mutating func runSessions(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        switch id {
        case .sessionUp, .sessionDown, .sessionPageUp, .sessionPageDown, .sessionFirst, .sessionLast:
            return sessions.diff == nil ? move(id) : scrollDiff(id)
        case .openSession: return openSession(argument)
        case .markSession: return mark()
        case .sortNext: return sort(by: 1)
        case .sortPrevious: return sort(by: -1)
        case .sortReverse:
            sessions.query.isReversed.toggle()
            return listAnew()
        case .filterSessions: return setSessionsFilter(argument)
        case .exportSession: return export(argument)
        case .noteSession: return noteSession(argument)
        case .deleteSession: return askDelete()
        case .diffSessions: return diff(argument)
        case .refreshSessions: return [.ask(.refresh)]
        case .closeDiff: return stepBack()
        default: return []
        }
    }

    private var sessionPage: Int { max(1, SessionsLayout(self).rows.height / SessionsLayout.height(self) - 1) }

    private mutating func move(_ id: ActionID) -> [ConsoleEffect] {
        let at = sessions.selection
        let wanted: Int
        switch id {
        case .sessionUp: wanted = at - 1
        case .sessionDown: wanted = at + 1
        case .sessionPageUp: wanted = at - sessionPage
        case .sessionPageDown: wanted = at + sessionPage
        case .sessionFirst: wanted = 0
        default: wanted = sessions.total - 1
        }
        sessions.selection = min(max(0, wanted), max(0, sessions.total - 1))
        let near = sessions.selection - sessionPage..<sessions.selection + sessionPage + 1
        let lacks =
            near.lowerBound < sessions.first && sessions.first > 0
            || near.upperBound > sessions.first + sessions.rows.count
                && sessions.first + sessions.rows.count < sessions.total
        return (lacks ? [askPage()] : []) + askDetail()
    }

    private mutating func scrollDiff(_ id: ActionID) -> [ConsoleEffect] {
        let page = max(1, ConsoleLayout(self).work.height - 4)
        let most = SessionDiffLines.count(self)
        switch id {
        case .sessionUp: sessions.diffScroll -= 1
        case .sessionDown: sessions.diffScroll += 1
        case .sessionPageUp: sessions.diffScroll -= page
        case .sessionPageDown: sessions.diffScroll += page
        case .sessionFirst: sessions.diffScroll = 0
        default: sessions.diffScroll = most
        }
        sessions.diffScroll = min(max(0, sessions.diffScroll), max(0, most - page))
        return []
    }

    private mutating func openSession(_ argument: String) -> [ConsoleEffect] {
        guard let name = argument.isEmpty ? sessions.chosen?.name : argument else { return [] }
        say("opening \(name)")
        return [.ask(.open(name))]
    }

    private mutating func mark() -> [ConsoleEffect] {
        guard let name = sessions.chosen?.name else { return [] }
        if let at = sessions.marked.firstIndex(of: name) {
            sessions.marked.remove(at: at)
        } else {
            sessions.marked.append(name)
        }
        return move(.sessionDown)
    }

    private mutating func sort(by step: Int) -> [ConsoleEffect] {
        let all = LibraryOrder.allCases
        let at = all.firstIndex(of: sessions.query.order) ?? 0
        sessions.query.order = all[(at + step + all.count) % all.count]
        sessions.query.isReversed = false
        return listAnew()
    }

    /// Another order or filter: the list from its start.
    private mutating func listAnew() -> [ConsoleEffect] {
        (sessions.selection, sessions.first, sessions.rows, sessions.isLoaded) = (0, 0, [], false)
        return [askPage()]
    }

    /// The filter line; empty lists all.
    mutating func setSessionsFilter(_ line: String) -> [ConsoleEffect] {
        var (query, fault) = LibraryQuery.read(line)
        if let fault {
            say(fault, .warning)
            return []
        }
        (query.order, query.isReversed) = (sessions.query.order, sessions.query.isReversed)
        (sessions.query, sessions.filter) = (query, line)
        return listAnew()
    }

    /// What export, note and the like are about: the session played, else the one under the cursor.
    var sessionAtHand: String? { replay?.status.name ?? sessions.chosen?.name }

    private mutating func export(_ argument: String) -> [ConsoleEffect] {
        guard let name = sessionAtHand else { return [] }
        if !argument.isEmpty {
            let words = argument.split(separator: " ")
            let isRedacted = words.count == 2 && words[1] == "redact"
            guard words.count == 1 || isRedacted, let form = words.first.map(String.init),
                sessions.exportForms.contains(where: { $0.name == form })
            else {
                let names = sessions.exportForms.map(\.name).joined(separator: ", ")
                say("there is no form \(argument); choose from \(names), and redact behind it", .warning)
                return []
            }
            return [.ask(.export(name, form: form, isRedacted: isRedacted))]
        }
        sessions.exported = name
        overlay = .picker(PickerState(kind: .export, items: sessions.exportForms.map(\.name), selection: 0))
        return []
    }

    private mutating func noteSession(_ argument: String) -> [ConsoleEffect] {
        guard let name = sessionAtHand else { return [] }
        let at = replay?.status.time
        if !argument.isEmpty { return [.ask(.note(name, text: argument, at: at))] }
        let whom = at.map { "\(name) at \(Format.place($0))" } ?? name
        beginTyping(.ask(OperatorPrompt(kind: .stored(name: name, at: at), session: SessionID(name), whom: whom)))
        return []
    }

    /// What is marked, else what is under the cursor.
    private mutating func askDelete() -> [ConsoleEffect] {
        let names = sessions.marked.isEmpty ? sessions.chosen.map { [$0.name] } ?? [] : sessions.marked
        guard let first = names.first else { return [] }
        let what = names.count == 1 ? first : "\(names.count) marked sessions"
        overlay = .confirm(
            ConfirmState(question: "delete \(what) with audio and log for ever?", action: .deleteSessions(names)))
        return []
    }

    mutating func deleteConfirmed(_ names: [String]) -> [ConsoleEffect] {
        sessions.marked.removeAll(where: names.contains)
        return [.ask(.delete(names))]
    }

    private mutating func diff(_ argument: String) -> [ConsoleEffect] {
        let words = argument.split(separator: " ").map(String.init)
        if words.count == 2 { return [.ask(.compare(words[0], words[1]))] }
        guard words.isEmpty else {
            say("diff takes two sessions, or none for the two that are marked", .warning)
            return []
        }
        var pair = sessions.marked
        // One marked, the other under the cursor.
        if pair.count == 1, let chosen = sessions.chosen?.name, chosen != pair[0] { pair.append(chosen) }
        guard pair.count == 2 else {
            say("mark two sessions with SPACE first (\(pair.count) marked)", .warning)
            return []
        }
        return [.ask(.compare(pair[0], pair[1]))]
    }

    /// Escape: the diff, then the marks, then the filter.
    private mutating func stepBack() -> [ConsoleEffect] {
        if sessions.diff != nil {
            sessions.diff = nil
        } else if !sessions.marked.isEmpty {
            sessions.marked = []
        } else if !sessions.filter.isEmpty {
            return setSessionsFilter("")
        }
        return []
    }
}
