import Core

/// A port that is kept for a program that will bind it. Engine thread.
@EngineActor
public protocol PortReservation: AnyObject {
    var port: Int { get }
    /// Gives it up.
    func release()
}

/// A program that serves a provider.
public struct AdapterSettings: Sendable, Equatable {
    /// The provider's name.
    public var provider: String
    public var command: ChildCommand

    /// A program that serves a provider.
    public init(provider: String, command: ChildCommand) {
        self.provider = provider
        self.command = command
    }
}

/// Runs one external adapter and says when it is not well. Engine thread.
@EngineActor
public final class AdapterSupervisor: ChildProcessDelegate {
    public let settings: AdapterSettings
    private let loop: any EngineLoop
    private let children: any ChildProcessPort
    private let reservation: any PortReservation
    private let tell: @EngineActor (Event) -> Void
    private var machine = AdapterProcess()
    private var child: (any ChildProcess)?
    private var timer: (any EngineTimer)?
    private var settleTimer: (any EngineTimer)?
    private var lastComplaint = ""
    private var onStopped: (@EngineActor () -> Void)?

    /// A supervisor; `tell` hears of trouble and its end.
    public init(
        _ settings: AdapterSettings, reservation: any PortReservation, loop: any EngineLoop,
        children: any ChildProcessPort, tell: @escaping @EngineActor (Event) -> Void
    ) {
        self.settings = settings
        self.reservation = reservation
        self.loop = loop
        self.children = children
        self.tell = tell
    }

    /// Process number of the running program; nil while none runs.
    public var processID: Int? { child?.processID }

    /// Starts the program.
    public func start() { perform(machine.start(loop.now)) }

    /// Ends the program; `done` comes when it is gone (it is killed after two seconds).
    public func stop(done: @escaping @EngineActor () -> Void) {
        perform(machine.stop())
        settleTimer?.cancel()
        guard machine.phase == .stopping else {
            reservation.release()
            return done()
        }
        onStopped = done
    }

    private var code: String { "adapter.\(settings.provider)" }

    private func perform(_ actions: [AdapterProcess.Action]) {
        for action in actions {
            switch action {
            case .spawn: spawn()
            case .stop: child?.stop(grace: .seconds(2))
            case .timer(let after):
                timer = loop.schedule(after: after) { [weak self] in
                    guard let self else { return }
                    self.perform(self.machine.restart(self.loop.now))
                }
            case .cancelTimer: timer?.cancel()
            case .release: reservation.release()
            case .trouble(let text):
                tell(
                    .trouble(
                        Trouble(
                            code: code, severity: .error,
                            text: "the program of provider \(settings.provider) \(text)",
                            fix: "see what \(settings.command.program) says when started by hand")))
            case .clear: tell(.troubleCleared(TroubleCleared(code: code)))
            }
        }
    }

    private func spawn() {
        lastComplaint = ""
        child = children.spawn(settings.command, delegate: self)
        settleTimer?.cancel()
        settleTimer = loop.schedule(after: AdapterProcess.suspicious) { [weak self] in
            guard let self else { return }
            self.perform(self.machine.settled())
        }
    }

    // MARK: ChildProcessDelegate

    public func childWrote(_ child: any ChildProcess, line: Span<UInt8>) {}

    public func childComplained(_ child: any ChildProcess, line: Span<UInt8>) {
        lastComplaint = line.extracting(first: 200).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    public func childEnded(_ child: any ChildProcess, _ exit: ChildExit) {
        self.child = nil
        let how =
            switch exit {
            case .exited(let status): "ended with status \(status)"
            case .killed(let signal): "was killed by signal \(signal)"
            case .failed(let why): "could not be run: \(why)"
            }
        settleTimer?.cancel()
        perform(machine.ended(lastComplaint.isEmpty ? how : "\(how) (\(lastComplaint))", loop.now))
        if machine.phase == .stopped {
            reservation.release()
            onStopped?()
            onStopped = nil
        }
    }
}
