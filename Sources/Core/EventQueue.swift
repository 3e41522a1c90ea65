import Synchronization

/// A bounded queue of event records from the engine to one consumer on another thread.
public final class EventQueue: Sendable {
    /// What happens at the bound.
    public enum Policy: Sendable {
        /// The oldest is dropped and counted: the consumer asks for a snapshot when it sees the gap (screen).
        case latest
        /// The newest is dropped and counted: what is there is whole (recorder, attach).
        case lossless
    }

    private struct State {
        var records: [EventRecord] = []
        var dropped: UInt64 = 0
    }

    private let state = Mutex(State())
    private let bound: Int
    private let policy: Policy
    private let wake: @Sendable () -> Void
    /// Whether the consumer also wants what comes several times a second (progress, health, wire messages).
    public let wantsFrequent: Bool

    /// A queue of at most `bound` records; `wake` is called (from the engine) when the first record of a batch arrives.
    public init(bound: Int, policy: Policy, wantsFrequent: Bool = true, wake: @escaping @Sendable () -> Void) {
        self.wantsFrequent = wantsFrequent
        self.bound = max(1, bound)
        self.policy = policy
        self.wake = wake
    }

    /// Appends a record. Any thread, never blocks for long.
    public func push(_ record: EventRecord) {
        guard wantsFrequent || !record.event.isFrequent else { return }
        let first = state.withLock { s in
            if s.records.count >= bound {
                s.dropped += 1
                if policy == .lossless { return false }
                s.records.removeFirst(max(1, bound / 8))
                s.dropped += UInt64(max(1, bound / 8) - 1)
            }
            s.records.append(record)
            return s.records.count == 1
        }
        if first { wake() }
    }

    /// Counts records that were lost on the way here: the consumer sees a gap. Any thread.
    public func lost(_ count: UInt64) {
        guard count > 0 else { return }
        state.withLock { $0.dropped += count }
        wake()
    }

    /// Takes all that waits, with the number dropped since the last time.
    public func take() -> (records: [EventRecord], dropped: UInt64) {
        state.withLock { s in
            let result = (s.records, s.dropped)
            s.records = []
            s.dropped = 0
            return result
        }
    }
}

/// The engine as its clients (console, API, scripts) see it. All members may be used from any thread.
public protocol EngineClient: Sendable {
    /// Asks for something; the outcome is an event (`commandRefused` when it cannot be).
    func send(_ command: Command)
    /// Adds a consumer. It first receives the records that rebuild the state of every live session, then all new ones.
    func subscribe(_ queue: EventQueue)
    /// Removes a consumer.
    func unsubscribe(_ queue: EventQueue)
    /// Meters of a session; nil when it is over.
    func meters(of session: SessionID) -> MeterSnapshot?
    /// As `meters(of:)` with the user's spectrum, which is computed only while somebody asks for it.
    func metersWithSpectrum(of session: SessionID) -> MeterSnapshot?
}

extension EngineClient {
    /// Where no audio is at hand there is no spectrum.
    public func metersWithSpectrum(of session: SessionID) -> MeterSnapshot? { meters(of: session) }
}
