import CLinux
import Core
import Glibc
import Recording
import Synchronization

/// The sessions folder behind the console's browser: one thread that keeps the index and answers. All members may be used from any
/// thread.
///
///     console ── ask ──> questions ──> thread: SessionIndex, folders ──> answers ── ring ──> console
public final class StoredSessionLibrary: SessionLibrary {
    /// What the library needs of the program around it.
    public struct Options: Sendable {
        /// The sessions folder.
        public var folder: String
        /// Where exports are written.
        public var exports: String
        /// Masks text of exports that are to be redacted.
        public var mask: @Sendable (String) -> String
        /// Makes a player for a session and starts it; nil when it cannot.
        public var play: @Sendable (SessionReplay) -> (any ReplayPlayer)?

        public init(
            folder: String, exports: String, mask: @escaping @Sendable (String) -> String,
            play: @escaping @Sendable (SessionReplay) -> (any ReplayPlayer)?
        ) {
            self.folder = folder
            self.exports = exports
            self.mask = mask
            self.play = play
        }
    }

    private struct State {
        var questions: [LibraryQuestion] = []
        var answers: [LibraryAnswer] = []
        var ring: @Sendable () -> Void = {}
        var isRunning = false
        var isStopping = false
    }

    private let options: Options
    private let state = Mutex(State())
    private let bell = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))

    public init(_ options: Options) { self.options = options }

    deinit { if bell >= 0 { close(bell) } }

    public var exportForms: [(name: String, summary: String)] { SessionExports.all.map { ($0.name, $0.summary) } }

    public func start(ring: @escaping @Sendable () -> Void) {
        let isNew = state.withLock { s in
            s.ring = ring
            defer { s.isRunning = true }
            return !s.isRunning
        }
        guard isNew else { return }
        if !WorkerThread.start({ [self] in run() }) {
            answer(.said("no thread for the sessions: end other programs, or raise ulimit -u", isBad: true))
        }
    }

    /// Ends the thread after what it is doing.
    public func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    public func ask(_ question: LibraryQuestion) {
        state.withLock { s in
            switch question {
            case .page: s.questions.removeAll { if case .page = $0 { true } else { false } }
            case .detail: s.questions.removeAll { if case .detail = $0 { true } else { false } }
            case .refresh: s.questions.removeAll { $0 == .refresh }
            default: break
            }
            s.questions.append(question)
        }
        wake()
    }

    public func takeAnswers() -> [LibraryAnswer] {
        state.withLock { s in
            defer { s.answers = [] }
            return s.answers
        }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }

    func answer(_ answer: LibraryAnswer) {
        let ring = state.withLock { s in
            if case .indexing = answer { s.answers.removeAll { if case .indexing = $0 { true } else { false } } }
            s.answers.append(answer)
            return s.ring
        }
        ring()
    }

    // MARK: the thread

    private func run() {
        let worker = LibraryWorker(options) { [self] in answer($0) }
        while true {
            var entry = pollfd(fd: bell, events: Int16(POLLIN), revents: 0)
            _ = poll(&entry, 1, 1000)
            var count: UInt64 = 0
            _ = read(bell, &count, 8)
            while let question = next() { worker.work(question) }
            if state.withLock({ $0.isStopping }) { return }
        }
    }

    private func next() -> LibraryQuestion? {
        state.withLock { s in
            guard !s.isStopping, !s.questions.isEmpty else { return nil }
            // What somebody waits for at the screen comes before a look through all folders.
            let quick = s.questions.firstIndex { $0 != .refresh } ?? 0
            return s.questions.remove(at: quick)
        }
    }
}
