import Core
import Recording
import Synchronization

/// A stored session in the place of the engine: the console subscribes to it as to a live one and draws the same panes. All members may be
/// used from any thread.
///
/// Whoever owns it calls `advance(to:)` (`ReplayThread` does, in real time; a test does, by hand). After a jump back the records
/// from the session's start up to the place are sent again: `sessionStarted` of a known session begins it anew. The records'
/// monotonic times are those of the time line, counted from the moment of `init`: they stand still when the replay does.
public final class ReplayClient: ReplayPlayer {
    struct State {
        var clock: ReplayClock
        var queues: [EventQueue] = []
        var sent = 0
        var audioAt: Int64 = 0
        var now: MonotonicTime
        var isClosed = false
        var loop: (turn: Int, from: Duration, to: Duration)?
        var channel = ReplayChannel.both
        var volume = 1.0
        /// Rises with every jump and stop: what was not heard yet is out of date then.
        var generation = 0
        var overview = ReplayOverview()
        var marks: ReplayMarks
    }

    /// The session.
    public let replay: SessionReplay
    /// Its records as a viewer gets them.
    private let records: [EventRecord]
    private let origin: MonotonicTime
    private let state: Mutex<State>
    /// Used on the replay's thread; the lock is held while it works, and nobody else asks for it.
    private let voice: Mutex<ReplayVoice?>
    private let output: (any ReplayOutput)?
    private let heard = Mutex(0)

    /// A replay that stands at 0 and runs from `now`; its records' times count from `origin`, by default the same.
    public init(
        _ replay: SessionReplay, speed: Double = 1, isPaused: Bool = false, origin: MonotonicTime? = nil,
        now: MonotonicTime, output: (any ReplayOutput)? = nil
    ) {
        self.replay = replay
        self.output = output
        let origin = origin ?? now
        self.origin = origin
        let times = replay.timeline.times
        records = replay.timeline.records.enumerated().map { Self.retold($1, origin + times[$0]) }
        voice = Mutex(output.map { ReplayVoice(replay, output: $0) })
        let clock = ReplayClock(length: replay.timeline.length, speed: speed, isPaused: isPaused, now: now)
        let marks = ReplayMarks(replay.timeline, notes: replay.path.map(SessionNotes.read) ?? [])
        var state = State(clock: clock, now: now, marks: marks)
        state.overview.marks = marks.all
        self.state = Mutex(state)
    }

    // MARK: records

    /// A record as it is told again: a replayed call is the viewer's own session and no call on the line, and what was recorded
    /// then is not recorded now. The wall time stays that of the recording.
    private static func retold(_ record: EventRecord, _ time: MonotonicTime) -> EventRecord {
        var record = record
        record.time = time
        switch record.event {
        case .sessionStarted(var start):
            start.leg = .replay
            record.event = .sessionStarted(start)
        case .recording(let change) where change.state != .failed:
            record.event = .note(Note("recording was \(change.state.rawValue)"))
        default: break
        }
        return record
    }

    // MARK: time

    /// Brings the replay to `now`: sends what has happened and hands out the audio. Returns when to call again at the latest, nil
    /// when there is nothing more to come until a control is used.
    @discardableResult
    public func advance(to now: MonotonicTime) -> MonotonicTime? {
        let (due, next) = state.withLock { s in
            s.now = max(s.now, now)
            if let loop = s.loop, s.clock.time(at: s.now) >= loop.to { jump(&s, to: loop.from) }
            send(&s, upTo: replay.timeline.count(at: s.clock.time(at: s.now)))
            let to = replay.timeline.position(at: s.clock.time(at: s.now))
            let from = min(s.audioAt, to)
            s.audioAt = to
            let due = Due(
                range: from..<to, speed: s.clock.speed, channel: s.channel, volume: s.volume, generation: s.generation,
                isClosed: s.isClosed)
            let rests = s.isClosed || s.clock.isPaused || s.clock.isAtEnd(at: s.now)
            return (due, rests ? nil : s.now + .milliseconds(20))
        }
        sound(due)
        return next
    }

    private struct Due {
        var range: Range<Int64>
        var speed: Double
        var channel: ReplayChannel
        var volume: Double
        var generation: Int
        var isClosed: Bool
    }

    private func sound(_ due: Due) {
        voice.withLock { voice in
            guard let voice else { return }
            let isStale = heard.withLock { last in
                defer { last = due.generation }
                return last != due.generation
            }
            if isStale || due.isClosed { voice.discard() }
            guard !due.isClosed, !due.range.isEmpty else { return }
            voice.play(due.range, speed: due.speed, channel: due.channel, volume: due.volume)
        }
    }

    private func send(_ s: inout State, upTo count: Int) {
        guard s.sent < count, !s.isClosed else { return }
        for index in s.sent..<count { for queue in s.queues { queue.push(records[index]) } }
        s.sent = count
    }

    /// Where it stands and how it runs.
    public var status: ReplayStatus {
        var status = state.withLock { s in
            let time = s.clock.time(at: s.now)
            var status = ReplayStatus(
                name: replay.name, session: replay.session, time: time, length: s.clock.length, now: origin + time,
                wall: wall(at: time), speed: s.clock.speed)
            status.isPaused = s.clock.isPaused
            status.isAtEnd = s.clock.isAtEnd(at: s.now)
            status.turns = replay.timeline.turns.count
            status.turn = replay.timeline.turns.count { $0.start <= time }
            (status.loop, status.channel, status.volume) = (s.loop?.turn, s.channel, s.volume)
            return status
        }
        status.silence = replay.audio == nil ? "no audio" : output.map { $0.silence } ?? "no speaker"
        return status
    }

