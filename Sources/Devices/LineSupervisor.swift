import Core

/// Decides when a device thread is started, given up and tried again: a machine without I/O or clock of its own.
///
///     off ── want ──> opening ── opened ──> running
///                        │ failed              │ failed, or no sign of life for 2 s
///                        └──────> waiting <────┘
///                           after 1 s: opening
struct LineSupervisor: Sendable, Equatable {
    enum State: Sendable, Equatable {
        case off
        /// `told`: that it takes long was raised.
        case opening(since: MonotonicTime, told: Bool)
        case running(periods: Int, since: MonotonicTime)
        case waiting(until: MonotonicTime)
    }

    enum Input: Sendable, Equatable {
        case want(Bool)
        case opened
        case ended(LineFailure?)
        /// The running device was exchanged for another that runs.
        case replaced
        /// Time passed; periods moved so far.
        case tick(periods: Int)
    }

    enum Action: Sendable, Equatable {
        /// Start a thread.
        case launch
        /// Tell the thread to stop and forget it.
        case abandon
        /// The device moves audio.
        case ready
        /// There is no device any more.
        case lost
        case raise(LineFailure)
        case clear
    }

    /// Pause between tries.
    static let pause: Duration = .seconds(1)
    /// How long opening or a running device may give no sign of life.
    static let patience: Duration = .seconds(2)
    /// How often `tick` is wanted.
    static let watch: Duration = .milliseconds(250)

    private(set) var state = State.off
    private(set) var failure: LineFailure?

    mutating func handle(_ input: Input, now: MonotonicTime) -> [Action] {
        switch (input, state) {
        case (.want(true), .off):
            state = .opening(since: now, told: false)
            return [.launch]
        case (.want(false), .running): return [.lost] + stop()
        case (.want(false), .opening), (.want(false), .waiting): return stop()
        case (.opened, .opening):
            state = .running(periods: 0, since: now)
            return [.ready] + clear()
        case (.replaced, .running):
            state = .running(periods: 0, since: now)
            return []
        case (.ended(let cause), .opening): return retry(cause, now)
        case (.ended(let cause), .running): return [.lost] + retry(cause, now)
        case (.tick(let periods), _): return tick(periods, now)
        case (.want, _), (.opened, _), (.ended, _), (.replaced, _): return []
        }
    }

    private mutating func tick(_ periods: Int, _ now: MonotonicTime) -> [Action] {
        switch state {
        case .waiting(let until) where now >= until:
            state = .opening(since: now, told: false)
            return [.launch]
        case .opening(let since, told: false) where now - since >= Self.patience:
            // No second thread is started: it would hang in the same place.
            state = .opening(since: since, told: true)
            return raise(Self.silent("the sound server or driver does not answer; waiting for it"))
        case .running(let before, _) where periods != before:
            state = .running(periods: periods, since: now)
            return []
        case .running(_, let since) where now - since >= Self.patience:
            return [.lost, .abandon] + retry(Self.silent("the device moves no audio"), now)
        default: return []
        }
    }

    private mutating func retry(_ cause: LineFailure?, _ now: MonotonicTime) -> [Action] {
        state = .waiting(until: now + Self.pause)
        return cause.map { raise($0) } ?? []
    }

    private mutating func stop() -> [Action] {
        let wasThread = if case .waiting = state { false } else { true }
        state = .off
        return (wasThread ? [.abandon] : []) + clear()
    }

    private mutating func raise(_ cause: LineFailure) -> [Action] {
        guard cause.text != failure?.text else { return [] }
        failure = cause
        return [.raise(cause)]
    }

    private mutating func clear() -> [Action] {
        guard failure != nil else { return [] }
        failure = nil
        return [.clear]
    }

    private static func silent(_ text: String) -> LineFailure {
        LineFailure(text: text, fix: "restart the sound server (pulseaudio -k) or choose another device")
    }
}
