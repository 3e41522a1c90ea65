import Core

/// Keeps the user's audio at real time: a full-duplex model lives on one timeline, so audio that was held back while a
/// connection was made would delay everything after it. It is caught up with by leaving out every second quiet piece.
struct LivePace {
    private let rate: Int
    private var since: MonotonicTime?
    private var sent = 0
    private var hasSkipped = false

    /// Lead from which on quiet pieces are left out.
    static let mostLead = Duration.milliseconds(200)
    /// Mean square below which a piece is quiet.
    private static let quiet = 150 * 150

    /// Audio at this rate.
    init(rate: Int) { self.rate = max(1, rate) }

    /// Whether to send a piece now.
    mutating func admits(_ pcm: Span<Int16>, now: MonotonicTime) -> Bool {
        let begin = since ?? now
        since = begin
        let lead = Double(sent) * 1000 / Double(rate) - (now - begin).milliseconds
        if lead > Self.mostLead.milliseconds, !hasSkipped, Self.isQuiet(pcm) {
            hasSkipped = true
            return false
        }
        hasSkipped = false
        // After a pause on this side the vendor's timeline stood still: it does not have to be made up.
        if lead < 0 {
            since = now
            sent = 0
        }
        sent += pcm.count
        return true
    }

    private static func isQuiet(_ pcm: Span<Int16>) -> Bool {
        var sum = 0
        for index in 0..<pcm.count { sum += Int(pcm[index]) * Int(pcm[index]) }
        return sum < quiet * pcm.count
    }
}
