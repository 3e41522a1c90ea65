import Console
import Core
import Dispatch
import Synchronization

/// Prints event records as lines, off the engine thread.
final class PlainPrinter: Sendable {
    private let work = DispatchQueue(label: "sidetone.printer")
    private let asJSON: Bool
    private let seen: @Sendable (EventRecord) -> Void
    private let queue = Mutex<EventQueue?>(nil)

    /// A printer of plain lines, or of JSON lines; `seen` hears of each record after it was printed.
    init(json: Bool = false, seen: @escaping @Sendable (EventRecord) -> Void = { _ in }) {
        asJSON = json
        self.seen = seen
    }

    /// Says what is printed. Before `wake` can come.
    func start(_ queue: EventQueue) { self.queue.withLock { $0 = queue } }

    /// Something waits. Any thread.
    func wake() { work.async { self.print() } }

    /// Prints what is left. Main thread, at the end.
    func flush() { work.sync { self.print() } }

    private func print() {
        guard let (records, dropped) = queue.withLock({ $0 })?.take() else { return }
        if dropped > 0, !asJSON { Output.line("… \(dropped) events not shown") }
        let plain = PlainOutput()
        for record in records {
            let line = asJSON ? try? JSONOutput().line(record) : plain.line(record)
            if let line { Output.text(line) }
            seen(record)
        }
    }
}
