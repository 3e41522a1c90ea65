import AudioKit
import Core

/// Measures the background of a microphone: two seconds of silence, as the detector hears them.
struct NoiseCalibration {
    /// How long it listens.
    static let length = Duration.seconds(2)
    /// Sounds that far over the background are no silence, dB.
    static let unrest: Float = 18
    /// A background louder than this is none, dBFS.
    static let loudest: Float = -30

    /// What came out.
    enum Outcome: Equatable {
        case floor(Float)
        /// Not a sample differed from zero.
        case digitalSilence
        /// Something sounded, that many dB over the rest.
        case notQuiet(Float)
        /// The background itself is so loud that no voice stands out, dBFS.
        case tooLoud(Float)
    }

    private let detector: VoiceActivityDetector
    private let wanted: Int
    private var levels: [Float] = []
    private var seen = 0
    private let block: Int

    /// Nil for a rate that no detector takes.
    init?(rate: Int) {
        guard let detector = try? VoiceActivityDetector(sampleRate: rate) else { return nil }
        self.detector = detector
        block = rate / 50
        wanted = Int(Double(rate) * Self.length.milliseconds / 1000)
        levels.reserveCapacity(128)
    }

    /// Takes audio of the microphone; gives the outcome when there was enough.
    mutating func take(_ pcm: Span<Int16>) -> Outcome? {
        var at = 0
        while at < pcm.count {
            let count = min(block, pcm.count - at)
            if let level = detector.process(pcm.extracting(at..<(at + count))).level { levels.append(level) }
            at += count
        }
        seen += pcm.count
        return seen >= wanted ? outcome : nil
    }

    private var outcome: Outcome {
        guard !levels.isEmpty else { return .digitalSilence }
        let sorted = levels.sorted()
        let median = sorted[sorted.count / 2]
        // One click is no speech: the loudest twentieth does not count.
        let loud = sorted[min(sorted.count - 1, sorted.count * 19 / 20)]
        if loud - median > Self.unrest { return .notQuiet(loud - median) }
        return median > Self.loudest ? .tooLoud(median) : .floor(median)
    }
}
