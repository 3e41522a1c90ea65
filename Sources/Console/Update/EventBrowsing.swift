import Core
import Terminal

extension ConsoleModel {
    /// What the keys of the Events view do.
    mutating func runEvents(_ id: ActionID, _ argument: String) {
        switch id {
        case .hideDeltas: changeFilter { $0.hidesDeltas.toggle() }
        case .filterEvents: setFilter(argument)
        case .expandEvent:
            eventDetail = eventDetail == nil ? chosenEvent.map { EventDetail($0.record, number: $0.number) } : nil
            detailScroll = 0
        case .detailUp: detailScroll = max(0, detailScroll - 4)
        case .detailDown: detailScroll = min(max(0, (eventDetail?.lines.count ?? 0) - 2), detailScroll + 4)
        case .nextError: chooseError()
        case .traceTurn: traceTurn(argument)
        case .markEvent: markEvent()
        case .diffEvents: diffEvents()
        default: stepOut()
        }
    }

    /// The event under the cursor with its number: the newest while following.
    var chosenEvent: (number: Int, record: EventRecord)? {
        let at = eventCursor.map { eventIndex.position($0) } ?? eventIndex.matches.count - 1
        guard let last = eventIndex.matches.indices.last, at >= 0 else { return nil }
        let number = eventIndex.matches[min(last, at)]
        return book.event(number).map { (number, $0) }
    }

    /// Moves the cursor among the events listed; at the newest it follows again.
    mutating func moveEvent(_ id: ActionID) {
        let last = eventIndex.matches.count - 1
        guard last >= 0 else { return }
        let at = eventCursor.map { eventIndex.position($0) } ?? last
        let page = max(1, ConsoleLayout(self).work.height - 2)
        switch id {
        case .lineUp: chooseEvent(at: at - 1)
        case .lineDown: chooseEvent(at: at + 1)
        case .pageUp: chooseEvent(at: at - page)
        case .pageDown: chooseEvent(at: at + page)
        case .toTop: chooseEvent(at: 0)
        default: chooseEvent(at: last)
        }
    }

    private mutating func chooseEvent(at position: Int) {
        let last = eventIndex.matches.count - 1
        guard last >= 0 else { return }
        eventCursor = position >= last ? nil : eventIndex.matches[max(0, position)]
        refreshDetail()
    }

    /// The event shown in full is the one under the cursor.
    mutating func refreshDetail() {
        guard let detail = eventDetail, !detail.isDiff, let chosen = chosenEvent, chosen.number != detail.number else {
            return
        }
        eventDetail = EventDetail(chosen.record, number: chosen.number)
        detailScroll = 0
    }

    private mutating func changeFilter(_ change: (inout EventFilter) -> Void) {
        let number = chosenEvent?.number
        var filter = eventIndex.filter
        change(&filter)
        eventIndex.filter(filter, book)
        if eventCursor != nil, let number { chooseEvent(at: eventIndex.position(number)) }
        refreshDetail()
    }

    /// Only what matches the words; no words show all again.
    mutating func setFilter(_ text: String) {
        view = .events
        eventCursor = nil
        changeFilter { $0.text = text }
        let count = eventIndex.matches.count
        say(
            text.isEmpty ? "all events again" : "\(count) of \(book.events.count) events match; ESC shows all",
            count == 0 ? .warning : .info)
    }

    /// Marks the event under the cursor, or takes its mark away; the older of three marks goes.
    private mutating func markEvent() {
        guard let chosen = chosenEvent else { return }
        if eventMarks.contains(chosen.number) {
            eventMarks.removeAll { $0 == chosen.number }
        } else {
            eventMarks = (eventMarks + [chosen.number]).suffix(2)
            eventCursor = chosen.number
        }
        say(eventMarks.count == 2 ? "two events are marked; d compares them" : "\(eventMarks.count) marked")
    }

    private mutating func diffEvents() {
        var numbers = eventMarks
        if numbers.count == 1, let chosen = chosenEvent { numbers.append(chosen.number) }
        numbers.sort()
        guard numbers.count == 2, let one = book.event(numbers[0]), let other = book.event(numbers[1]) else {
            return say("a marked event is not kept any more", .warning)
        }
        let diff = EventDiff(one, number: numbers[0], other, number: numbers[1])
        eventDetail = EventDetail(diff)
        detailScroll = 0
        say("\(diff.differences) differences")
    }

    /// The next event after the cursor that tells of something bad, from the start again at the end.
    private mutating func chooseError() {
        let bad = eventIndex.matches.filter { book.event($0)?.event.isBad == true }
        guard let first = bad.first else { return say("no error among the events listed") }
        let here = eventCursor ?? .max
        let number = bad.first { $0 > here } ?? first
        eventCursor = number
        refreshDetail()
        say("error \((bad.firstIndex(of: number) ?? 0) + 1)/\(bad.count)")
    }

    /// All events of one turn with the time since its first; again shows all.
    private mutating func traceTurn(_ argument: String) {
        if view == .events, argument.isEmpty, eventIndex.filter.trace != nil {
            return changeFilter { $0.trace = nil }
        }
        guard let trace = wantedTrace(argument) else {
            return say(argument.isEmpty ? "no turn is chosen" : "turn-trace takes the number of a turn", .warning)
        }
        view = .events
        eventCursor = nil
        changeFilter {
            $0.trace = trace
            $0.text = ""
        }
        if eventIndex.matches.isEmpty { say("the events of turn \(trace.turn) are not kept any more", .warning) }
    }

    private func wantedTrace(_ argument: String) -> EventFilter.Trace? {
        if !argument.isEmpty { return Int(argument).map { EventFilter.Trace(session: shown?.id, turn: $0) } }
        if view == .events, let chosen = chosenEvent, let turn = eventIndex.turn(ofEvent: chosen.number) {
            return EventFilter.Trace(session: chosen.record.session, turn: turn)
        }
        return (chosenReport?.turn ?? shown?.turn).map { EventFilter.Trace(session: shown?.id, turn: $0) }
    }

    /// Escape: closes the JSON, then the trace, then the filter.
    private mutating func stepOut() {
        if eventDetail != nil {
            eventDetail = nil
        } else if !eventMarks.isEmpty {
            eventMarks = []
        } else if eventIndex.filter.trace != nil {
            changeFilter { $0.trace = nil }
        } else if !eventIndex.filter.text.isEmpty {
            setFilter("")
        } else {
            eventCursor = nil
        }
    }
}
