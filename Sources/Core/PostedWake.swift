import Synchronization

/// A wake over `EngineLoop.post`: at most one job waits in the loop's queue.
final class PostedWake: EngineWake {
    private let isWaiting = Atomic<Bool>(false)
    private let isCancelled = Atomic<Bool>(false)
    private let loop: any EngineLoop
    private let action: @EngineActor @Sendable () -> Void

    init(loop: any EngineLoop, _ action: @escaping @EngineActor @Sendable () -> Void) {
        self.loop = loop
        self.action = action
    }

    func signal() {
        guard !isWaiting.exchange(true, ordering: .acquiringAndReleasing) else { return }
        loop.post { self.run() }
    }

    func cancel() { isCancelled.store(true, ordering: .releasing) }

    @EngineActor
    private func run() {
        // Cleared first: a signal during the action asks for another run.
        isWaiting.store(false, ordering: .releasing)
        if !isCancelled.load(ordering: .acquiring) { action() }
    }
}
