import AudioKit
import Glibc

/// A gain on samples, cut at full scale. Engine thread; allocates only when a longer frame comes.
final class Amplification {
    private let factor: Float
    private let scratch = ScratchPCM()

    init(decibels: Double) { factor = decibels == 0 ? 1 : Float(pow(10, decibels / 20)) }

    /// Hands the amplified samples on.
    func apply(to pcm: Span<Int16>, _ body: (Span<Int16>) -> Void) {
        guard factor != 1 else { return body(pcm) }
        let samples = scratch.sized(pcm.count, atLeast: true).first(pcm.count)
        for index in 0..<pcm.count { samples[index] = Int16(clamping: Int((Float(pcm[index]) * factor).rounded())) }
        body(samples.span)
    }
}
