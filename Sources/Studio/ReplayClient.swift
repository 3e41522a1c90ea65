import Core
import Recording
import Synchronization

/// Takes the audio of a replay: interleaved stereo, LEFT user, RIGHT agent, and its rate. Called on the replay's thread, every
/// tick while it runs at its own speed; must copy and return.
public typealias ReplayAudioSink = @Sendable (_ stereo: Span<Int16>, _ sampleRate: Int) -> Void

/// A stored session in the place of the engine: the console subscribes to it as to a live one and draws the same panes. All members may be
/// used from any thread.
///
/// Whoever owns it calls `advance(to:)` (`ReplayThread` does, in real time; a test does, by hand). After a jump back the records
/// from the session's start up to the place are sent again: `sessionStarted` of a known session begins it anew.
public final class ReplayClient: EngineClient {
    /// What a viewer may do with a replay.
    public enum Control: Sendable, Equatable {
        case setPaused(Bool)
        case togglePause
        /// Times as fast, 0.25...16.
        case setSpeed(Double)
        /// To a place.
        case seek(Duration)
        /// Relative to the place, may be negative.
        case skip(Duration)
        case turn(Int)
        case nextTurn, previousTurn
        case nextBargeIn
        case nextTrouble
    }

    /// Where the replay stands.
    public struct Position: Sendable, Equatable {
        public var time: Duration
        public var length: Duration
        public var speed: Double
        public var isPaused: Bool
        public var isAtEnd: Bool
    }

    private struct State {
        var clock: ReplayClock
        var queues: [EventQueue] = []
        var sent = 0
        var audioAt: Int64 = 0
        var now: MonotonicTime
        var isClosed = false
    }

    /// The session.
    public let replay: SessionReplay
    /// Its records as a viewer gets them.
    private let records: [EventRecord]
    private let state: Mutex<State>
    private let sink: ReplayAudioSink?

    /// A replay that stands at 0 and runs from `now`.
    public init(
        _ replay: SessionReplay, speed: Double = 1, isPaused: Bool = false, now: MonotonicTime,
        sink: ReplayAudioSink? = nil
    ) {
        self.replay = replay
        records = replay.timeline.records.map(Self.retold)
        self.sink = sink
        let clock = ReplayClock(length: replay.timeline.length, speed: speed, isPaused: isPaused, now: now)
        state = Mutex(State(clock: clock, now: now))
    }

    // MARK: records

    /// A record as it is told again: a replayed call is the viewer's own session and no call on the line, and what was recorded
    /// then is not recorded now.
    private static func retold(_ record: EventRecord) -> EventRecord {
        var record = record
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

    /// Record number `index` with the monotonic time at which the viewer's clock would have had it: figures such as "speaking
    /// for 3 s" are counted from there. The wall time stays that of the recording.
    private func timed(_ index: Int, _ s: State) -> EventRecord {
        var record = records[index]
        let ago = s.clock.time(at: s.now) - replay.timeline.times[index]
        record.time = s.now - ago
        return record
    }

    // MARK: time

    /// Brings the replay to `now`: sends what has happened and hands out the audio. Returns when to call again at the latest, nil
    /// when there is nothing more to come until a control is used.
    @discardableResult
    public func advance(to now: MonotonicTime) -> MonotonicTime? {
        let audio = state.withLock { s -> (range: Range<Int64>, isAudible: Bool) in
            s.now = max(s.now, now)
            send(&s, upTo: replay.timeline.count(at: s.clock.time(at: s.now)))
            let to = replay.timeline.position(at: s.clock.time(at: s.now))
            let from = min(s.audioAt, to)
            s.audioAt = to
            return (from..<to, s.clock.speed == 1 && !s.isClosed)
        }
        if audio.isAudible, let sink { play(audio.range, sink) }
        return state.withLock { s in
            s.isClosed || s.clock.isPaused || s.clock.isAtEnd(at: s.now) ? nil : s.now + .milliseconds(20)
        }
    }

    private func send(_ s: inout State, upTo count: Int) {
        guard s.sent < count, !s.isClosed else { return }
        for index in s.sent..<count {
            let record = timed(index, s)
            for queue in s.queues { queue.push(record) }
        }
        s.sent = count
    }

    private func play(_ range: Range<Int64>, _ sink: ReplayAudioSink) {
        let longest = Int64(replay.timeline.sampleRate)
        let from = max(range.lowerBound, range.upperBound - longest)
        guard from < range.upperBound else { return }
        var stereo = [Int16](repeating: 0, count: Int(range.upperBound - from) * 2)
        var span = stereo.mutableSpan
        replay.fill(&span, at: from)
        sink(stereo.span, replay.timeline.sampleRate)
    }

    /// Where it stands.
    public var position: Position {
        state.withLock { s in
            Position(
                time: s.clock.time(at: s.now), length: s.clock.length, speed: s.clock.speed, isPaused: s.clock.isPaused,
                isAtEnd: s.clock.isAtEnd(at: s.now))
        }
    }

    // MARK: control

    /// Does what the viewer asks.
    public func control(_ control: Control) {
        state.withLock { s in
            let here = s.clock.time(at: s.now)
            switch control {
            case .setPaused(let paused): s.clock.setPaused(paused, now: s.now)
            case .togglePause: s.clock.setPaused(!s.clock.isPaused, now: s.now)
            case .setSpeed(let speed): s.clock.setSpeed(speed, now: s.now)
            case .seek(let time): jump(&s, to: time)
            case .skip(let time): jump(&s, to: here + time)
            default: if let time = target(control, from: here) { jump(&s, to: time) }
            }
        }
    }

    private func target(_ control: Control, from here: Duration) -> Duration? {
        let line = replay.timeline
        switch control {
        case .turn(let number): return line.start(ofTurn: number)
        case .nextTurn: return line.turns.first { $0.start > here }?.start
        case .previousTurn: return line.turns.last { $0.start < here - .seconds(1) }?.start ?? .zero
        case .nextBargeIn:
            return line.time(from: here, forward: true) { if case .bargeIn = $0 { true } else { false } }
        case .nextTrouble:
            return line.time(from: here, forward: true) { if case .trouble = $0 { true } else { false } }
        case .setPaused, .togglePause, .setSpeed, .seek, .skip: return nil
        }
    }

    private func jump(_ s: inout State, to time: Duration) {
        s.clock.seek(to: time, now: s.now)
        let place = s.clock.time(at: s.now)
        s.audioAt = replay.timeline.position(at: place)
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
                    sequence: 0, time: s.now, wall: .now(), audio: replay.timeline.position(at: here), session: nil,
                    event: .commandRefused(refusal))
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
            for index in 0..<s.sent { queue.push(timed(index, s)) }
            s.queues.append(queue)
        }
    }

    public func unsubscribe(_ queue: EventQueue) { state.withLock { s in s.queues.removeAll { $0 === queue } } }

    public func meters(of session: SessionID) -> MeterSnapshot? {
        guard session == replay.session else { return nil }
        return replay.meters(at: position.time)
    }

    /// Whether `shutdown` or `hangUp` has been asked for.
    public var isClosed: Bool { state.withLock { $0.isClosed } }
}
