import AudioKit
import Glibc
import Testing

@Suite struct ResamplerTests {
    private func convert(_ resampler: Resampler, _ input: [Int16], chunk: (Int) -> Int) -> [Int16] {
        var result: [Int16] = []
        var taken = 0
        var index = 0
        while taken < input.count {
            let count = min(max(1, chunk(index)), input.count - taken)
            var buffer = [Int16](repeating: 0, count: resampler.maximumOutput(for: count))
            var target = buffer.mutableSpan
            let written = resampler.process(input.span.extracting(taken..<taken + count), into: &target)
            result += buffer.prefix(written)
            taken += count
            index += 1
        }
        return result
    }

    private func tone(_ frequency: Double, _ rate: Int, seconds: Double = 0.5) -> [Int16] {
        var generator = ToneGenerator(frequency: frequency, sampleRate: rate, level: -1)
        return generator.samples(Int(Double(rate) * seconds))
    }

    /// Power of what is left when the tone is taken out, against the tone, in dB.
    private func noise(_ samples: ArraySlice<Int16>, _ frequency: Double, _ rate: Int) -> Double {
        // Least squares with whole cycles is exact enough: both sums are orthogonal over half a second.
        let whole = Array(samples.prefix(samples.count / rate * rate == 0 ? rate / 4 : rate))
        let power = whole.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(whole.count)
        let amplitude = 32768 * pow(10, Goertzel.level(of: frequency, in: whole.span, sampleRate: rate) / 20)
        return 10 * log10(max(1e-3, abs(power - amplitude * amplitude / 2)) / power)
    }

    @Test func everyPairKeepsToneLevelAndLength() throws {
        for from in SampleRate.supported {
            for to in SampleRate.supported {
                let resampler = try Resampler(from: from, to: to)
                let output = convert(resampler, tone(1000, from)) { _ in from / 50 }
                #expect(abs(output.count - to / 2) <= 2 + to / from, "\(from) to \(to): \(output.count)")
                let steady = Array(output.suffix(to / 10))
                let level = Goertzel.level(of: 1000, in: steady.span, sampleRate: to)
                #expect(abs(level + 1) < 0.1, "\(from) to \(to): \(level) dB")
                #expect(resampler.delay * 1000 <= 11 * to)
            }
        }
    }

    @Test(arguments: [(8000, 24000), (24000, 8000), (16000, 24000), (24000, 16000), (48000, 16000), (16000, 8000)])
    func twentyMillisecondsInGiveTwentyOut(rates: (Int, Int)) throws {
        let resampler = try Resampler(from: rates.0, to: rates.1)
        var buffer = [Int16](repeating: 0, count: resampler.maximumOutput(for: rates.0 / 50))
        let input = tone(440, rates.0)
        for frame in 0..<20 {
            let start = frame * rates.0 / 50
            var target = buffer.mutableSpan
            let part = input.span.extracting(start..<start + rates.0 / 50)
            let written = resampler.process(part, into: &target)
            #expect(written == rates.1 / 50)
        }
    }

    @Test(arguments: [(8000, 24000), (24000, 8000), (16000, 24000), (48000, 24000), (22050, 44100)])
    func noiseAndImagesAre90dBDown(rates: (Int, Int)) throws {
        let output = convert(try Resampler(from: rates.0, to: rates.1), tone(1000, rates.0)) { _ in rates.0 / 50 }
        #expect(noise(output.suffix(rates.1 / 4), 1000, rates.1) < -85)
    }

    @Test(arguments: [(24000, 8000), (16000, 8000), (48000, 16000), (48000, 24000), (24000, 16000)])
    func whatTheOutputCannotHoldIs80dBDown(rates: (Int, Int)) throws {
        for factor in [1.02, 1.2, 1.4] {
            let frequency = Double(rates.1) / 2 * factor
            let output = convert(try Resampler(from: rates.0, to: rates.1), tone(frequency, rates.0)) { _ in 480 }
            let rest = Array(output.suffix(rates.1 / 4))
            let level = LevelMeter.rms(rest.span) ?? -200
            #expect(level < -84)
        }
    }

