import CFilter
import Glibc

/// Rational resampler: a Kaiser-windowed sinc, one row of coefficients for each place an output sample can have between
/// two input samples. Rows are normalised, so that a constant stays constant to the last bit.
final class PolyphaseFilter {
    /// Most rows of coefficients; ratios that need more cost memory and go to libspeexdsp.
    private static let mostRows = 24
    private static let block = 1920

    let delay: Int
    private let inputs: Int
    private let outputs: Int
    private let taps: Int
    private let coefficients: UnsafeMutablePointer<Float>
    private let offsets: UnsafeMutablePointer<Int32>
    private let history: UnsafeMutablePointer<Float>
    private let results: UnsafeMutablePointer<Float>
    /// Samples in `history`, and which result of the cycle that begins at its front is next.
    private var held: Int
    private var next = 0

    /// nil when the ratio is not one of small whole numbers.
    init?(from inputRate: Int, to outputRate: Int, quality: Int) {
        let divisor = Self.greatestCommonDivisor(inputRate, outputRate)
        inputs = inputRate / divisor
        outputs = outputRate / divisor
        guard outputs <= Self.mostRows, inputs <= Self.mostRows else { return nil }
        let width = Self.width(quality: quality)
        // The filter is as long in time at the lower of the two rates, whichever side that is.
        taps = (max(width, width * inputs / outputs) + 7) & ~7
        delay = taps * outputs / inputs / 2
        coefficients = .allocate(capacity: outputs * taps)
        offsets = .allocate(capacity: outputs)
        history = .allocate(capacity: taps + inputs + Self.block)
        results = .allocate(capacity: (Self.block / inputs + 2) * outputs)
        history.initialize(repeating: 0, count: taps + inputs + Self.block)
        results.initialize(repeating: 0, count: (Self.block / inputs + 2) * outputs)
        held = taps - 1
        design(width: width)
    }

    deinit {
        coefficients.deallocate()
        offsets.deallocate()
        history.deallocate()
        results.deallocate()
    }

    func reset() {
        history.update(repeating: 0, count: taps + inputs + Self.block)
        held = taps - 1
        next = 0
    }

    func process(_ input: Span<Int16>, into output: inout MutableSpan<Int16>) -> Int {
        var taken = 0
        var written = 0
        while taken < input.count {
            let count = min(Self.block, input.count - taken)
            input.withUnsafeBufferPointer { source in
                guard let base = source.baseAddress else { return }
                cfilter_from_int16(base + taken, history + held, count)
            }
            held += count
            taken += count
            let room = min(run(), output.count - written)
            output.withUnsafeMutableBufferPointer { target in
                guard let base = target.baseAddress else { return }
                cfilter_to_int16(results, base + written, room)
            }
            written += room
        }
        return written
    }

    /// Computes every result the samples held allow, and drops the samples no later result needs.
    private func run() -> Int {
        // Result i of the cycle at the front needs samples up to floor(i * inputs / outputs) + taps.
        let reach = held - taps
        let last = reach < 0 ? 0 : ((reach + 1) * outputs + inputs - 1) / inputs
        let count = max(0, last - next)
        var cycle = cfilter_cycle(
            coefficients: coefficients, offset: offsets, outputs: Int32(outputs), inputs: Int32(inputs),
            taps: Int32(taps))
        cfilter_run(&cycle, history, Int32(next), results, count)
        let cycles = (next + count) / outputs
        next = (next + count) % outputs
        held -= cycles * inputs
        history.update(from: history + cycles * inputs, count: held)
        return count
    }

    private func design(width: Int) {
        let attenuation = Self.attenuation(width: width)
        let beta = 0.1102 * (attenuation - 8.7)
        // The stop band begins at half the lower rate: the middle of the slope lies half its width below.
        let slope = (attenuation - 8) / (2.285 * 2 * .pi * Double(width))
        let cutoff = (0.5 - slope / 2) * min(1, Double(outputs) / Double(inputs))
        let half = Double(taps) / 2
        for i in 0..<outputs {
            offsets[i] = Int32(i * inputs / outputs)
            let fraction = Double(i * inputs % outputs) / Double(outputs)
            let row = coefficients + i * taps
            let values = (0..<taps).map { k in
                let u = fraction + half - 1 - Double(k)
                return Self.sinc(2 * cutoff * u) * Self.kaiser(u / half, beta: beta)
            }
            let total = values.reduce(0, +)
            for k in 0..<taps { (row + k).initialize(to: Float(values[k] / total)) }
        }
    }

    /// Taps at the lower rate by quality: 3, 4, 6 and 8 ms of filter each way at 8 kHz are heard as delay.
    private static func width(quality: Int) -> Int {
        switch quality {
        case ..<4: 48
        case 4...6: 64
        case 7...8: 96
        default: 128
        }
    }

    /// A longer filter is spent half on a steeper slope, half on less leakage.
    private static func attenuation(width: Int) -> Double { width >= 96 ? 110 : width >= 64 ? 100 : 90 }

    private static func sinc(_ x: Double) -> Double { abs(x) < 1e-9 ? 1 : sin(.pi * x) / (.pi * x) }

    private static func kaiser(_ x: Double, beta: Double) -> Double {
        abs(x) > 1 ? 0 : bessel(beta * (1 - x * x).squareRoot()) / bessel(beta)
    }

    /// Modified Bessel function of the first kind, order 0, by its power series.
    private static func bessel(_ x: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        for k in 1...60 {
            let factor = x / (2 * Double(k))
            term *= factor * factor
            sum += term
        }
        return sum
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}
