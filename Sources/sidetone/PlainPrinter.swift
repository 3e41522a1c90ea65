import Console
import Core
import Dispatch

/// Prints event records as lines, off the engine thread.
final class PlainPrinter: Sendable {
    private let work = DispatchQueue(label: "sidetone.printer")
    private let asJSON: Bool
    private let queue = QueueBox()

    private final class QueueBox: @unchecked Sendable {
        // SAFETY: set once before the first wake, read only on `work`.
        var queue: EventQueue?
    }

    /// A printer of plain lines, or of JSON lines.
    init(json: Bool = false) { asJSON = json }

    /// Says what is printed. Before `wake` can come.
    func start(_ queue: EventQueue) { self.queue.queue = queue }

    /// Something waits. Any thread.
    func wake() { work.async { self.print() } }

    private func print() {
        guard let (records, dropped) = queue.queue?.take() else { return }
        if dropped > 0, !asJSON { Output.line("… \(dropped) events not shown") }
        for record in records {
            if asJSON {
                if let line = try? EventCodec.encode(record) { Output.line(String(decoding: line, as: UTF8.self)) }
            } else if let line = (try? EventCodec.encode(record)).map({ String(decoding: $0, as: UTF8.self) }) {
                Output.line(line)
            }
        }
    }
}