    @Test(arguments: [(8000, 24000), (24000, 8000), (32000, 12000), (44100, 16000), (8000, 11025), (16000, 16000)])
    func chunkSizesChangeNothing(rates: (Int, Int)) throws {
        var noise = NoiseGenerator(seed: 5, level: -6)
        let input = noise.samples(9000)
        let whole = convert(try Resampler(from: rates.0, to: rates.1), input) { _ in 9000 }
        let ragged = convert(try Resampler(from: rates.0, to: rates.1), input) { [1, 7, 160, 13, 333, 2][$0 % 6] }
        #expect(abs(whole.count - ragged.count) <= 1)
        let worst = zip(whole, ragged).map { abs(Int($0) - Int($1)) }.max() ?? 0
        #expect(worst <= 1)
    }

    /// The inner loop that makes eight cycles at once adds in the order of the one for a single sample.
    @Test func noiseIsTheSameToTheLastBitHoweverItIsCut() throws {
        var random = SeededGenerator(state: 21)
        for (from, to) in [(8000, 16000), (8000, 24000), (8000, 48000), (16000, 24000), (24000, 8000), (48000, 16000)] {
            let input = (0..<(2 * from)).map { _ in Int16.random(in: .min ... .max, using: &random) }
            let whole = convert(try Resampler(from: from, to: to), input) { _ in input.count }
            let cuts = (0..<400).map { _ in Int.random(in: 1...300, using: &random) }
            let pieces = convert(try Resampler(from: from, to: to), input) { cuts[$0 % cuts.count] }
            #expect(whole.elementsEqual(pieces), "\(from) to \(to)")
        }
    }

    @Test func delayIsWhatItSays() throws {
        for (from, to) in [(8000, 24000), (24000, 8000), (16000, 24000), (44100, 16000)] {
            var input = [Int16](repeating: 0, count: from / 5)
            input[from / 10] = 30000
            let resampler = try Resampler(from: from, to: to)
            let output = convert(resampler, input) { _ in from / 50 }
            let peak = output.indices.max { abs(Int(output[$0])) < abs(Int(output[$1])) } ?? 0
            #expect(abs(peak - to / 10 - resampler.delay) <= 1, "\(from) to \(to)")
        }
    }

    @Test func resetForgets() throws {
        let resampler = try Resampler(from: 8000, to: 24000)
        let first = convert(resampler, tone(700, 8000)) { _ in 160 }
        resampler.reset()
        #expect(convert(resampler, tone(700, 8000)) { _ in 160 } == first)
    }

    @Test func fullScaleClipsAndDoesNotWrap() throws {
        let square = (0..<1600).map { Int16($0 / 8 % 2 == 0 ? Int16.max : .min) }
        let output = convert(try Resampler(from: 8000, to: 24000), square) { _ in 160 }
        // A wrapped sample would jump over the whole range within one step of the higher rate.
        let jump = zip(output, output.dropFirst()).map { abs(Int($0) - Int($1)) }.max() ?? 0
        #expect(jump < 40000)
    }

    @Test func refusesRatesItDoesNotKnow() {
        #expect(throws: AudioKitError.unsupportedRate(7999, by: "resampler")) { try Resampler(from: 7999, to: 8000) }
        #expect(throws: AudioKitError.unsupportedRate(0, by: "resampler")) { try Resampler(from: 8000, to: 0) }
    }

    @Test func tooSmallAnOutputIsFilledAndTheRestDropped() throws {
        let resampler = try Resampler(from: 8000, to: 24000)
        var buffer = [Int16](repeating: 0, count: 100)
        var target = buffer.mutableSpan
        let input = tone(440, 8000)
        let written = resampler.process(input.span.extracting(0..<160), into: &target)
        #expect(written == 100)
        #expect(buffer.count == 100)
    }
}
