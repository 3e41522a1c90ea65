import CWebRTCAudio
import Glibc

/// How voice activity is judged. Values outside the ranges are moved to the nearest one inside.
public struct VADConfiguration: Sendable, Equatable {
    /// Aggressiveness of the WebRTC detector: 0 (hears speech easily) … 3 (rarely).
    public var mode = 2
    /// How far speech must lie over the noise floor, 3 … 30 dB.
    public var marginDecibels: Float = 8
    /// Never speech below this level, -90 … -10 dBFS.
    public var minimumLevel: Float = -54
    /// Speech that long before it counts as started, 10 … 1000 ms.
    public var onsetMilliseconds = 40
    /// Quiet that long before speech counts as stopped, 0 … 5000 ms.
    public var hangoverMilliseconds = 300
    /// Length of a judged block: 10 or 20 ms.
    public var blockMilliseconds = 20

    public init() {}

    var clamped: VADConfiguration {
        var result = self
        result.mode = min(3, max(0, mode))
        result.marginDecibels = min(30, max(3, marginDecibels))
        result.minimumLevel = min(-10, max(-90, minimumLevel))
        result.onsetMilliseconds = min(1000, max(10, onsetMilliseconds))
        result.hangoverMilliseconds = min(5000, max(0, hangoverMilliseconds))
        result.blockMilliseconds = blockMilliseconds <= 10 ? 10 : 20
        return result
    }
}

/// What the detector knows after a frame.
public struct VADResult: Sendable, Equatable {
    /// Speech probability of the last judged block, 0 … 1. Not a calibrated likelihood: a logistic curve over the
    /// distance between level and threshold (0.5 at the threshold, 3 dB a step), a quarter of it when the WebRTC
    /// detector hears no speech, smoothed upwards over one block and downwards over about four.
    public var probability: Float = 0
    /// Level of the last block with the low end taken out, dBFS; nil for digital silence.
    public var level: Float?
    /// Level of the background, dBFS.
    public var noiseFloor: Float = -55
    /// Level a block must reach to be speech, dBFS.
    public var threshold: Float = -47
    /// Between start and stop.
    public var isSpeech = false
    /// What happened within this frame; of several the last.
    public var event: SpeechGate.Event?
}

/// Finds speech: the WebRTC detector AND level over an adaptive noise floor. The first alone hears speech in noise, the
/// second alone in any noise that rises. Takes frames of any length at any supported rate; belongs to one thread.
/// Positions in events count input samples since the start.
public final class VoiceActivityDetector {
    public private(set) var configuration: VADConfiguration
    public let sampleRate: Int
    public private(set) var result = VADResult()

    private let detector: OpaquePointer
    private let detectorRate: Int
    private let resampler: Resampler?
    private var converted: [Int16]
    private var block: [Int16]
    private var filled = 0
    /// Input samples a block stands for.
    private let blockSamples: Int
    private let blockSeconds: Float
    private var floor = NoiseFloor()
    private var gate: SpeechGate
    private let pole: Float
    private var highPass: (input: Float, output: Float) = (0, 0)

    /// - Throws: for a rate outside `SampleRate.supported`.
    public init(sampleRate: Int, configuration: VADConfiguration = VADConfiguration()) throws(AudioKitError) {
        let configuration = configuration.clamped
        self.configuration = configuration
        self.sampleRate = sampleRate
        let direct = [8000, 16000, 32000, 48000].contains(sampleRate)
        detectorRate = direct ? sampleRate : 16000
        resampler = direct ? nil : try Resampler(from: sampleRate, to: 16000, quality: 3)
        blockSamples = sampleRate * configuration.blockMilliseconds / 1000
        blockSeconds = Float(configuration.blockMilliseconds) / 1000
        pole = expf(-2 * .pi * 200 / Float(detectorRate))
        block = .init(repeating: 0, count: detectorRate * configuration.blockMilliseconds / 1000)
        converted = .init(repeating: 0, count: resampler?.maximumOutput(for: blockSamples) ?? 0)
        gate = SpeechGate(
            onset: sampleRate * configuration.onsetMilliseconds / 1000,
            hangover: sampleRate * configuration.hangoverMilliseconds / 1000)
        guard let made = WebRtcVad_Create() else { throw .library("WebRtcVad_Create", code: 0) }
        detector = made
        let code = WebRtcVad_Init(made) | WebRtcVad_set_mode(made, Int32(configuration.mode))
        guard code == 0 else { throw .library("WebRtcVad_Init", code: code) }
    }

