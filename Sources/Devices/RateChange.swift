import AudioKit
import Core

/// A resampler with one end fixed and the other as the device happens to run; made anew when that changes.
@EngineActor
final class RateChange {
    private enum Fixed {
        case input(Int)
        case output(Int)
    }

    private let fixed: Fixed
    private var resampler: Resampler?
    private var other = 0
    private let scratch = ScratchPCM()

    /// To a fixed rate from that of the device.
    init(to rate: Int) { fixed = .output(rate) }
    /// From a fixed rate to that of the device.
    init(from rate: Int) { fixed = .input(rate) }

    /// Converts a chunk and hands it to `body`, unless the rate is one that cannot be had.
    /// - Parameter rate: the end that is not fixed.
    func convert(_ pcm: Span<Int16>, rate: Int, _ body: (Span<Int16>) -> Void) {
        if rate != other || resampler == nil { make(rate) }
        guard let resampler else { return }
        let room = resampler.maximumOutput(for: pcm.count)
        let converted = scratch.sized(room, atLeast: true)
        var span = converted.mutableSpan
        let count = resampler.process(pcm, into: &span)
        body(converted.first(count).span)
    }

    /// Forgets the past, so that nothing of it is heard any more.
    func reset() { resampler?.reset() }

    private func make(_ rate: Int) {
        other = rate
        switch fixed {
        case .input(let input): resampler = try? Resampler(from: input, to: rate)
        case .output(let output): resampler = try? Resampler(from: rate, to: output)
        }
    }
}
