import AudioKit
import Glibc
import Testing

@Suite struct VoiceActivityDetectorTests {
    /// A buzz with formants, syllable by syllable: enough of a voice for the detector.
    private func voice(_ rate: Int, seconds: Double) -> [Int16] {
        (0..<Int(seconds * Double(rate))).map { index in
            let time = Double(index) / Double(rate)
            var value = 0.0
            for harmonic in 1...20 {
                let frequency = 130.0 * Double(harmonic) * (1 + 0.02 * sin(2 * .pi * 3 * time))
                let formants = exp(-pow((frequency - 600) / 250, 2)) + 0.6 * exp(-pow((frequency - 1700) / 300, 2))
                value += (formants + 0.02) * sin(2 * .pi * frequency * time)
            }
            return Int16(6000 * value / 3 * (0.6 + 0.4 * sin(2 * .pi * 4 * time)))
        }
    }

    private func noise(_ rate: Int, seconds: Double, level: Double = -62) -> [Int16] {
        var generator = NoiseGenerator(seed: 2, level: level)
        return generator.samples(Int(seconds * Double(rate)))
    }

    private func events(_ detector: VoiceActivityDetector, _ samples: [Int16], chunk: Int) -> [SpeechGate.Event] {
        stride(from: 0, to: samples.count, by: chunk).compactMap { start in
            detector.process(samples.span.extracting(start..<min(start + chunk, samples.count))).event
        }
    }

    @Test(arguments: [8000, 11025, 16000, 24000, 44100, 48000])
    func findsSpeechBetweenSilence(rate: Int) throws {
        let detector = try VoiceActivityDetector(sampleRate: rate)
        let samples = noise(rate, seconds: 1) + voice(rate, seconds: 1) + noise(rate, seconds: 1)
        let found = events(detector, samples, chunk: rate / 50)
        try #require(found.count == 2)
        guard case .speechStarted(let start) = found[0], case .speechStopped(let stop) = found[1] else {
            Issue.record("\(found)")
            return
        }
        #expect(abs(start - rate) < rate / 10 && abs(stop - 2 * rate) < rate / 8)
        #expect(!detector.result.isSpeech && detector.result.probability < 0.2)
    }

    @Test(arguments: [1, 37, 80, 160, 1000])
    func chunkSizesChangeNothing(chunk: Int) throws {
        let samples = noise(8000, seconds: 0.5) + voice(8000, seconds: 0.5) + noise(8000, seconds: 0.5)
        let reference = events(try VoiceActivityDetector(sampleRate: 8000), samples, chunk: 160)
        #expect(events(try VoiceActivityDetector(sampleRate: 8000), samples, chunk: chunk) == reference)
        #expect(reference.count == 2)
    }

    @Test func probabilityFollowsSpeech() throws {
        let detector = try VoiceActivityDetector(sampleRate: 16000)
        _ = events(detector, noise(16000, seconds: 1), chunk: 320)
        #expect(detector.result.probability < 0.1)
        _ = events(detector, voice(16000, seconds: 0.5), chunk: 320)
        #expect(detector.result.probability > 0.9 && detector.result.isSpeech)
        #expect(detector.result.threshold >= detector.result.noiseFloor)
    }

    @Test func lineNoiseHumClicksAndSilenceAreNoSpeech() throws {
        let count = 8000 * 10
        var hum = ToneGenerator(frequency: 50, sampleRate: 8000, level: -30)
        let humming = zip(hum.samples(count), noise(8000, seconds: 10, level: -50)).map { $0 + $1 }
        var clicks = noise(8000, seconds: 10, level: -55)
        for place in stride(from: 500, to: count - 20, by: 731) {
            for i in 0..<12 { clicks[place + i] = i % 2 == 0 ? 12000 : -12000 }
        }
        let silence = [Int16](repeating: 0, count: count)
        let steady = noise(8000, seconds: 10, level: -40)
        for (name, samples) in [("silence", silence), ("noise", steady), ("hum", humming), ("clicks", clicks)] {
            let found = events(try VoiceActivityDetector(sampleRate: 8000), samples, chunk: 160)
            #expect(found.isEmpty, "\(name): \(found)")
        }
    }

    @Test func configurationIsClamped() throws {
        var wild = VADConfiguration()
        wild.mode = 9
        wild.marginDecibels = -5
        wild.minimumLevel = 40
        wild.onsetMilliseconds = -1
        wild.hangoverMilliseconds = 1_000_000
        wild.blockMilliseconds = 15
        let used = try VoiceActivityDetector(sampleRate: 8000, configuration: wild).configuration
        #expect(used.mode == 3 && used.marginDecibels == 3 && used.minimumLevel == -10)
        #expect(used.onsetMilliseconds == 10 && used.hangoverMilliseconds == 5000 && used.blockMilliseconds == 20)
    }

    @Test func refusesUnknownRates() {
        #expect(throws: AudioKitError.self) { try VoiceActivityDetector(sampleRate: 9999) }
    }
}
