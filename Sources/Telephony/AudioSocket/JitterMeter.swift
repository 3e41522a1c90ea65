import Core

/// How unsteadily frames arrive: p95 of |gap − length of the frame before| over the last 64 frames.
struct JitterMeter {
    private static let window = 64
    private var deviations = [Int64](repeating: 0, count: window)
    private var count = 0
    private var lastArrival: Int64?
    private var lastLength: Int64 = 0

    /// A frame of `length` nanoseconds of audio arrived at `now`.
    mutating func add(_ now: MonotonicTime, length: Int64) {
        if let lastArrival {
            deviations[count % Self.window] = abs(now.nanoseconds - lastArrival - lastLength)
            count += 1
        }
        lastArrival = now.nanoseconds
        lastLength = length
    }

    /// Milliseconds; nil before two frames. Sorts, so it is for reports and not for every frame.
    var p95: Double? {
        let known = min(count, Self.window)
        guard known > 0 else { return nil }
        let sorted = deviations[0..<known].sorted()
        return Double(sorted[min(known - 1, known * 95 / 100)]) / 1_000_000
    }
}
