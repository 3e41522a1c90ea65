/// The last half second before a turn, kept here when the vendor does not detect turns: sending it with the turn saves
/// the onset (wire reference 1A.9 no. 9). Fixed memory.
public struct PreRoll: Sendable {
    private var ring: [Int16]
    private var next = 0
    /// Samples held.
    public private(set) var count = 0

    /// Room for so many samples.
    public init(samples: Int) { ring = [Int16](repeating: 0, count: max(1, samples)) }

    /// Adds samples; the oldest go.
    public mutating func add(_ pcm: Span<Int16>) {
        for i in max(0, pcm.count - ring.count)..<pcm.count {
            ring[next] = pcm[i]
            next = next + 1 == ring.count ? 0 : next + 1
        }
        count = min(ring.count, count + pcm.count)
    }

    /// All samples, oldest first; empties the ring. Called once a turn.
    public mutating func take() -> [Int16] {
        let start = (next - count + ring.count) % ring.count
        let samples = (0..<count).map { ring[(start + $0) % ring.count] }
        count = 0
        return samples
    }
}
