import Core

/// How the transcript tells times.
enum TimeStyle: String, Sendable, CaseIterable {
    /// The wall clock.
    case clock
    /// Since the session began.
    case elapsed
    /// Since the turn before began; of a remark, since its turn began.
    case delta

    /// In words.
    var words: String {
        switch self {
        case .clock: "times of the clock"
        case .elapsed: "times since the session began"
        case .delta: "times since the turn before"
        }
    }
}

/// The times of a transcript in one style. What was not timed shows the wall clock.
struct TimeLabels {
    private let style: TimeStyle
    private let start: MonotonicTime?
    /// Beginnings of turns, by turn, for what came before each.
    private let before: [Int: MonotonicTime]

    init(_ style: TimeStyle, _ session: SessionModel) {
        self.style = style
        start = session.startedAt
        guard style == .delta else {
            before = [:]
            return
        }
        var found: [Int: MonotonicTime] = [:]
        for (block, next) in zip(session.transcript.blocks, session.transcript.blocks.dropFirst()) {
            found[next.turn] = block.time
        }
        before = found
    }

    /// When a turn began.
    func label(_ block: TurnBlock) -> String {
        switch style {
        case .clock: block.wall.localClock
        case .elapsed: sinceStart(block.time) ?? block.wall.localClock
        case .delta: delta(block.time, before[block.turn] ?? start) ?? block.wall.localClock
        }
    }

    /// When something was remarked.
    func label(_ marker: MarkerEntry, _ block: TurnBlock) -> String {
        switch style {
        case .clock: marker.wall.localClock
        case .elapsed: sinceStart(marker.time) ?? marker.wall.localClock
        case .delta: delta(marker.time, block.time) ?? marker.wall.localClock
        }
    }

    private func sinceStart(_ time: MonotonicTime?) -> String? {
        guard let time, let start else { return nil }
        let tenth = (time - start).wholeNanoseconds / 100_000_000 % 10
        return Format.clock(time - start) + ".\(max(0, tenth))"
    }

    private func delta(_ time: MonotonicTime?, _ from: MonotonicTime?) -> String? {
        guard let time, let from else { return nil }
        return "+" + Format.decimal((time - from).milliseconds / 1000, 1) + "s"
    }
}
