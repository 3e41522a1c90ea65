import AudioKit
import Core

/// The user at this machine: microphone and speaker as the leg of a session. Engine thread.
///
///     microphone ── ring ──> captured: echo canceller, to session rate ──> delegate.legReceived
///     delegate.legRender ──> mix: to device rate ──> ring ──> speaker
///
/// Without a device it goes on by the clock: silence in, nothing out, one line of trouble with the reason.
@EngineActor
public final class DeviceLeg: Leg {
    public weak var delegate: (any LegDelegate)?

    private let hub: DeviceHub
    private let sampleRate: Int
    private let echo: EchoPath
    private var isRunning = false
    private var isOver = false
    private var framesIn = 0
    private var framesOut = 0
    // Uplink: made anew when the device's rate changes.
    private var fromDevice: RateChange
    // Downlink.
    private var toDevice: RateChange
    private let rendered: ScratchPCM
    private let staged = PCMRing(capacity: 16_384)
    private let mixed = ScratchPCM()

    init(hub: DeviceHub, sampleRate: Int) {
        self.hub = hub
        let rate = SampleRate.supported.contains(sampleRate) ? sampleRate : 24_000
        self.sampleRate = rate
        fromDevice = RateChange(to: rate)
        toDevice = RateChange(from: rate)
        rendered = ScratchPCM(rate / 100)
        echo = EchoPath(mode: hub.settings.echo, rate: rate)
    }

    public var info: LegInfo {
        let mic = hub.capture.line.device?.device ?? "no microphone"
        let speaker = hub.playback.line.device?.device ?? "no speaker"
        let format = hub.capture.line.device ?? hub.playback.line.device
        return LegInfo(
            kind: .device, sampleRate: sampleRate, peer: mic == speaker ? mic : "\(mic), \(speaker)",
            format: format?.format.description ?? "no device, paced by the clock")
    }

    public func start() {
        guard !isRunning, !isOver else { return }
        isRunning = true
        hub.attach(self)
        for trouble in hub.troubles { later { $0.told(trouble, trouble.code) } }
        if hub.settings.echo == .on, let failure = echo.failure {
            let code = "device.echo"
            let trouble = Trouble(
                code: code, severity: .warning, text: failure, fix: "use headphones, or another session rate")
            later { $0.told(trouble, code) }
        }
    }

    public func playoutReady() {
        if isRunning { hub.playback.pump(eager: true) }
    }

    @discardableResult
    public func discardUnheard() -> Int {
        guard isRunning else { return 0 }
        let dropped = unheardSamples
        _ = hub.playback.discard()
        staged.skip(staged.count)
        toDevice.reset()
        return dropped
    }

    public var unheardSamples: Int {
        guard isRunning else { return 0 }
        return (hub.playback.unheard + staged.count) * sampleRate / max(1, hub.playback.rate)
    }

    public func hangUp(_ reason: String) {
        guard !isOver else { return }
        isOver = true
        isRunning = false
        _ = hub.playback.discard()
        hub.detach(self)
        later { $0.delegate?.legEnded(SessionEnd(by: .operator_, reason: reason)) }
    }

    public func report(into health: inout Health) {
        health.framesIn = framesIn
        health.framesOut = framesOut
        health.captureXruns = hub.capture.line.xruns
        health.playbackXruns = hub.playback.line.xruns
        health.lateFrames = hub.playback.starved
        health.deviceDelayMs = hub.playback.delayMs
        health.measuredInputRate = hub.capture.measuredRate
    }

    /// What the playback thread wrote to the device.
    func played(_ pcm: Span<Int16>, rate: Int) { echo.played(pcm, rate: rate) }

    /// Whether echo is being cancelled, and by how many dB as the canceller sees it.
    public var echoCancellation: (isActive: Bool, enhancement: Int?) { (echo.isActive, echo.enhancement) }

    func setEcho(_ mode: DeviceSettings.Echo) { echo.mode = mode }

    func told(_ trouble: Trouble?, _ code: String) {
        if isRunning { delegate?.legTrouble(trouble, code: code) }
    }

    /// Runs `action` from the loop: the delegate is never called from inside a call into the leg.
    private func later(_ action: @escaping @EngineActor @Sendable (DeviceLeg) -> Void) {
        hub.loop.post { action(self) }
    }
}

extension DeviceLeg: CaptureSink {
    func captured(_ pcm: Span<Int16>, rate: Int) {
        framesIn += 1
        echo.devices(areOpen: hub.capture.line.device != nil && hub.playback.line.device != nil)
        hub.playback.collectPlayed()
        let delay = (hub.playback.delayMs ?? 0) + Double(hub.capture.delay) * 1000 / Double(max(1, rate))
        fromDevice.convert(pcm, rate: rate) { [self] converted in
            echo.process(converted, delayMs: delay) { cleaned in
                hub.amplification.apply(to: cleaned) { delegate?.legReceived($0) }
            }
        }
    }
}

extension DeviceLeg: PlaybackSource {
    func mix(into frame: inout MutableSpan<Int16>, rate: Int) -> Bool {
        var isAudible = false
        let rendered = rendered.samples
        var before = -1
        // Ends also when a conversion gives nothing.
        while staged.count < frame.count, staged.count > before {
            before = staged.count
            var span = rendered.mutableSpan
            delegate?.legRender(&span)
            framesOut += 1
            if Mixer.isAudible(rendered.span) { isAudible = true }
            toDevice.convert(rendered.span, rate: rate) { [staged] in staged.write($0) }
        }
        let mixed = mixed.sized(frame.count)
        var span = mixed.mutableSpan
        _ = staged.read(into: &span)
        Mixer.add(mixed.span, to: &frame)
        return isAudible
    }
}
