import Core
import Synchronization

/// Meters of all live sessions, readable from any thread.
public final class MeterBoard: Sendable {
    private let sessions = Mutex<[SessionID: SessionMeters]>([:])

    public init() {}

    func add(_ id: SessionID, _ meters: SessionMeters) { sessions.withLock { $0[id] = meters } }
    func remove(_ id: SessionID) { sessions.withLock { _ = $0.removeValue(forKey: id) } }

    /// Meters of a session, or nil when it is over.
    public subscript(_ id: SessionID) -> MeterSnapshot? { sessions.withLock { $0[id] }?.snapshot }

    /// As the subscript, with the spectrum.
    func withSpectrum(_ id: SessionID) -> MeterSnapshot? {
        sessions.withLock { $0[id] }?.snapshotWithSpectrum(now: .now())
    }
}

/// The engine for other threads: everything is posted to the engine's loop.
public final class EngineHandle: EngineClient {
    private let post: @Sendable (@escaping @EngineActor @Sendable (Engine) -> Void) -> Void
    private let board: MeterBoard

    /// A handle that reaches the engine by `post` (which runs the job on the engine thread).
    public init(
        meters: MeterBoard, post: @escaping @Sendable (@escaping @EngineActor @Sendable (Engine) -> Void) -> Void
    ) {
        board = meters
        self.post = post
    }

    public func send(_ command: Command) { post { $0.perform(command) } }
    public func subscribe(_ queue: EventQueue) { post { $0.subscribe(queue) } }
    public func unsubscribe(_ queue: EventQueue) { post { $0.unsubscribe(queue) } }
    public func meters(of session: SessionID) -> MeterSnapshot? { board[session] }
    public func metersWithSpectrum(of session: SessionID) -> MeterSnapshot? { board.withSpectrum(session) }
}
