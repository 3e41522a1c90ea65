import Core

/// The records of a stored session on one time line that begins at 0. Pure.
///
/// The time of a record is its place in the audio, so that what is seen fits what is heard; when a log has no audio (typed
/// text only) it is the monotonic time since the first record. Times never go back.
public struct ReplayTimeline: Sendable {
    /// A turn on the time line.
    public struct Turn: Sendable, Equatable {
        public var number: Int
        /// Index of the record that opened it.
        public var index: Int
        public var start: Duration
    }

    /// Records in order.
    public let records: [EventRecord]
    /// Time of each record.
    public let times: [Duration]
    /// Turns in order.
    public let turns: [Turn]
    /// From 0 to the end of audio and log.
    public let length: Duration
    /// Samples per second of the positions.
    public let sampleRate: Int

    /// The time line of `records` with `frames` of audio at `sampleRate`.
    public init(records: [EventRecord], sampleRate: Int, frames: Int64) {
        self.records = records
        let rate = max(1, sampleRate)
        self.sampleRate = rate
        let hasAudio = frames > 0 || (records.last?.audio ?? 0) > 0
        let origin = records.first?.time ?? MonotonicTime(nanoseconds: 0)
        var times: [Duration] = []
        var turns: [Turn] = []
        var latest = Duration.zero
        for (index, record) in records.enumerated() {
            let time = hasAudio ? Self.duration(record.audio, rate) : record.time - origin
            latest = max(latest, time)
            times.append(latest)
            if case .turnStarted(let turn) = record.event {
                turns.append(Turn(number: turn.turn, index: index, start: latest))
            }
        }
        self.times = times
        self.turns = turns
        length = max(latest, Self.duration(frames, rate))
    }

    private static func duration(_ samples: Int64, _ rate: Int) -> Duration {
        let (seconds, rest) = max(0, samples).quotientAndRemainder(dividingBy: Int64(rate))
        return .seconds(seconds) + .nanoseconds(rest * 1_000_000_000 / Int64(rate))
    }

    /// Position on the audio clock at a time.
    public func position(at time: Duration) -> Int64 {
        Int64((Double(time.wholeNanoseconds) / 1e9 * Double(sampleRate)).rounded())
    }

    /// How many records have happened at `time` (those exactly at it included).
    public func count(at time: Duration) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Where a turn begins, or nil when there is none of this number.
    public func start(ofTurn number: Int) -> Duration? { turns.first { $0.number == number }?.start }

    /// Time of the next (or the one before) record that `matches`, seen from `time`; nil when there is none.
    public func time(from time: Duration, forward: Bool, where matches: (Event) -> Bool) -> Duration? {
        if forward {
            return records.indices.first { times[$0] > time && matches(records[$0].event) }.map { times[$0] }
        }
        return records.indices.last { times[$0] < time && matches(records[$0].event) }.map { times[$0] }
    }
}