    deinit { WebRtcVad_Free(detector) }

    /// Takes the next samples; judges every block they complete.
    @discardableResult
    public func process(_ frame: Span<Int16>) -> VADResult {
        result.event = nil
        var start = 0
        while start < frame.count {
            let count = min(blockSamples, frame.count - start)
            let part = frame.extracting(start..<start + count)
            start += count
            guard let resampler else {
                fill(part)
                continue
            }
            var target = converted.mutableSpan
            let written = resampler.process(part, into: &target)
            converted.withUnsafeBufferPointer { fill($0.span.extracting(0..<written)) }
        }
        return result
    }

    /// Takes a measured background over: `level` is its level as this detector hears it, dBFS, -90 … -20. Speech must lie
    /// `marginDecibels` over it from now on, in the quietest moments too.
    /// - Returns: the level from which sound may be speech, dBFS.
    @discardableResult
    public func calibrate(background level: Float) -> Float {
        let level = min(-20, max(-90, level))
        floor = NoiseFloor(start: level)
        configuration.minimumLevel = min(-10, max(-90, level + configuration.marginDecibels))
        result.noiseFloor = level
        result.threshold = configuration.minimumLevel
        return configuration.minimumLevel
    }

    /// Ends open speech, as when the caller is muted or the call is over.
    public func close() -> SpeechGate.Event? {
        let event = gate.close()
        result.isSpeech = false
        return event
    }

    private func fill(_ samples: Span<Int16>) {
        for i in 0..<samples.count {
            block[filled] = samples[i]
            filled += 1
            if filled == block.count {
                filled = 0
                judge()
            }
        }
    }

    private func judge() {
        let (level, impulse) = measure()
        // Far below anything that could be speech the detector is not asked: a silent line then costs next to nothing.
        let isAsked = (level ?? -100) > configuration.minimumLevel - 6
        let voiced =
            isAsked
            && block.withUnsafeBufferPointer {
                WebRtcVad_Process(detector, Int32(detectorRate), $0.baseAddress, $0.count) == 1
            }
        floor.update(level, seconds: blockSeconds)
        // Speech that is on may sink a little before it counts as gone.
        let margin = configuration.marginDecibels - (gate.isOpen ? 3 : 0)
        let threshold = max(configuration.minimumLevel, floor.level + margin)
        let over = (level ?? -100) - threshold
        // A click cannot start speech; speech that is on goes on through loud sounds that the detector does not know.
        let speech = gate.isOpen ? over > (voiced ? 0 : 6) : voiced && over > 0 && !impulse
        let event = gate.update(speech: speech, count: blockSamples)
        let instant = (voiced ? 1 : 0.25) / (1 + exp2f(-over / 3))
        result.probability += (instant - result.probability) * (instant > result.probability ? 0.8 : 0.25)
        result.level = level
        result.noiseFloor = floor.level
        result.threshold = threshold
        result.isSpeech = gate.isOpen
        if let event { result.event = event }
    }

    /// Level above 200 Hz, which takes mains hum and rumble out; and whether an eighth of the block holds most of its
    /// energy: a click, not a voice.
    private func measure() -> (level: Float?, impulse: Bool) {
        var total: Float = 0
        var highest: Float = 0
        var (before, filtered) = highPass
        let eighth = block.count / 8
        block.withUnsafeBufferPointer { samples in
            for start in stride(from: 0, to: samples.count, by: eighth) {
                var energy: Float = 0
                for i in start..<min(start + eighth, samples.count) {
                    let value = Float(samples[i])
                    filtered = pole * (filtered + value - before)
                    energy += filtered * filtered
                    before = value
                }
                total += energy
                highest = max(highest, energy)
            }
        }
        // What is left of a tone long gone must not become a denormal, which costs a hundred times as much.
        highPass = (before, abs(filtered) < 1e-6 ? 0 : filtered)
        // Less than a tenth of a step of 16 bits: digital silence and what the filter still rings with.
        let mean = total / Float(block.count)
        return (mean > 0.01 ? LevelMeter.decibels(meanSquare: mean) : nil, highest > 0.7 * total)
    }
}
