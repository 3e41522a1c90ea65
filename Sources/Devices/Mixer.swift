/// Adds audio to audio.
enum Mixer {
    /// Adds `samples` to the front of `target`, limited to what 16 bits hold. Surplus samples are left out.
    static func add(_ samples: Span<Int16>, to target: inout MutableSpan<Int16>) {
        for i in 0..<min(samples.count, target.count) {
            let (sum, isTooMuch) = target[i].addingReportingOverflow(samples[i])
            target[i] = isTooMuch ? (samples[i] < 0 ? .min : .max) : sum
        }
    }

    /// Whether any sample is not zero.
    static func isAudible(_ samples: Span<Int16>) -> Bool {
        for i in 0..<samples.count where samples[i] != 0 { return true }
        return false
    }
}
