import Core

/// How the table of calls is looked at: order, filter, columns, marks, and the call under the cursor.
struct CallsState: Sendable, Equatable {
    /// The call under the cursor; the cursor stays with it when the order changes.
    private(set) var cursor: SessionID?
    var sort = CallColumn.dur
    /// From the largest or latest on: the longest call first.
    var isDescending = true
    /// Words that must (or with `-` must not) stand in a call's row.
    var filter = ""
    var columns = CallColumn.standard
    private(set) var marked: Set<SessionID> = []
    /// The list stands still: calls keep their places, new ones wait.
    private(set) var isPaused = false
    /// Calls listed, in order.
    private(set) var rows: [SessionID] = []
    /// Calls that the pause or the filter keeps out.
    private(set) var waiting = 0
    private var row = 0

    /// Columns shown, in order.
    var shown: [CallColumn] { CallColumn.allCases.filter(columns.contains) }

    /// Makes the list anew: live calls first, then those that ended.
    mutating func refresh(_ calls: [CallSummary], now: MonotonicTime) {
        let known = Set(calls.map(\.id))
        marked.formIntersection(known)
        if isPaused {
            rows.removeAll { !known.contains($0) }
            waiting = calls.count - rows.count
        } else {
            let words = filter.split(separator: " ").map(String.init)
            let passing = words.isEmpty ? calls : calls.filter { $0.matches(words) }
            // The order of arrival decides between equals, so that nothing moves without a cause.
            rows = passing.enumerated().sorted { precedes($0, $1, now) }.map(\.element.id)
            waiting = 0
        }
        settle()
    }

    private func precedes(
        _ one: EnumeratedSequence<[CallSummary]>.Element, _ other: EnumeratedSequence<[CallSummary]>.Element,
        _ now: MonotonicTime
    ) -> Bool {
        if one.element.isLive != other.element.isLive { return one.element.isLive }
        guard let isBefore = sort.isBefore(one.element, other.element, now: now) else {
            return one.element.isLive ? one.offset < other.offset : one.offset > other.offset
        }
        return isBefore != isDescending
    }

    /// The cursor stays with its call; when that is gone, in its row.
    private mutating func settle() {
        if let cursor, let index = rows.firstIndex(of: cursor) {
            row = index
        } else {
            row = min(row, max(0, rows.count - 1))
            cursor = rows.isEmpty ? nil : rows[row]
        }
    }

    /// Where the cursor is in the list.
    var selection: Int { row }

    /// The first row shown where there is room for so many: the one under the cursor stays in the middle.
    func firstRow(of room: Int) -> Int { max(0, min(row - room / 2, rows.count - room)) }

    mutating func move(by step: Int) {
        guard !rows.isEmpty else { return }
        row = min(rows.count - 1, max(0, row + step))
        cursor = rows[row]
    }

    /// Puts the cursor on a call of the list.
    mutating func choose(_ id: SessionID) {
        guard rows.contains(id) else { return }
        cursor = id
        settle()
    }

    mutating func toggleMark() {
        guard let cursor else { return }
        if marked.remove(cursor) == nil { marked.insert(cursor) }
        move(by: 1)
    }

    mutating func unmarkAll() { marked = [] }

    mutating func togglePause() { isPaused.toggle() }

    /// The next column that is shown, in the order of the screen.
    mutating func sortNext(_ step: Int) {
        let all = shown
        guard !all.isEmpty else { return }
        let at = all.firstIndex(of: sort) ?? 0
        sort = all[(at + step + all.count) % all.count]
    }

    /// Shows or hides a column; state stays, and hiding the sorted one sorts by length again.
    mutating func toggle(_ column: CallColumn) {
        guard column != .state else { return }
        if columns.remove(column) == nil { columns.insert(column) }
        if !columns.contains(sort) { sort = .dur }
    }
}

extension CallSummary {
    /// Whether all words stand somewhere in the row, and none of those with `-`.
    func matches(_ words: [String]) -> Bool {
        let text = [
            caller, provider, agent, peer, callID, id.text, alert, hasFailed ? "failed" : isLive ? "live" : "ended",
            state.rawValue, isAlarming ? "alert" : "",
        ]
        return words.allSatisfy { word in
            let isExcluded = word.count > 1 && word.hasPrefix("-")
            let wanted = isExcluded ? String(word.dropFirst()) : word
            return text.contains { $0.contains(ignoringCase: wanted) } != isExcluded
        }
    }
}
