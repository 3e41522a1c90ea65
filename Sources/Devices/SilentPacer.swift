import Core

/// Calls back for every frame of 10 ms that is due by the clock: what drives a line without a device.
@EngineActor
final class SilentPacer {
    private let loop: any EngineLoop
    private let frameDue: (Int) -> Void
    private var clock: SilentClock?
    private var timer: (any EngineTimer)?

    /// `frameDue` gets the samples of the frame.
    init(loop: any EngineLoop, frameDue: @escaping (Int) -> Void) {
        self.loop = loop
        self.frameDue = frameDue
    }

    /// Begins; the first frame comes soon, from the loop. Harmless when it runs.
    func start(rate: Int) {
        guard clock == nil else { return }
        clock = SilentClock(rate: rate, now: loop.now)
        schedule()
    }

    /// Ends; harmless when it does not run.
    func stop() {
        timer?.cancel()
        timer = nil
        clock = nil
    }

    private func schedule() {
        guard let next = clock?.next else { return }
        timer = loop.schedule(at: next) { [weak self] in self?.run() }
    }

    private func run() {
        let now = loop.now
        while clock?.take(now: now) == true {
            frameDue(clock?.frameLength ?? 0)
        }
        schedule()
    }
}
