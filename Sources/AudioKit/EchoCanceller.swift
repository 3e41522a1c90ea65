import CWebRTCAudio

/// What the audio processing module does to the microphone.
public struct EchoCancellerConfiguration: Sendable, Equatable {
    public enum NoiseSuppression: Int32, Sendable { case off = -1, low, moderate, high, veryHigh }
    /// Take the far end out of the microphone.
    public var cancelsEcho = true
    public var noiseSuppression = NoiseSuppression.off
    public var automaticGain = false
    /// Takes rumble and DC out.
    public var highPass = true
    /// Time from `render` of a sample to its echo in `capture`, 0 … 500 ms. The module searches around it: 100 ms off
    /// still works when the echo is loud, not when it is faint.
    public var delayMilliseconds = 40

    public init() {}
}

/// Acoustic echo canceller with optional noise suppression, high pass and gain (WebRTC audio processing 0.3).
///
///     agent audio ── render(far) ──> speaker ~ room ~ microphone ── capture(near) ──> cleaned, 0 to 10 ms later
///
/// Works in blocks of 10 ms; takes frames of any length and gives as many samples as it took, late by 10 ms unless
/// frames are whole blocks. Rates 8, 16, 24, 32 and 48 kHz. One thread calls both sides, `render` first.
public final class EchoCanceller {
    public static let supportedRates = [8000, 16000, 24000, 32000, 48000]

    public let sampleRate: Int
    public let configuration: EchoCancellerConfiguration
    /// May be set at any time, as the device tells.
    public var delayMilliseconds: Int
    /// Calls of the module that failed since the start; the frame then passed unchanged.
    public private(set) var failures = 0

    private let apm: OpaquePointer
    private let blockSize: Int
    private var far: [Int16]
    private var farCount = 0
    private var near: [Int16]
    private var nearCount = 0
    private var cleaned: [Int16]
    /// Cleaned samples waiting, and samples given; a frame that is no multiple of 10 ms is met from here.
    private var ready: SampleQueue
    private var primed = false

    /// - Throws: for a rate outside `supportedRates`.
    public init(
        sampleRate: Int, configuration: EchoCancellerConfiguration = EchoCancellerConfiguration()
    ) throws(AudioKitError) {
        guard Self.supportedRates.contains(sampleRate) else { throw .unsupportedRate(sampleRate, by: "echo canceller") }
        let options = webrtc_apm_options(
            rate: Int32(sampleRate), echo: configuration.cancelsEcho ? 1 : 0,
            noise_level: configuration.noiseSuppression.rawValue, gain: configuration.automaticGain ? 1 : 0,
            high_pass: configuration.highPass ? 1 : 0, delay_agnostic: 1, extended_filter: 1)
        guard let made = webrtc_apm_create(options) else { throw .library("webrtc_apm_create", code: 0) }
        apm = made
        self.sampleRate = sampleRate
        self.configuration = configuration
        delayMilliseconds = configuration.delayMilliseconds
        blockSize = sampleRate / 100
        far = .init(repeating: 0, count: blockSize)
        near = .init(repeating: 0, count: blockSize)
        cleaned = .init(repeating: 0, count: blockSize)
        ready = SampleQueue(minimum: sampleRate)
    }

    deinit { webrtc_apm_free(apm) }

    /// Takes what the speaker is about to play.
    public func render(_ samples: Span<Int16>) {
        for i in 0..<samples.count {
            far[farCount] = samples[i]
            farCount += 1
            guard farCount == blockSize else { continue }
            farCount = 0
            if far.withUnsafeBufferPointer({ webrtc_apm_render(apm, $0.baseAddress) }) != 0 { failures += 1 }
        }
    }

    /// Takes microphone samples and writes as many cleaned ones (as fit) to `output`.
    /// - Returns: samples written.
    @discardableResult
    public func capture(_ samples: Span<Int16>, into output: inout MutableSpan<Int16>) -> Int {
        for i in 0..<samples.count {
            near[nearCount] = samples[i]
            nearCount += 1
            if nearCount == blockSize {
                nearCount = 0
                clean()
            }
        }
        let count = min(samples.count, output.count)
        if ready.count < count, !primed {
            // A frame that is no whole number of blocks: stay one block behind from here on.
            primed = true
            for i in 0..<blockSize { cleaned[i] = 0 }
            let pending = ready.count
            cleaned.withUnsafeBufferPointer { ready.append($0.span) }
            if pending > 0 { rotate(pending) }
        }
        return ready.take(into: &output, limit: count)
    }

    /// Echo return loss enhancement in dB as the module sees it (how much quieter it makes the echo), 0 or more; nil
    /// while unknown, or when cancellation is off.
    public var echoReturnLossEnhancement: Int? {
        guard configuration.cancelsEcho else { return nil }
        var metrics = webrtc_apm_metrics()
        guard webrtc_apm_read_metrics(apm, &metrics) == 0, metrics.return_loss_enhancement > -100 else { return nil }
        return max(0, Int(metrics.return_loss_enhancement))
    }

    /// Whether the module heard echo in the last block.
    public var hearsEcho: Bool { configuration.cancelsEcho && webrtc_apm_has_echo(apm) != 0 }

    private func clean() {
        let delay = Int32(min(500, max(0, delayMilliseconds)))
        let code = near.withUnsafeBufferPointer { source in
            cleaned.withUnsafeMutableBufferPointer { target in
                webrtc_apm_capture(apm, source.baseAddress, target.baseAddress, delay)
            }
        }
        if code == 0 {
            cleaned.withUnsafeBufferPointer { ready.append($0.span) }
        } else {
            failures += 1
            near.withUnsafeBufferPointer { ready.append($0.span) }
        }
    }

    /// Puts the block of silence just appended before the `pending` samples that were there.
    private func rotate(_ pending: Int) {
        var held = [Int16](repeating: 0, count: pending)
        var span = held.mutableSpan
        let count = ready.take(into: &span)
        ready.append(held.span.extracting(0..<count))
    }
}
