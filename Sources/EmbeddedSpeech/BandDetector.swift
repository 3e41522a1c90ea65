import Glibc

/// Tells telephone sound (nothing above 4 kHz) from wide sound by the loudest 20 ms of its treble.
///
/// A call's 8 kHz audio reaches the recogniser at 16 kHz; its model was made from wide sound and needs an adaptation then.
enum BandDetector {
    /// Treble (above 4.8 kHz) at most this far below the loudest frame counts as wide: 42 dB as a power ratio.
    private static let ratio = 6e-5
    /// Louder samples are taken for clipped: their frame has treble that is not the speaker's.
    private static let clipping = 30000

    /// The band of an utterance, PCM16 at 16 kHz.
    static func band(of pcm: [Int16]) -> Hypothesis.Band {
        var history = [Float](repeating: 0, count: taps.count)
        var at = 0
        var isClipped = false
        var all = 0.0, treble = 0.0, loudestAll = 0.0, loudestTreble = 0.0
        for (i, sample) in pcm.enumerated() {
            history[at] = Float(sample)
            at = (at + 1) % taps.count
            if i % 2 == 0 { treble += square(filtered(history, from: at)) * 2 }
            all += Double(sample) * Double(sample)
            if abs(Int(sample)) > clipping { isClipped = true }
            if i % 320 == 319 {
                loudestAll = max(loudestAll, all)
                if !isClipped { loudestTreble = max(loudestTreble, treble) }
                (all, treble, isClipped) = (0, 0, false)
            }
        }
        return loudestTreble > loudestAll * ratio ? .wide : .phone
    }

    private static func square(_ x: Float) -> Double { Double(x) * Double(x) }

    private static func filtered(_ history: [Float], from at: Int) -> Float {
        var sum: Float = 0
        var j = at
        for tap in taps {
            sum += tap * history[j]
            j = j + 1 == history.count ? 0 : j + 1
        }
        return sum
    }

    /// High pass at 4.8 kHz: 63 taps, Blackman window (stop band below 4.3 kHz, 74 dB down).
    private static let taps: [Float] = highPass(cut: 4800.0 / 16000, count: 63)

    private static func highPass(cut: Double, count: Int) -> [Float] {
        let middle = count / 2
        return (0..<count).map { n in
            let k = Double(n - middle)
            let low = k == 0 ? 2 * cut : sin(2 * .pi * cut * k) / (.pi * k)
            let phase = 2 * Double.pi * Double(n) / Double(count - 1)
            let window = 0.42 - 0.5 * cos(phase) + 0.08 * cos(2 * phase)
            return Float(((k == 0 ? 1 : 0) - low) * window)
        }
    }
}
