import Core

/// Decides when the 20 ms frames of one call leave: frame n at origin + n · 20 ms of the monotonic clock.
///
/// Asterisk passes on at once whatever it reads, so the sender is the clock. Deadlines are absolute and therefore do
/// not drift. Two things move a frame off its place in the grid:
/// - *An early start:* agent audio that comes while silence flows leaves at once instead of at the next deadline. That
///   puts the stream ahead of real time (`lead`) by less than a frame; it is paid back by intervals of 21 ms, so that
///   after less than half a second nothing lies at the far end that a barge-in could not take back. The lead never
///   exceeds `maximumLead`.
/// - *A stall* of this process: up to three frames are caught up, the rest is skipped (the origin moves), because
///   a burst pushes the RTP timestamps of the call ahead of real time and is cut by Asterisk's mixers.
///
/// Times are nanoseconds of the monotonic clock.
struct Pacer {
    static let frame: Int64 = 20_000_000
    /// Two frames; with the frame being sent the far end never has more than three ahead.
    static let maximumLead: Int64 = 2 * frame
    /// How much lead a frame pays back.
    static let payback: Int64 = 1_000_000
    /// How many frames are sent at once after a stall.
    static let catchUp: Int64 = 3
    /// A frame that leaves so long after its deadline is late.
    static let lateAfter: Int64 = 10_000_000

    private var origin: Int64
    private var sent: Int64 = 0
    /// How far the stream runs ahead of its grid, 0…maximumLead.
    private(set) var lead: Int64 = 0
    /// Frames that left more than 10 ms after their deadline.
    private(set) var late = 0
    /// Frames that were never sent because this process stood still.
    private(set) var skipped = 0

    /// A pacer whose first frame is due at `start`.
    init(start: MonotonicTime) { origin = start.nanoseconds }

    /// When the next frame is due.
    var next: MonotonicTime { MonotonicTime(nanoseconds: grid - lead) }

    /// The end of what was sent on the listener's clock: sent audio that lies after now is not heard yet.
    var playedOut: MonotonicTime { MonotonicTime(nanoseconds: grid) }

    private var grid: Int64 { origin + sent * Self.frame }

    /// To be called before the frame due is rendered: leaves out what a stall has eaten beyond the frames to catch up.
    mutating func skipStall(_ now: MonotonicTime) {
        let over = (now.nanoseconds - next.nanoseconds) / Self.frame - Self.catchUp + 1
        guard over > 0 else { return }
        skipped += Int(over)
        origin += over * Self.frame
    }

    /// Books the frame that leaves at `now`.
    mutating func book(at now: MonotonicTime) {
        if now.nanoseconds - next.nanoseconds > Self.lateAfter { late += 1 }
        sent += 1
        lead -= min(lead, Self.payback)
    }

    /// Agent audio came while silence flowed: brings the next deadline forward, to `now` where the lead allows it.
    /// Returns whether the frame is due now.
    mutating func startEarly(_ now: MonotonicTime) -> Bool {
        guard now < next else { return true }
        lead = max(lead, min(grid - now.nanoseconds, Self.maximumLead))
        return next <= now
    }
}
