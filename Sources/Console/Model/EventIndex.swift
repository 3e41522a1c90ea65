import Core

/// Which of the events kept pass the filter: extended as events come, so that a frame costs no more than what it shows.
/// Events are named by their number since the start of the console.
struct EventIndex: Sendable, Equatable {
    private(set) var filter = EventFilter()
    /// Numbers of the events that pass, in order.
    private(set) var matches: [Int] = []
    /// Number of the first event that was not looked at.
    private var next = 0
    /// Turn of each event kept, and the number of the first.
    private var turns: [Int] = []
    private var first = 0
    private var current: [SessionID: Int] = [:]

    /// Looks at what is new.
    mutating func extend(_ book: SessionBook) {
        let start = book.firstEvent
        if first < start {
            turns.removeFirst(min(turns.count, start - first))
            matches.removeFirst(matches.prefix { $0 < start }.count)
            first = start
        }
        next = max(next, start)
        while next < book.eventCount {
            let record = book.events[next - start]
            let turn = turn(of: record)
            turns.append(turn)
            if filter.matches(record, turn: turn) { matches.append(next) }
            next += 1
        }
    }

    /// Another filter: looks at all again.
    mutating func filter(_ new: EventFilter, _ book: SessionBook) {
        filter = new
        matches = book.events.indices.compactMap { index in
            filter.matches(book.events[index], turn: turns.indices.contains(index) ? turns[index] : 0)
                ? book.firstEvent + index : nil
        }
    }

    /// The turn that an event falls into: the one it names, else the one its session was in.
    func turn(ofEvent number: Int) -> Int? {
        turns.indices.contains(number - first) ? turns[number - first] : nil
    }

    /// Where an event stands among those that pass; the next one when it does not pass.
    func position(_ number: Int) -> Int {
        var (low, high) = (0, matches.count)
        while low < high {
            let middle = (low + high) / 2
            if matches[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func turn(of record: EventRecord) -> Int {
        guard let session = record.session else { return 0 }
        let turn = record.event.turn ?? current[session] ?? 0
        // Late events of an earlier turn do not take the session back.
        if turn > current[session] ?? 0 { current[session] = turn }
        if case .sessionEnded = record.event { current[session] = nil }
        return turn
    }
}
