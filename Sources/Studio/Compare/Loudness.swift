import Glibc

/// Loudness as people hear it (ITU-R BS.1770-4, mono): K-weighting, blocks of 400 ms, gated at -70 LUFS and 10 LU below the mean. Pure.
public enum Loudness {
    /// What answers are brought to before they are compared by ear, LUFS.
    public static let target = -20.0

    /// Integrated loudness in LUFS; nil for silence or less than 400 ms.
    public static func integrated(_ pcm: [Int16], rate: Int) -> Double? {
        let powers = blocks(pcm, rate: rate)
        let audible = powers.filter { level($0) > -70 }
        guard !audible.isEmpty else { return nil }
        let gate = level(audible.reduce(0, +) / Double(audible.count)) - 10
        let counted = audible.filter { level($0) > gate }
        return counted.isEmpty ? nil : level(counted.reduce(0, +) / Double(counted.count))
    }

    /// The samples at `target`, as far as their peak allows; silence and very short sounds as they are. At most 30 dB louder.
    public static func matched(_ pcm: [Int16], rate: Int, to target: Double = target) -> [Int16] {
        guard let loudness = integrated(pcm, rate: rate) else { return pcm }
        let peak = pcm.reduce(1.0) { max($0, abs(Double($1))) }
        let gain = min(pow(10, min(30, target - loudness) / 20), 32000 / peak)
        return pcm.map { Int16(max(-32768, min(32767, (Double($0) * gain).rounded()))) }
    }

    private static func level(_ power: Double) -> Double { power > 0 ? -0.691 + 10 * log10(power) : -.infinity }

    /// Mean squares of blocks of 400 ms, each begun 100 ms after the one before.
    private static func blocks(_ pcm: [Int16], rate: Int) -> [Double] {
        let step = rate / 10
        guard rate >= 4000, pcm.count >= step * 4 else { return [] }
        var shelf = Biquad.shelf(Double(rate)), pass = Biquad.highPass(Double(rate))
        var sums: [Double] = []
        var sum = 0.0
        for (index, sample) in pcm.enumerated() {
            let value = pass.process(shelf.process(Double(sample) / 32768))
            sum += value * value
            if (index + 1) % step == 0 {
                sums.append(sum)
                sum = 0
            }
        }
        guard sums.count >= 4 else { return [] }
        return (0...(sums.count - 4)).map { sums[$0..<($0 + 4)].reduce(0, +) / Double(step * 4) }
    }

    /// A filter of second order.
    private struct Biquad {
        var (b0, b1, b2, a1, a2) = (1.0, 0.0, 0.0, 0.0, 0.0)
        private var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)

        /// The head's effect: treble raised by 4 dB.
        static func shelf(_ rate: Double) -> Biquad {
            let k = tan(.pi * min(1681.974450955533, rate * 0.45) / rate)
            let (q, high) = (0.7071752369554196, pow(10.0, 3.999843853973347 / 20))
            let middle = pow(high, 0.4996667741545416), a0 = 1 + k / q + k * k
            var made = Biquad()
            (made.b0, made.b1) = ((high + middle * k / q + k * k) / a0, 2 * (k * k - high) / a0)
            made.b2 = (high - middle * k / q + k * k) / a0
            (made.a1, made.a2) = (2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)
            return made
        }

        /// What is too low to be heard as loud.
        static func highPass(_ rate: Double) -> Biquad {
            let k = tan(.pi * 38.13547087602444 / rate), q = 0.5003270373238773
            let a0 = 1 + k / q + k * k
            var made = Biquad()
            (made.b0, made.b1, made.b2) = (1, -2, 1)
            (made.a1, made.a2) = (2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)
            return made
        }

        mutating func process(_ x: Double) -> Double {
            let y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            (x2, x1, y2, y1) = (x1, x, y1, y)
            return y
        }
    }
}

extension CompareReport {
    /// What a column (by its place) answered in its first run with sound, from its first sound on, level-matched; nil when there is
    /// nothing to hear. Of the first turn.
    public func listening(to column: Int) -> [Int16]? {
        guard columns.indices.contains(column) else { return nil }
        let rate = script.sampleRate
        for pcm in columns[column].isRecorded ? script.recordedAudio.prefix(1).map({ $0 }) : answers(columns[column]) {
            guard let start = AudibleMarks.start(pcm, in: 0..<pcm.count, rate: rate),
                let end = AudibleMarks.end(pcm, in: 0..<pcm.count, rate: rate), start < end
            else { continue }
            return Loudness.matched(Array(pcm[start..<end]), rate: rate)
        }
        return nil
    }

    private func answers(_ column: CompareColumn) -> [[Int16]] {
        column.done.compactMap { run in
            guard let turn = run.turns.first else { return nil }
            let range = Int(turn.audioRange.lowerBound)..<Int(turn.audioRange.upperBound)
            return Array(run.agent[range.clamped(to: 0..<run.agent.count)])
        }
    }
}
