import Core

/// The end of a recording that may still change: interleaved stereo, LEFT user, RIGHT agent, index = position on the session's
/// audio clock. Audio of one channel that comes late is put in its place as long as the place is in the window; what
/// nobody sent is silence. Pure; no I/O.
struct AudioWindow {
    typealias Channel = AudioGap.Channel

    /// What became of a piece.
    struct Placement: Equatable {
        /// Samples before the piece that never came and are silence now.
        var hole: Int64 = 0
        /// Samples that were there already; the earlier ones stand.
        var overlapped: Int64 = 0
        /// Samples that came too late for the window and are lost.
        var late: Int64 = 0
    }

    /// Frames that may still change.
    let lateFrames: Int64
    private(set) var end: Int64 = 0
    private(set) var dirty: Range<Int64> = 0..<0
    private var frontier: (user: Int64, agent: Int64) = (0, 0)
    private var samples: [Int16]
    private let mask: Int64

    /// A window in which audio may come `lateFrames` late.
    init(lateFrames: Int) {
        self.lateFrames = Int64(max(lateFrames, 1))
        var frames = 1
        while frames < lateFrames + 2 * TapRing.longestPiece { frames *= 2 }
        samples = Array(repeating: 0, count: frames * 2)
        mask = Int64(frames - 1)
    }

    private var capacity: Int64 { mask + 1 }

    /// The first frame that may still change.
    var start: Int64 { max(0, end - lateFrames) }

    /// Where a channel's next sample is expected.
    func expected(_ channel: Channel) -> Int64 { channel == .user ? frontier.user : frontier.agent }

    /// Whether what is dirty must be written before the window may reach `position`.
    func mustFlush(toReach position: Int64) -> Bool {
        !dirty.isEmpty && max(end, position) - capacity > dirty.lowerBound
    }

    /// Puts a piece in its place; `mustFlush` has been heeded.
    mutating func put(_ channel: Channel, _ pcm: Span<Int16>, at position: Int64) -> Placement {
        var result = Placement()
        let expected = expected(channel)
        let stop = position + Int64(pcm.count)
        guard stop > expected else {
            result.overlapped = Int64(pcm.count)
            return result
        }
        result.hole = max(0, position - expected)
        result.overlapped = max(0, expected - position)
        extend(to: stop)
        let from = max(position, expected, start)
        result.late = max(0, min(start, stop) - max(position, expected))
        if from < stop { store(channel, pcm, offset: position, from: from, to: stop) }
        if channel == .user { frontier.user = stop } else { frontier.agent = stop }
        return result
    }

    private mutating func store(_ channel: Channel, _ pcm: Span<Int16>, offset: Int64, from: Int64, to stop: Int64) {
        let side = channel == .user ? 0 : 1
        for frame in from..<stop { samples[Int(frame & mask) * 2 + side] = pcm[Int(frame - offset)] }
        touch(from..<stop)
    }

    /// Lengthens the recording to `position` with silence (as far as that is beyond its end).
    mutating func extend(to position: Int64) {
        guard position > end else { return }
        for frame in max(end, position - capacity)..<position {
            samples[Int(frame & mask) * 2] = 0
            samples[Int(frame & mask) * 2 + 1] = 0
        }
        // Only the last frame is touched: what lies between is a hole of the file, which reads as silence.
        touch(max(end, position - 1)..<position)
        end = position
    }

    private mutating func touch(_ range: Range<Int64>) {
        dirty =
            dirty.isEmpty ? range : min(dirty.lowerBound, range.lowerBound)..<max(dirty.upperBound, range.upperBound)
    }

    /// Marks all that may still change as not written (a new file begins).
    mutating func touchAll() { if start < end { touch(start..<end) } }

    /// Hands out what is not written, in order, in one or two parts of whole frames. It stays dirty until `markClean`.
    func withDirty<E: Error>(_ body: (_ part: RawSpan, _ frame: Int64) throws(E) -> Void) throws(E) {
        var at = max(dirty.lowerBound, end - capacity)
        while at < dirty.upperBound {
            let slot = at & mask
            let count = min(dirty.upperBound - at, capacity - slot)
            try body(samples.span.extracting(Int(slot) * 2..<Int(slot + count) * 2).bytes, at)
            at += count
        }
    }

    /// All is written.
    mutating func markClean() { dirty = end..<end }
}
