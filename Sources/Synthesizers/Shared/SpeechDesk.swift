import Core
import ProviderKit

/// What the synthesisers have in common beside their links: the queue, and what follows from a failure.
///
/// ```
/// failure, nothing told of the piece, first attempt ─▶ again (not before 250 ms, or when the vendor said)
/// failure, else ─▶ the sentence is given up and its loss told; a second one in a row ends the part
/// key refused, quota, TLS ─▶ the part ends
/// ```
struct SpeechDesk {
    /// What to do after a failure.
    enum Verdict: Equatable {
        /// Ask for the waiting ones again after this time.
        case again(after: Duration)
        /// The sentence is given up; these requests of it are to be stopped.
        case goOn(stop: [Int])
        /// The part is over and has told so.
        case over
    }

    /// Longest wait that a caller is made to sit through.
    static let longestWait = Duration.seconds(10)
    static let shortestWait = Duration.milliseconds(250)

    let settings: SpeechSettings
    var queue: SentenceQueue
    /// Nothing is asked for before.
    private(set) var notBefore = MonotonicTime(nanoseconds: 0)
    /// Whether a request was answered since the last failure: only then are several asked for at once.
    private(set) var isProven = false
    private var lostInARow = 0
    private var hasSpoken = false
    private(set) var isOver = false

    /// A desk with nothing on it.
    init(_ settings: SpeechSettings) {
        self.settings = settings
        queue = SentenceQueue(rate: settings.rate)
    }

    /// The piece to ask for next, when one may be asked for now.
    func next(_ now: MonotonicTime) -> Int? {
        guard !isOver, now >= notBefore, queue.running < (isProven ? settings.parallel : 1) else { return nil }
        return queue.nextWaiting
    }

    /// How long nothing may be asked for; nil when something may.
    func wait(_ now: MonotonicTime) -> Duration? { now < notBefore ? notBefore - now : nil }

    /// An answer has begun.
    mutating func proven() { isProven = true }

    /// A piece is whole.
    mutating func finish(_ index: Int, _ out: PartOutput<SynthesizerEvent>) {
        if let price = settings.price {
            out.event(
                .usage(Usage(provider: settings.name, dollars: Double(queue[index].text.count) * price)))
        }
        (lostInARow, hasSpoken, isProven) = (0, true, true)
        queue.finish(index, out)
    }

    /// The part is over.
    mutating func end() { isOver = true }

    /// A piece failed.
    mutating func failed(
        _ index: Int, _ failure: ProviderFailure, _ out: PartOutput<SynthesizerEvent>
    ) -> Verdict {
        isProven = false
        let isTold = queue.isTold(index)
        let attempts = queue[index].attempts
        if case .reconnect(let after) = failure.consequence, !isTold, attempts < 2,
            after ?? .zero <= Self.longestWait
        {
            let wait = max(after ?? .zero, Self.shortestWait)
            queue.again(index)
            notBefore = out.now + wait
            return .again(after: wait)
        }
        // One text that the vendor does not take is no reason to hang up when it took others.
        let isLocal = failure.code == "refused" && hasSpoken
        if (failure.consequence == .fatal && !isLocal) || lostInARow > 0 || failure.code == "lost" && !isTold {
            isOver = true
            out.event(.failure(failure))
            return .over
        }
        lostInARow += 1
        var told = failure
        told.text += isTold ? "; the rest of the sentence is lost" : "; the sentence is lost"
        told.consequence = .goesOn
        out.event(.failure(told))
        return .goOn(stop: queue.giveUp(index, out))
    }

    /// How long the piece has been silent beyond what is allowed; nil when it has not.
    func overdue(_ index: Int, _ now: MonotonicTime, since: MonotonicTime) -> Duration {
        let piece = queue[index]
        let limit = piece.hasAudio ? settings.stall : settings.firstAudio
        return max(piece.touched, since) + limit - now
    }
}
