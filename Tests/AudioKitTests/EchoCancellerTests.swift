import AudioKit
import Testing

@Suite struct EchoCancellerTests {
    private func run(_ canceller: EchoCanceller, far: [Int16], near: [Int16], chunk: Int) -> [Int16] {
        var result: [Int16] = []
        var buffer = [Int16](repeating: 0, count: chunk)
        for start in stride(from: 0, to: near.count - chunk + 1, by: chunk) {
            canceller.render(far.span.extracting(start..<start + chunk))
            var target = buffer.mutableSpan
            let count = canceller.capture(near.span.extracting(start..<start + chunk), into: &target)
            result += buffer.prefix(count)
        }
        return result
    }

    /// Noise in bursts, and the same later and quieter: a far end and its echo.
    private func scene(_ rate: Int) -> (far: [Int16], near: [Int16]) {
        var noise = NoiseGenerator(seed: 9, level: -12)
        let raw = noise.samples(rate * 4)
        let far = raw.indices.map { $0 / (rate / 5) % 3 == 2 ? 0 : raw[$0] }
        let late = rate * 60 / 1000
        return (far, far.indices.map { $0 < late ? 0 : far[$0 - late] / 4 })
    }

    @Test(arguments: EchoCanceller.supportedRates) func takesTheEchoOut(rate: Int) throws {
        let canceller = try EchoCanceller(sampleRate: rate)
        let (far, near) = scene(rate)
        let output = run(canceller, far: far, near: near, chunk: rate / 50)
        #expect(output.count == near.count && canceller.failures == 0)
        let echo = Array(near.suffix(rate * 2))
        let before = LevelMeter.rms(echo.span) ?? 0
        let rest = Array(output.suffix(rate * 2))
        let after = LevelMeter.rms(rest.span) ?? -100
        #expect(before - after > 15, "\(before) to \(after)")
    }

    @Test func oddFramesGiveAsManySamplesOneBlockLate() throws {
        var configuration = EchoCancellerConfiguration()
        configuration.cancelsEcho = false
        configuration.highPass = false
        let canceller = try EchoCanceller(sampleRate: 8000, configuration: configuration)
        var tone = ToneGenerator(frequency: 400, sampleRate: 8000)
        let near = tone.samples(4900)
        let output = run(canceller, far: near, near: near, chunk: 49)
        #expect(output.count == 4900)
        let level = Goertzel.level(of: 400, in: output.span.extracting(500..<4500), sampleRate: 8000)
        #expect(abs(level + 6) < 0.5)
        #expect(canceller.echoReturnLossEnhancement == nil && !canceller.hearsEcho)
    }

    @Test func refusesOtherRates() {
        let error = AudioKitError.unsupportedRate(44100, by: "echo canceller")
        #expect(throws: error) { try EchoCanceller(sampleRate: 44100) }
    }
}
