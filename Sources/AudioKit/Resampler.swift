import CFilter
import CSpeexDSP

/// Why audio machinery could not be made. Nothing else of it can fail.
public enum AudioKitError: Error, Sendable, Equatable, CustomStringConvertible {
    case unsupportedRate(Int, by: String)
    case library(String, code: Int32)
    case badFile(String)

    public var description: String {
        switch self {
        case .unsupportedRate(let rate, let part):
            "\(part): sample rate \(rate) Hz is not supported; use one of \(SampleRate.supported)"
        case .library(let what, let code): "\(what) failed with code \(code)"
        case .badFile(let why): why
        }
    }
}

/// Changes the sample rate of one stream of samples, chunk by chunk. Belongs to one thread at a time.
///
/// Ratios of small whole numbers (8, 12, 16, 24, 32, 48, 96, 192 kHz among themselves, 11.025, 22.05, 44.1 kHz among
/// themselves) run through a polyphase filter of our own, three times as fast as libspeexdsp, which does the rest
/// (docs/decisions/0003-resampler.md). Every chunk gives exactly chunk * to / from samples, when that is whole.
public final class Resampler {
    public let inputRate: Int
    public let outputRate: Int
    /// How late the output is, in samples of the output rate.
    public let delay: Int
    private var engine: Engine

    private enum Engine {
        case copy
        case filter(PolyphaseFilter)
        case speex(SpeexResampler)
    }

    /// - Parameter quality: 0 … 10 as of libspeexdsp; 5 for live audio.
    /// - Throws: `AudioKitError.unsupportedRate` for a rate outside `SampleRate.supported`.
    public init(from inputRate: Int, to outputRate: Int, quality: Int = 5) throws(AudioKitError) {
        for rate in [inputRate, outputRate] where !SampleRate.supported.contains(rate) {
            throw .unsupportedRate(rate, by: "resampler")
        }
        self.inputRate = inputRate
        self.outputRate = outputRate
        let quality = min(max(quality, 0), 10)
        if inputRate == outputRate {
            engine = .copy
            delay = 0
        } else if let filter = PolyphaseFilter(from: inputRate, to: outputRate, quality: quality) {
            engine = .filter(filter)
            delay = filter.delay
        } else {
            let speex = try SpeexResampler(from: inputRate, to: outputRate, quality: quality)
            engine = .speex(speex)
            delay = speex.delay
        }
    }

    /// The most samples that `process` can give for that many at the input.
    public func maximumOutput(for inputCount: Int) -> Int {
        (inputCount * outputRate + inputRate - 1) / inputRate + (inputRate == outputRate ? 0 : 1)
    }

    /// Converts one chunk of any length. `output` must hold `maximumOutput(for:)` samples; what does not fit is
    /// dropped.
    /// - Returns: samples written.
    public func process(_ input: Span<Int16>, into output: inout MutableSpan<Int16>) -> Int {
        switch engine {
        case .copy:
            let count = min(input.count, output.count)
            for i in 0..<count { output[i] = input[i] }
            return count
        case .filter(let filter): return filter.process(input, into: &output)
        case .speex(let speex): return speex.process(input, into: &output)
        }
    }

    /// Forgets the past, as if new.
    public func reset() {
        switch engine {
        case .copy: break
        case .filter(let filter): filter.reset()
        case .speex(let speex): speex.reset()
        }
    }
}

/// libspeexdsp's resampler, float inside: its integer path is a third slower at the same quality.
final class SpeexResampler {
    private static let block = 960
    private let state: OpaquePointer
    private let input: UnsafeMutablePointer<Float>
    private let output: UnsafeMutablePointer<Float>
    private let outputCapacity: Int
    let delay: Int

    init(from inputRate: Int, to outputRate: Int, quality: Int) throws(AudioKitError) {
        var code: Int32 = 0
        let made = speex_resampler_init(1, UInt32(inputRate), UInt32(outputRate), Int32(quality), &code)
        guard let made, code == 0 else { throw .library("speex_resampler_init", code: code) }
        state = made
        delay = Int(speex_resampler_get_output_latency(made))
        outputCapacity = Self.block * outputRate / inputRate + 2
        input = .allocate(capacity: Self.block)
        input.initialize(repeating: 0, count: Self.block)
        output = .allocate(capacity: outputCapacity)
        output.initialize(repeating: 0, count: outputCapacity)
    }

    deinit {
        speex_resampler_destroy(state)
        input.deallocate()
        output.deallocate()
    }

    func reset() { speex_resampler_reset_mem(state) }

    func process(_ samples: Span<Int16>, into target: inout MutableSpan<Int16>) -> Int {
        var taken = 0
        var written = 0
        while taken < samples.count {
            let count = min(Self.block, samples.count - taken)
            samples.withUnsafeBufferPointer { source in
                guard let base = source.baseAddress else { return }
                cfilter_from_int16(base + taken, input, count)
            }
            var used = UInt32(count)
            var given = UInt32(outputCapacity)
            guard speex_resampler_process_float(state, 0, input, &used, output, &given) == 0, used > 0 else { break }
            taken += Int(used)
            let room = min(Int(given), target.count - written)
            target.withUnsafeMutableBufferPointer { sink in
                guard let base = sink.baseAddress else { return }
                cfilter_to_int16(output, base + written, room)
            }
            written += room
        }
        return written
    }
}
