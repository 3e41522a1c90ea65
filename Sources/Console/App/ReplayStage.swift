import Core
import Terminal

/// The replay on the screen: its player and the queue between. Main thread.
final class ReplayStage {
    /// Far more than a session has: after a jump all its records come at once, and none may be lost.
    private static let queueBound = 4_000_000

    let player: any ReplayPlayer
    private let queue: EventQueue

    init(_ player: any ReplayPlayer, wake: @escaping @Sendable () -> Void) {
        self.player = player
        queue = EventQueue(bound: Self.queueBound, policy: .lossless, wake: wake)
        player.subscribe(queue)
    }

    /// Records since the last call.
    func take() -> [EventRecord] { queue.take().records }

    /// Ends the replay.
    func close() {
        player.unsubscribe(queue)
        player.send(.shutdown)
    }
}

/// The library beside the console. Main thread; answers wake its loop.
final class SessionShelf {
    private let library: any SessionLibrary

    init(_ library: any SessionLibrary, wake: @escaping @Sendable () -> Void) {
        self.library = library
        library.start(ring: wake)
    }

    func take() -> [LibraryAnswer] { library.takeAnswers() }
}
