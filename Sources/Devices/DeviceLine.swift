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

    /// Changes the device; opens the new one when the old was wanted.
    func choose(_ choice: String?) {
        guard choice != self.choice else { return }
        let wasWanted = isWanted
        want(false)
        self.choice = choice
        if wasWanted { want(true) }
    }

    private func work() {
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
