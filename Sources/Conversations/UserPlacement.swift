import Core

/// Puts the caller's audio at its true place in the record, although it comes when the network pleases.
///
/// A stream that lags may have paused (the caller's phone suppresses silence) or may only be late (everything comes in a
/// burst). Which one shows within a frame: so what comes after a lag is held for a moment and then placed so that it ends
/// now. A stream that runs ahead of the clock is recorded up to 400 ms ahead; what lies beyond is dropped from the record
/// (never from the conversation) and told. One per session, engine thread; the hold is only made when a stream lags.
struct UserPlacement {
    /// What to write and what to tell.
    struct Placed: Equatable {
        var at: Int64
        var hole: AudioClock.Hole?
    }

    /// How far the caller's channel may run ahead.
    static let mostAhead = Duration.milliseconds(400)
    /// How long late audio is held before it is placed.
    static let hold = Duration.milliseconds(15)

    private let rate: Int
    private let slack: Int64
    private let ahead: Int64
    private let mostHeld: Int
    private(set) var held: [Int16] = []
    private var heldSince: MonotonicTime?
    private var dropped: Int64 = 0
    /// Next position of the channel.
    private(set) var next: Int64 = 0

    init(rate: Int) {
        self.rate = rate
        slack = Int64(rate / 5)
        ahead = Int64(rate) * Int64(Self.mostAhead.milliseconds) / 1000
        mostHeld = rate * 3
    }

    /// Takes audio that came while the clock stood at `due`. Calls `write` for what can be placed at once, with its position.
    mutating func take(
        _ pcm: Span<Int16>, due: Int64, now: MonotonicTime, write: (Span<Int16>, Int64) -> Void
    ) {
        if heldSince == nil, next + Int64(pcm.count) + slack < due { heldSince = now }
        guard heldSince == nil else {
            let count = min(pcm.count, mostHeld - held.count)
            for i in 0..<count { held.append(pcm[i]) }
            dropped += Int64(pcm.count - count)
            return
        }
        let room = max(0, due + ahead - next)
        let count = Int(min(Int64(pcm.count), room))
        dropped += Int64(pcm.count - count)
        guard count > 0 else { return }
        write(pcm.extracting(0..<count), next)
        next += Int64(count)
    }

    /// Called with every frame that is played: places what was held long enough, so that it ends at `due`.
    mutating func settle(due: Int64, now: MonotonicTime, write: (Span<Int16>, Int64) -> Void) -> AudioClock.Hole? {
        guard let since = heldSince, now - since >= Self.hold else { return nil }
        heldSince = nil
        let at = max(next, due - Int64(held.count))
        let hole = at > next ? AudioClock.Hole(at: next, samples: at - next) : nil
        write(held.span, at)
        next = at + Int64(held.count)
        held.removeAll(keepingCapacity: false)
        return hole
    }

    /// What had to be left out of the record since the last time, as a hole with a negative length.
    mutating func takeDropped() -> AudioClock.Hole? {
        guard dropped > 0 else { return nil }
        defer { dropped = 0 }
        return AudioClock.Hole(at: next, samples: -dropped)
    }
}