    /// The recording's wall clock at a place.
    private func wall(at time: Duration) -> WallTime {
        let line = replay.timeline
        let index = max(0, line.count(at: time) - 1)
        guard line.records.indices.contains(index) else { return WallTime(nanoseconds: 0) }
        let since = max(.zero, time - line.times[index])
        let (sum, isTooMuch) = line.records[index].wall.nanoseconds.addingReportingOverflow(since.wholeNanoseconds)
        return isTooMuch ? line.records[index].wall : WallTime(nanoseconds: sum)
    }

    /// The whole session at once, as far as it is known.
    public var overview: ReplayOverview { state.withLock { $0.overview } }

    /// Changes what the overview tells.
    func tell(_ change: (inout ReplayOverview) -> Void) { state.withLock { change(&$0.overview) } }

    // MARK: control

    /// Does what the viewer asks.
    public func control(_ control: ReplayControl) {
        state.withLock { s in
            let here = s.clock.time(at: s.now)
            switch control {
            case .setPaused(let paused): pause(&s, paused)
            case .togglePause: pause(&s, !s.clock.isPaused)
            case .setSpeed(let speed): s.clock.setSpeed(speed, now: s.now)
            case .seek(let time): jump(&s, to: time)
            case .skip(let time): jump(&s, to: here + time)
            case .setLoop(let on): s.loop = on ? loop(around: here) : nil
            case .setChannel(let channel): s.channel = channel
            case .setVolume(let volume): s.volume = volume.isFinite ? min(1, max(0, volume)) : 1
            default: if let time = target(control, from: here, s.marks) { jump(&s, to: time) }
            }
        }
    }

    /// Going on at the end begins anew.
    private func pause(_ s: inout State, _ paused: Bool) {
        if !paused, s.clock.isAtEnd(at: s.now) { jump(&s, to: s.loop?.from ?? .zero) }
        s.clock.setPaused(paused, now: s.now)
        s.generation += 1
    }

    private func target(_ control: ReplayControl, from here: Duration, _ marks: ReplayMarks) -> Duration? {
        let line = replay.timeline
        switch control {
        case .turn(let number): return line.start(ofTurn: number)
        case .nextTurn: return line.turns.first { $0.start > here }?.start
        case .previousTurn: return line.turns.last { $0.start < here - .seconds(1) }?.start ?? .zero
        case .nextBargeIn: return marks.next(.bargeIn, after: here)
        case .nextTrouble: return marks.next(.trouble, after: here)
        default: return nil
        }
    }

    /// The turn at a place, up to the next one.
    private func loop(around here: Duration) -> (turn: Int, from: Duration, to: Duration)? {
        let turns = replay.timeline.turns
        guard let index = turns.lastIndex(where: { $0.start <= here }) ?? turns.indices.first else { return nil }
        let end = turns.indices.contains(index + 1) ? turns[index + 1].start : replay.timeline.length
        return end > turns[index].start ? (turns[index].number, turns[index].start, end) : nil
    }

    private func jump(_ s: inout State, to time: Duration) {
        s.clock.seek(to: time, now: s.now)
        let place = s.clock.time(at: s.now)
        if let loop = s.loop, place < loop.from || place >= loop.to { s.loop = self.loop(around: place) }
        s.audioAt = replay.timeline.position(at: place)
        s.generation += 1
        let count = replay.timeline.count(at: place)
        if count < s.sent { s.sent = 0 }
        send(&s, upTo: count)
    }

    // MARK: EngineClient

    /// Refuses what only a live session can do; `shutdown` and `hangUp` end the replay.
    public func send(_ command: Command) {
        state.withLock { s in
            switch command {
            case .shutdown, .hangUp: s.isClosed = true
            default:
                let refusal = CommandRefusal(command: name(of: command), reason: "this is a replay of \(replay.name)")
                let here = s.clock.time(at: s.now)
                let record = EventRecord(
                    sequence: 0, time: origin + here, wall: wall(at: here), audio: replay.timeline.position(at: here),
                    session: nil, event: .commandRefused(refusal))
                for queue in s.queues { queue.push(record) }
            }
        }
    }

    private func name(of command: Command) -> String {
        String(String(describing: command).prefix { $0 != "(" })
    }

    /// Adds a consumer; it first gets all records up to the place.
    public func subscribe(_ queue: EventQueue) {
        state.withLock { s in
            for index in 0..<s.sent { queue.push(records[index]) }
            s.queues.append(queue)
        }
    }

    public func unsubscribe(_ queue: EventQueue) { state.withLock { s in s.queues.removeAll { $0 === queue } } }

    public func meters(of session: SessionID) -> MeterSnapshot? {
        guard session == replay.session else { return nil }
        return replay.meters(at: status.time)
    }

    /// Whether `shutdown` or `hangUp` has been asked for.
    public var isClosed: Bool { state.withLock { $0.isClosed } }
}
