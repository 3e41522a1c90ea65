/// Turns a yes or no for every block into the start and the stop of speech. Pure: time is counted in samples.
///
///     silence ── speech ──> rising ── onset reached ──> speech ── no speech ──> falling ── hangover over ──> silence
///                 <── mostly no ──                       <──────── speech ─────────
public struct SpeechGate: Sendable, Equatable {
    public enum Event: Sendable, Equatable {
        /// Speech began at this sample (the first of the stretch that led to the onset).
        case speechStarted(at: Int)
        /// Speech ended; the position after its last sample, not that of the decision.
        case speechStopped(at: Int)
    }

    private enum State: Sendable, Equatable {
        case silence
        case rising(from: Int, heard: Int, missed: Int)
        case speech(until: Int)
    }

    private let onset: Int
    private let hangover: Int
    private var state = State.silence
    /// Samples taken so far.
    public private(set) var position = 0

    /// - Parameters:
    ///   - onset: samples of speech before it counts as started.
    ///   - hangover: samples without speech before it counts as stopped.
    public init(onset: Int, hangover: Int) {
        self.onset = max(1, onset)
        self.hangover = max(0, hangover)
    }

    /// Between the start and the stop of speech.
    public var isOpen: Bool {
        if case .speech = state { true } else { false }
    }

    /// Takes the verdict on the next `count` samples.
    public mutating func update(speech: Bool, count: Int) -> Event? {
        let start = position
        position += count
        switch state {
        case .silence:
            return speech ? rise(from: start, heard: count, missed: 0) : nil
        case .rising(let from, let heard, let missed):
            if speech { return rise(from: from, heard: heard + count, missed: missed) }
            // One bad block does not undo a start, as many bad ones as good ones do.
            state = missed + count >= heard ? .silence : .rising(from: from, heard: heard, missed: missed + count)
            return nil
        case .speech(let until):
            if speech { state = .speech(until: position) }
            guard !speech, position - until >= hangover else { return nil }
            state = .silence
            return .speechStopped(at: until)
        }
    }

    /// Ends open speech at once, as at the end of a call.
    public mutating func close() -> Event? {
        defer { state = .silence }
        if case .speech(let until) = state { return .speechStopped(at: until) }
        return nil
    }

    private mutating func rise(from: Int, heard: Int, missed: Int) -> Event? {
        guard heard >= onset else {
            state = .rising(from: from, heard: heard, missed: missed)
            return nil
        }
        state = .speech(until: position)
        return .speechStarted(at: from)
    }
}
