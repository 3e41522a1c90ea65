/// Where sound begins and ends in a channel: for latencies read from a recording. Pure.
enum AudibleMarks {
    /// A window of 10 ms is audible above this RMS (about -46 dBFS).
    static let threshold = 164.0

    /// Sample after the last audible window of 10 ms in `range`; nil when there is none.
    static func end(_ pcm: [Int16], in range: Range<Int>, rate: Int) -> Int? {
        let window = max(1, rate / 100)
        let clamped = range.clamped(to: 0..<pcm.count)
        var stop = clamped.upperBound
        while stop - window >= clamped.lowerBound {
            if isAudible(pcm, stop - window, window) { return stop }
            stop -= window
        }
        return nil
    }

    /// First sample of the first audible window of 10 ms that is followed by another within 30 ms; nil when there is none.
    static func start(_ pcm: [Int16], in range: Range<Int>, rate: Int) -> Int? {
        let window = max(1, rate / 100)
        let clamped = range.clamped(to: 0..<pcm.count)
        var at = clamped.lowerBound
        while at + window <= clamped.upperBound {
            if isAudible(pcm, at, window),
                (1...3).contains(where: {
                    at + ($0 + 1) * window <= clamped.upperBound && isAudible(pcm, at + $0 * window, window)
                })
            {
                return at
            }
            at += window
        }
        return nil
    }

    private static func isAudible(_ pcm: [Int16], _ at: Int, _ count: Int) -> Bool {
        var power = 0.0
        for i in at..<(at + count) { power += Double(pcm[i]) * Double(pcm[i]) }
        return (power / Double(count)).squareRoot() > threshold
    }
}
