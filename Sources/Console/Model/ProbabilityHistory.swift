import Core

/// What the speech detector said over the last minute and a half, as the meters told it.
struct ProbabilityHistory: Sendable, Equatable {
    static let limit = 500

    private struct Sample: Equatable {
        var time: MonotonicTime
        var value: Double
    }
    private var samples: [Sample] = []

    mutating func add(_ value: Double?, _ time: MonotonicTime) {
        guard let value else { return }
        samples.append(Sample(time: time, value: value))
        if samples.count > Self.limit { samples.removeFirst(samples.count - Self.limit) }
    }

    /// The highest of each of so many steps; nil where nothing was told.
    func highest(from start: MonotonicTime, step: Duration, count: Int) -> [Double?] {
        var result = [Double?](repeating: nil, count: count)
        guard step.wholeNanoseconds > 0 else { return result }
        for sample in samples {
            let offset = (sample.time - start).wholeNanoseconds
            guard offset >= 0 else { continue }
            let index = Int(offset / step.wholeNanoseconds)
            if index < count { result[index] = max(result[index] ?? 0, sample.value) }
        }
        return result
    }
}
