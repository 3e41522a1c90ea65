import Console
import Core
import Dispatch
import Synchronization

/// In which form event records are printed.
enum LineForm: Sendable {
    /// A line of the log for each, with time and session.
    case plain
    /// Sentences for ears.
    case spoken
    /// The log's own JSON.
    case json
}

/// Prints event records as lines, off the engine thread.
final class PlainPrinter: Sendable {
    private let work = DispatchQueue(label: "sidetone.printer")
    private let form: LineForm
    private let isQuiet: Bool
    private let seen: @Sendable (EventRecord) -> Void
    private let queue = Mutex<EventQueue?>(nil)
    private let spoken: Mutex<SpokenOutput>

    /// A printer; `quiet` leaves out all but what is wrong and ends, `seen` hears of each record after it was printed.
    init(_ form: LineForm = .plain, quiet: Bool = false, seen: @escaping @Sendable (EventRecord) -> Void = { _ in }) {
        self.form = form
        isQuiet = quiet
        self.seen = seen
        spoken = Mutex(SpokenOutput(isQuiet: quiet, ascii: Output.isASCII))
    }

    /// Says what is printed. Before `wake` can come.
    func start(_ queue: EventQueue) { self.queue.withLock { $0 = queue } }

    /// Something waits. Any thread.
    func wake() { work.async { self.print() } }

    /// Prints what is left. Main thread, at the end.
    func flush() { work.sync { self.print() } }

    private func print() {
        guard let (records, dropped) = queue.withLock({ $0 })?.take() else { return }
        if dropped > 0 {
            let words = "\(dropped) events not shown"
            if form == .json { Output.error("sidetone: " + words) } else { Output.line(words) }
        }
        for record in records {
            if let line = line(record) { Output.text(line) }
            seen(record)
        }
    }

    private func line(_ record: EventRecord) -> String? {
        switch form {
        case .json: try? JSONOutput().line(record)
        case .spoken: spoken.withLock { $0.line(record) }
        case .plain: PlainOutput(ascii: Output.isASCII, isQuiet: isQuiet).line(record)
        }
    }
}
