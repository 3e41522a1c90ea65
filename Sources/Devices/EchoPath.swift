import AudioKit
import Core

/// Takes the agent's voice out of the microphone while both devices run; else lets it pass.
///
///     playback thread ── reference ring ──> played ──> canceller.render
///     microphone ──> process ──> canceller.capture ──> session
///
/// The reference is what was written to the device, silence of a starved ring included, so that both clocks agree; the
/// delay is measured, not guessed.
@EngineActor
final class EchoPath {
    /// May change at any time.
    var mode: DeviceSettings.Echo
    private let rate: Int
    private let toRate: RateChange
    private let cleaned = ScratchPCM()
    private var canceller: EchoCanceller?
    /// Why echo is not cancelled though it should be.
    private(set) var failure: String?

    init(mode: DeviceSettings.Echo, rate: Int) {
        self.mode = mode
        self.rate = rate
        toRate = RateChange(to: rate)
        if mode != .off, !EchoCanceller.supportedRates.contains(rate) {
            failure = "echo is not cancelled at \(rate) Hz, only at \(EchoCanceller.supportedRates)"
        }
    }

    /// Whether it works now.
    var isActive: Bool { canceller != nil }

    /// The canceller's estimate of how much quieter it makes the echo, dB.
    var enhancement: Int? { canceller?.echoReturnLossEnhancement }

    /// Switches with the devices; a canceller that starts again starts from nothing.
    func devices(areOpen: Bool) {
        let wanted = areOpen && mode != .off
        guard failure == nil, wanted != isActive else { return }
        guard wanted else {
            canceller = nil
            return
        }
        do throws(AudioKitError) {
            canceller = try EchoCanceller(sampleRate: rate)
            toRate.reset()
        } catch {
            failure = "echo is not cancelled: \(error)"
        }
    }

    /// What was written to the speaker.
    func played(_ pcm: Span<Int16>, rate: Int) {
        guard let canceller else { return }
        toRate.convert(pcm, rate: rate) { canceller.render($0) }
    }

    /// Cleans microphone audio of the session's rate.
    /// - Parameter delayMs: from `played` to the echo's arrival here.
    func process(_ pcm: Span<Int16>, delayMs: Double, _ body: (Span<Int16>) -> Void) {
        guard let canceller else {
            body(pcm)
            return
        }
        canceller.delayMilliseconds = Int(min(max(delayMs, 0), 500))
        let output = cleaned.sized(pcm.count, atLeast: true).first(pcm.count)
        var span = output.mutableSpan
        let count = canceller.capture(pcm, into: &span)
        body(output.first(count).span)
    }
}
