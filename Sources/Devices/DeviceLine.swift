import Core
import Synchronization

/// One direction of the sound devices as the engine sees it: keeps a device thread alive as long as anybody wants it.
@EngineActor
final class DeviceLine {
    let direction: PCMDirection
    /// A period was moved, the device came or went.
    var onWork: (() -> Void)?
    /// What stands against the device; nil when that is over.
    var onTrouble: ((Trouble?) -> Void)?

    private let loop: any EngineLoop
    private(set) var choice: String?
    private let request: PCMRequest
    private var supervisor = LineSupervisor()
    private var state: LineState?
    private var wake: (any EngineWake)?
    private var timer: (any EngineTimer)?
    private var pastXruns = 0
    private var isWanted = false
    private var trial: Trial?
    /// The open device; nil when there is none.
    private(set) var device: LineState.Opened?

    init(_ direction: PCMDirection, choice: String?, request: PCMRequest, loop: any EngineLoop) {
        self.direction = direction
        self.choice = choice
        self.request = request
        self.loop = loop
    }

    /// Event code of its trouble.
    var code: String { "device.\(direction.rawValue)" }
    /// The trouble that stands.
    var trouble: Trouble? { supervisor.failure.map(describe) }
    /// Counters of the thread; nil without a device.
    var counters: LineState? { device == nil ? nil : state }
    /// Xruns since the start, of all devices.
    var xruns: Int { pastXruns + (state?.xruns.load(ordering: .relaxed) ?? 0) }

    /// Opens the device and keeps it open, or closes it. With the choice "none" nothing is opened.
    func want(_ isWanted: Bool) {
        self.isWanted = isWanted
        guard choice != DeviceList.none || !isWanted else { return }
        if wake == nil {
            wake = loop.makeWake { [weak self] in self?.work() }
        }
        perform(supervisor.handle(.want(isWanted), now: loop.now))
        schedule()
    }

    /// A device that is to take over as soon as it runs.
    private struct Trial {
        var choice: String?
        var state: LineState
        var since: MonotonicTime
        var done: (LineFailure?) -> Void
    }

    /// Changes the device. While one runs, the new one is opened beside it and takes over when it is open; when it cannot
    /// be opened the old one stays and `done` is told why.
    func choose(_ choice: String?, _ done: @escaping (LineFailure?) -> Void = { _ in }) {
        endTrial(nil)
        guard choice != self.choice else { return done(nil) }
        guard isWanted, device != nil, choice != DeviceList.none, let wake else {
            let wasWanted = isWanted
            want(false)
            self.choice = choice
            if wasWanted { want(true) }
            return done(nil)
        }
        let state = DeviceThread(choice: choice, direction: direction, request: request, wake: wake).start()
        trial = Trial(choice: choice, state: state, since: loop.now, done: done)
    }

    private func endTrial(_ failure: LineFailure?) {
        guard let ended = trial else { return }
        trial = nil
        ended.state.stop()
        ended.done(failure ?? LineFailure(text: "another device was chosen meanwhile", fix: "choose again"))
    }

    /// Takes a device on trial over when it is open, and lets it go when it failed.
    private func lookAtTrial() {
        guard let trial else { return }
        guard isWanted, device != nil else { return endTrial(nil) }
        if let opened = trial.state.opened, !trial.state.end.isOver {
            self.trial = nil
            retire()
            state?.stop()
            device = nil
            onWork?()
            choice = trial.choice
            state = trial.state
            device = opened
            perform(supervisor.handle(.replaced, now: loop.now))
            trial.done(nil)
            onWork?()
        } else if let failure = trial.state.end.failure {
            endTrial(failure)
        } else if loop.now - trial.since >= LineSupervisor.patience {
            endTrial(LineFailure(text: "it does not answer", fix: "choose another device"))
        }
    }

    private func work() {
        lookAtTrial()
        guard let state else { return }
        // Opened before over: a device that is lost at once was there.
        if device == nil, let opened = state.opened {
            device = opened
            perform(supervisor.handle(.opened, now: loop.now))
        }
        let end = state.end
        if end.isOver {
            perform(supervisor.handle(.ended(end.failure), now: loop.now))
            self.state = nil
            schedule()
        } else {
            onWork?()
        }
    }

    private func perform(_ actions: [LineSupervisor.Action]) {
        for action in actions {
            switch action {
            case .launch: launch()
            case .abandon:
                retire()
                state?.stop()
                state = nil
            case .ready: onWork?()
            case .lost:
                retire()
                device = nil
                onWork?()
            case .raise(let cause): onTrouble?(describe(cause))
            case .clear: onTrouble?(nil)
            }
        }
    }

    private func launch() {
        guard let wake else { return }
        device = nil
        state = DeviceThread(choice: choice, direction: direction, request: request, wake: wake).start()
        if state?.end.isOver == true { wake.signal() }
    }

    /// Keeps the counters of a thread that is left.
    private func retire() {
        pastXruns += state?.xruns.exchange(0, ordering: .relaxed) ?? 0
    }

    private func schedule() {
        guard supervisor.state != .off else {
            timer?.cancel()
            timer = nil
            return
        }
        guard timer == nil else { return }
        timer = loop.schedule(after: LineSupervisor.watch) { [weak self] in
            guard let self else { return }
            timer = nil
            lookAtTrial()
            let periods = state?.periods.load(ordering: .relaxed) ?? 0
            perform(supervisor.handle(.tick(periods: periods), now: loop.now))
            schedule()
        }
    }

    private func describe(_ cause: LineFailure) -> Trouble {
        let what = direction == .capture ? "no microphone" : "no speaker"
        return Trouble(code: code, severity: .warning, text: "\(what): \(cause.text)", fix: cause.fix)
    }
}
