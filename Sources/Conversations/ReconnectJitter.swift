/// Spreads the waits before reconnecting, so that calls which were lost together do not come back together.
///
/// A value with a seed: the same seed gives the same waits; without one nothing is spread.
struct ReconnectJitter: Equatable, Sendable {
    /// Largest deviation, as a share of the wait.
    static let most = 0.2

    private var state: UInt64?

    /// Spreads by this seed; nil spreads nothing.
    init(seed: UInt64?) { state = seed }

    /// A number from 0 up to 1 (SplitMix64).
    private mutating func next() -> Double? {
        guard var z = state.map({ $0 &+ 0x9E37_79B9_7F4A_7C15 }) else { return nil }
        state = z
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }

    /// The wait, up to 20 % shorter or longer; with `atLeast` (what a vendor asked for) never shorter than that.
    mutating func spread(_ wait: Duration, atLeast least: Duration? = nil) -> Duration {
        let base = max(wait, least ?? .zero)
        guard let share = next() else { return base }
        let spread = base * (1 + (share * 2 - 1) * Self.most)
        guard let least, spread < least else { return spread }
        return least + (least - spread)
    }
}
