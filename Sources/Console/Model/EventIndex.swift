import Core

/// Which of the events kept pass the filter: extended as events come, so that a frame costs no more than what it shows.
/// Events are named by their number since the start of the console.
struct EventIndex: Sendable, Equatable {
    private(set) var filter = EventFilter()
    /// Numbers of the events that pass, in order.
    private(set) var matches: [Int] = []
    /// Rows that stand for several events of one kind in a row, by the number of the newest.
    private(set) var repeats: [Int: Repeats] = [:]

    /// How many events a row stands for, and the bytes of wire messages together.
    struct Repeats: Sendable, Equatable {
        var count: Int
        var bytes: Int
    }

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
            repeats = repeats.filter { $0.key >= start }
            first = start
        }
        next = max(next, start)
        while next < book.eventCount {
            let record = book.events[next - start]
            let turn = turn(of: record)
            turns.append(turn)
            if filter.matches(record, turn: turn) { list(next, record, book) }
            next += 1
        }
    }

    /// Another filter: looks at all again.
    mutating func filter(_ new: EventFilter, _ book: SessionBook) {
        filter = new
        (matches, repeats) = ([], [:])
        for index in book.events.indices {
            let turn = turns.indices.contains(index) ? turns[index] : 0
            if filter.matches(book.events[index], turn: turn) {
                list(book.firstEvent + index, book.events[index], book)
            }
        }
    }

    /// Lists an event: repeats of what stands last take its row.
    private mutating func list(_ number: Int, _ record: EventRecord, _ book: SessionBook) {
        guard let last = matches.last, let before = book.event(last), record.repeats(before) else {
            matches.append(number)
            return
        }
        var sum = repeats.removeValue(forKey: last) ?? Repeats(count: before.ownCount, bytes: before.ownBytes)
        sum.count = sum.count.adding(saturating: record.ownCount)
        sum.bytes = sum.bytes.adding(saturating: record.ownBytes)
        repeats[number] = sum
        matches[matches.count - 1] = number
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

extension EventRecord {
    /// Whether it is the same thing again: a further piece of one text, the same counters, the same kind of wire message.
    fileprivate func repeats(_ other: EventRecord) -> Bool {
        guard session == other.session else { return false }
        switch (event, other.event) {
        case (.wire(let one), .wire(let two)):
            return one.type == two.type && one.direction == two.direction && one.source == two.source
        case (.agentText(let one), .agentText(let two)): return !one.isFinal && !two.isFinal && one.item == two.item
        case (.userTranscript(let one), .userTranscript(let two)):
            return !one.isFinal && !two.isFinal && one.item == two.item
        case (.agentSpeechProgress(let one), .agentSpeechProgress(let two)): return one.item == two.item
        case (.health, .health): return true
        default: return false
        }
    }

    fileprivate var ownCount: Int { if case .wire(let wire) = event { max(1, wire.count) } else { 1 } }
    fileprivate var ownBytes: Int { if case .wire(let wire) = event { wire.bytes } else { 0 } }
}
