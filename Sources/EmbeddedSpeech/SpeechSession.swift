import Core
import Synchronization

/// What one link has collected and called off; shared by the engine (which fills it) and the workers (which take).
///
/// The lock is held only to copy or swap an array, never across work.
final class SpeechSession: Sendable {
    /// Longest utterance kept, in samples: one minute. What comes after is dropped and counted.
    static let longestUtterance = 60 * 16000

    private struct State {
        var isCollecting = false
        var pcm: [Int16] = []
        var dropped = 0
        var isClosed = false
        var cancelled: Set<Int> = []
        var open: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Starts an utterance.
    func begin() {
        state.withLock { s in
            s.isCollecting = true
            s.dropped = 0
            s.pcm.removeAll(keepingCapacity: true)
            s.pcm.reserveCapacity(16000 * 4)
        }
    }

    /// Appends PCM16 little endian to the utterance; nothing outside of one. Returns the samples collected.
    @discardableResult
    func collect(_ bytes: Span<UInt8>) -> Int {
        state.withLock { s in
            guard s.isCollecting else { return 0 }
            let room = Self.longestUtterance - s.pcm.count
            let count = min(room, bytes.count / 2)
            s.dropped += bytes.count / 2 - count
            for i in 0..<count {
                s.pcm.append(Int16(bitPattern: UInt16(bytes[2 * i]) | UInt16(bytes[2 * i + 1]) << 8))
            }
            return s.pcm.count
        }
    }

    /// Ends the utterance and hands it out; nil when none has begun.
    func takeUtterance() -> (pcm: [Int16], dropped: Int)? {
        state.withLock { s in
            guard s.isCollecting else { return nil }
            s.isCollecting = false
            defer { s.pcm = [] }
            return (s.pcm, s.dropped)
        }
    }

    /// Forgets the utterance.
    func discard() {
        state.withLock { s in
            s.isCollecting = false
            s.pcm = []
        }
    }

    /// Samples of the utterance from `start` on, without ending it; nil when none is under way.
    func utterance(from start: Int) -> [Int16]? {
        state.withLock { s in
            guard s.isCollecting, start <= s.pcm.count else { return nil }
            return Array(s.pcm[start...])
        }
    }

    /// Notes a synthesis that was asked for.
    func opened(_ id: Int) { state.withLock { _ = $0.open.insert(id) } }

    /// Calls one synthesis off, or all.
    func cancel(_ id: Int?) {
        state.withLock { s in
            if let id { if s.open.contains(id) { s.cancelled.insert(id) } } else { s.cancelled = s.open }
        }
    }

    /// Whether a synthesis was called off.
    func isCancelled(_ id: Int) -> Bool { state.withLock { $0.isClosed || $0.cancelled.contains(id) } }

    /// Forgets a synthesis that is over.
    func ended(_ id: Int) {
        state.withLock { s in
            s.open.remove(id)
            s.cancelled.remove(id)
        }
    }

    /// The link is gone: nothing more is wanted.
    func close() {
        state.withLock { s in
            s.isClosed = true
            s.isCollecting = false
            s.pcm = []
        }
    }

    /// Whether the link is gone.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Bytes collected.
    var collectedBytes: Int { state.withLock { $0.pcm.count * 2 } }
}
