import Core
import Terminal

/// A replay on the screen. The panes show it as they show a live session: its records fill `ConsoleModel.book`; what is live
/// is put aside meanwhile and goes on being told.
struct ReplayState: Sendable, Equatable {
    var status: ReplayStatus
    var overview = ReplayOverview()
    /// Whether leaving it goes back to a list, or there is nothing else.
    var hasList: Bool
    /// Whether the program was started for this replay.
    var isAlone = false
    /// Number of the first record: when it comes again the story begins anew.
    var firstSequence: UInt64?
    var live: LiveAside
}

/// What the console showed before the replay.
struct LiveAside: Sendable, Equatable {
    var book: SessionBook
    var eventIndex: EventIndex
    var opened: SessionID?
    var view: ConsoleView
    var levelHistory: LevelHistory
    var chosenTurn: Int?
}

extension ConsoleModel {
    /// What goes on while a replay may be shown.
    var liveBook: SessionBook { replay?.live.book ?? book }

    /// Begins to show a replay.
    mutating func open(_ status: ReplayStatus, hasList: Bool) {
        let aside =
            replay?.live
            ?? LiveAside(
                book: book, eventIndex: eventIndex, opened: opened, view: view, levelHistory: levelHistory,
                chosenTurn: chosenTurn)
        replay = ReplayState(status: status, hasList: hasList, live: aside)
        forgetShown()
        sessions.diff = nil
        now = status.now
        view = .sessions
    }

    /// Empties what the panes show.
    private mutating func forgetShown() {
        book = SessionBook()
        // Calls and devices are told of by the engine alone; the panes of a replay have no use for them.
        eventIndex = EventIndex()
        opened = nil
        levelHistory = LevelHistory()
        lastHistory = now
        forgetPlace()
    }

    /// Where a reader was: another place of the session has other lines.
    private mutating func forgetPlace() {
        (scroll, search, eventCursor, eventDetail, chosenTurn) = (nil, nil, nil, nil, nil)
    }

    /// Back to what is live.
    mutating func closeReplay() {
        guard let aside = replay?.live else { return }
        replay = nil
        book = aside.book
        eventIndex = aside.eventIndex
        eventIndex.extend(book)
        (opened, levelHistory) = (aside.opened, aside.levelHistory)
        now = clock
        lastHistory = now
        forgetPlace()
        chosenTurn = aside.chosenTurn
        view = .sessions
    }

    /// Records of the replay; after a jump back they come from the start again.
    mutating func takeReplayed(_ records: [EventRecord]) {
        guard replay != nil else { return }
        var rest = records[...]
        if replay?.firstSequence == nil { replay?.firstSequence = records.first { $0.sequence > 0 }?.sequence }
        if let first = replay?.firstSequence, book.eventCount > 0 || records.count(where: { $0.sequence == first }) > 1,
            let again = rest.lastIndex(where: { $0.sequence == first })
        {
            rest = rest[again...]
            let filter = eventIndex.filter
            book = SessionBook()
            eventIndex = EventIndex()
            eventIndex.filter(filter, book)
            forgetPlace()
        }
        book.apply(Array(rest))
        eventIndex.extend(book)
        if eventCursor == nil { refreshDetail() }
        for record in rest {
            if case .commandRefused(let refusal) = record.event, record.session == nil {
                say("\(refusal.command) refused: \(refusal.reason)", .warning)
            }
        }
    }

    /// Where the replay stands now: the panes' clock is the recording's.
    mutating func takeReplay(_ status: ReplayStatus, _ overview: ReplayOverview) {
        guard replay != nil else { return }
        replay?.status = status
        if replay?.overview != overview { replay?.overview = overview }
        (now, wall) = (status.now, status.wall)
        if lastHistory > now { lastHistory = now }
    }
}
