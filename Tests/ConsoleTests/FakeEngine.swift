import Core
import Synchronization

/// An engine that tells a prepared log and remembers what it was asked.
final class FakeEngine: EngineClient {
    private let told: [EventRecord]
    private let asked = Mutex<[Command]>([])

    init(_ records: [EventRecord]) { told = records }

    var commands: [Command] { asked.withLock { $0 } }

    func send(_ command: Command) { asked.withLock { $0.append(command) } }
    func subscribe(_ queue: EventQueue) { for record in told { queue.push(record) } }
    func unsubscribe(_ queue: EventQueue) {}
    func meters(of session: SessionID) -> MeterSnapshot? { nil }
}
