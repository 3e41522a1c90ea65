/// The last seconds of user audio with a cursor of what was sent: pre-roll, held audio and replay of a turn are all
/// reads from one ring, so nothing is lost and nothing sent twice by accident.
///
/// Positions are sample counts since the session's start. Bounded: what is overwritten before it was sent is counted.
struct UplinkBuffer {
    private var ring: [Int16]
    /// Samples ever written.
    private(set) var end: Int = 0
    /// Next sample to send.
    private(set) var cursor: Int = 0
    /// Samples that were overwritten before they could be sent although somebody waited for them.
    private(set) var lost: Int = 0

    /// A buffer of `capacity` samples, made once.
    init(capacity: Int) { ring = [Int16](repeating: 0, count: max(1, capacity)) }

    /// Oldest sample that is still there.
    var start: Int { max(0, end - ring.count) }

    /// Appends audio; what it overwrites unsent is lost.
    mutating func write(_ pcm: Span<Int16>) {
        let capacity = ring.count
        let end = end
        ring.withUnsafeMutableBufferPointer { ring in
            pcm.withUnsafeBufferPointer { source in
                var taken = max(0, source.count - capacity)
                while taken < source.count {
                    let at = (end + taken) % capacity
                    let count = min(source.count - taken, capacity - at)
                    _ = UnsafeMutableBufferPointer(rebasing: ring[at..<(at + count)])
                        .update(fromContentsOf: source[taken..<(taken + count)])
                    taken += count
                }
            }
        }
        self.end += pcm.count
        if cursor < start {
            lost += start - cursor
            cursor = start
        }
    }

    /// Moves the cursor; clamped to what is there. Skipping forward is a decision, not a loss.
    mutating func seek(_ position: Int) { cursor = min(end, max(start, position)) }

    /// Takes up to `limit` unsent samples as one contiguous piece, or nil when all is sent.
    mutating func take(_ limit: Int, _ body: (Span<Int16>) -> Void) -> Bool {
        guard cursor < end else { return false }
        let from = cursor % ring.count
        let count = min(limit, end - cursor, ring.count - from)
        body(ring.span.extracting(from..<(from + count)))
        cursor += count
        return true
    }
}
