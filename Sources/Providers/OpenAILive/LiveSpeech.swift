/// Cuts the endless output of a full-duplex model into items: sound begins one, a gap of silence ends it.
///
/// ```
///  silence │ sound … short silence … sound │ gap of silence │ silence
///  dropped │ ◀──────── one item ────────▶ │ ends it        │ dropped
/// ```
struct LiveSpeech {
    /// What a piece of output means.
    enum Step: Equatable { case silence, begins, continues, ends }

    private let gap: Int
    private let perMs: Int
    private(set) var isOpen = false
    private var quiet = 0
    /// Samples of output since the session began: the vendor's timeline.
    private var position = 0
    /// Where the last sound ended on the vendor's timeline, in milliseconds.
    private(set) var lastSoundMs = 0

    /// Mean square above which output is sound: 0.0006 of full scale, squared (wire reference 1B).
    private static let loudness = 20 * 20

    /// A gap of so many samples ends an item.
    init(rate: Int, gapSamples: Int) {
        gap = gapSamples
        perMs = max(1, rate / 1000)
    }

    /// Whether there is sound in samples.
    static func isSound(_ samples: ArraySlice<Int16>) -> Bool {
        guard !samples.isEmpty else { return false }
        var sum = 0
        for sample in samples { sum += Int(sample) * Int(sample) }
        return sum > loudness * samples.count
    }

    /// Takes the next piece of output.
    mutating func take(_ samples: ArraySlice<Int16>) -> Step {
        position += samples.count
        guard Self.isSound(samples) else {
            quiet += samples.count
            guard isOpen else { return .silence }
            guard quiet >= gap else { return .continues }
            isOpen = false
            return .ends
        }
        quiet = 0
        lastSoundMs = position / perMs
        defer { isOpen = true }
        return isOpen ? .continues : .begins
    }

    /// Ends the item under way; false when there is none.
    mutating func end() -> Bool {
        defer { isOpen = false }
        return isOpen
    }
}
