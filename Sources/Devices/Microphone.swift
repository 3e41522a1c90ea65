import AudioKit
import Core

/// The microphone for whoever wants to speak into a call: at any rate, with the speaker's sound taken out. Engine thread.
@EngineActor
public final class Microphone {
    /// Told while it is open when the device cannot be opened or goes away, in words.
    public var onFailure: (@EngineActor (String) -> Void)?

    private let hub: DeviceHub
    private var rate = 0
    private var echo: EchoPath?
    private var fromDevice: RateChange?
    private var deliver: (@EngineActor (Span<Int16>) -> Void)?

    init(hub: DeviceHub) { self.hub = hub }

    /// Why there is none now; nil when there is one, as far as is known without opening it.
    public var obstacle: String? {
        if hub.capture.line.device != nil { return nil }
        if let trouble = hub.capture.line.trouble { return trouble.text }
        return DeviceList.read().entries(.capture).isEmpty ? "no microphone was found" : nil
    }

    /// Begins to deliver; opens the device when nobody has yet. Silence comes while there is none.
    /// - Parameter rate: one of `SampleRate.supported`; nothing is delivered at another.
    public func open(rate: Int, _ deliver: @escaping @EngineActor (Span<Int16>) -> Void) {
        close()
        guard SampleRate.supported.contains(rate) else { return }
        self.rate = rate
        self.deliver = deliver
        echo = EchoPath(mode: hub.settings.echo, rate: rate)
        fromDevice = RateChange(to: rate)
        hub.attach(self)
    }

    /// Ends it; the device is closed when nobody else listens.
    public func close() {
        guard deliver != nil else { return }
        deliver = nil
        hub.detach(self)
        echo = nil
        fromDevice = nil
    }

    /// The hub's word of the capture device.
    func told(_ trouble: Trouble?, _ code: String) {
        guard deliver != nil, code == hub.capture.line.code, let trouble else { return }
        onFailure?(trouble.text)
    }

    /// What the playback thread wrote to the device.
    func played(_ pcm: Span<Int16>, rate: Int) { echo?.played(pcm, rate: rate) }
}

extension Microphone: CaptureSink {
    func captured(_ pcm: Span<Int16>, rate: Int) {
        guard let echo, let fromDevice, let deliver else { return }
        echo.devices(areOpen: hub.capture.line.device != nil && hub.playback.line.device != nil)
        hub.playback.collectPlayed()
        let delay = (hub.playback.delayMs ?? 0) + Double(hub.capture.delay) * 1000 / Double(max(1, rate))
        fromDevice.convert(pcm, rate: rate) { converted in
            echo.process(converted, delayMs: delay) { cleaned in hub.amplification.apply(to: cleaned) { deliver($0) } }
        }
    }
}
