import Core

/// Counts samples against the clock to find audio that runs at another rate than its label says: old Asterisk labels
/// everything 0x10, 8 kHz.
///
/// A verdict needs two windows of a second in a row that agree on the same standard rate, so that a burst after a
/// pause, or a pause, does not pass for a rate.
struct RateMeter {
    private static let window: Int64 = 1_000_000_000
    private static let standard = [8000, 12000, 16000, 24000, 32000, 44100, 48000, 96000, 192_000]
    private var windowStart: Int64?
    private var samples = 0
    private var candidate = 0
    /// Samples per second of the last window, nil when it had a long pause.
    private(set) var measured: Double?

    /// Samples arrived. Returns a standard rate above `labelled` once two windows agree on it: fewer samples than the
    /// label promises are pauses.
    mutating func add(_ count: Int, at now: MonotonicTime, labelled: Int) -> Int? {
        guard let start = windowStart else {
            windowStart = now.nanoseconds
            return nil
        }
        samples += count
        let length = now.nanoseconds - start
        guard length >= Self.window else { return nil }
        let rate = Double(samples) * 1e9 / Double(length)
        measured = length < Self.window * 3 / 2 ? rate : nil
        windowStart = now.nanoseconds
        samples = 0
        let found = measured.flatMap(Self.nearest) ?? 0
        defer { candidate = found }
        return found == candidate && found > labelled ? found : nil
    }

    /// The standard rate within 4 % of `rate`.
    private static func nearest(_ rate: Double) -> Int? {
        standard.first { abs(rate - Double($0)) <= Double($0) * 0.04 }
    }
}
