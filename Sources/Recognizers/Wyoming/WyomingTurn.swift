import Core
import ProviderKit

/// One turn of the user on its own connection to a Wyoming server.
struct WyomingTurn {
    /// Audio kept for a second attempt: two minutes at 16 kHz.
    static let keptSamples = 120 * 16_000

    /// Link of the running attempt.
    var key: Int
    var attempts = 1
    /// The connection stands and the head of the audio was sent.
    var isOpen = false
    /// All audio so far, from the pre-roll on; cut at `keptSamples`.
    var audio: [Int16]
    /// Samples of `audio` that were sent.
    var sent = 0
    /// More was said than is kept: a second attempt would miss some.
    var isLong = false
    /// When the endpointer said that the turn is over.
    var endedAt: MonotonicTime?
    var parser = WyomingParser()
    /// Words told by a server that streams them.
    var partial = ""
    /// The outcome; nil while it is awaited.
    var text: String?
}
