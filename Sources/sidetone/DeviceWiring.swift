import Configuration
import Conversations
import Core
import Devices
import Dispatch

/// The console's own conversations at the devices, and what a person does with these.
@EngineActor
final class ConsoleLegs: ConsoleLegFactory, DeviceDesk {
    /// A choice that could not be carried out, in words.
    var onRefusal: (@EngineActor (String) -> Void)?
    private let hub: DeviceHub
    private let loop: any EngineLoop
    private var loopback: LoopbackTest?

    init(_ hub: DeviceHub, loop: any EngineLoop) {
        self.hub = hub
        self.loop = loop
    }

    func makeLeg() -> any Leg { hub.makeLeg() }

    /// Names are looked up by the device's own thread: reading the list may wait for the sound server.
    func selectDevices(capture: String?, playback: String?) throws(ConfigurationError) {
        hub.choose(capture: capture, playback: playback) { [weak self] in self?.onRefusal?($0) }
    }

    func listDevices(_ done: @escaping @EngineActor @Sendable (DeviceCatalog) -> Void) {
        DispatchQueue.global().async { [loop] in
            let list = DeviceList.read()
            let catalog = DeviceCatalog(
                capture: list.entries(.capture).map(Self.row), playback: list.entries(.playback).map(Self.row))
            loop.post { done(catalog) }
        }
    }

    private nonisolated static func row(_ entry: DeviceList.Entry) -> DeviceCatalog.Device {
        DeviceCatalog.Device(name: entry.name, text: entry.text, isDefault: entry.isDefault)
    }

    func testLoopback(_ report: @escaping @EngineActor (DeviceTestReport) -> Void) {
        loopback?.cancel()
        loopback = LoopbackTest(hub) { [weak self] in
            self?.loopback = nil
            report($0)
        }
    }

    func cancelLoopback() {
        loopback?.cancel()
        loopback = nil
    }

    var microphoneGain: Double {
        get { hub.gain }
        set { hub.gain = newValue }
    }

    var cancelsEcho: Bool {
        get { hub.cancelsEcho }
        set { hub.cancelsEcho = newValue }
    }
}

/// Plays live calls at the speaker: one voice for the caller, one for the agent.
@EngineActor
final class SpeakerMonitor: MonitorOutput {
    private let caller: Speaker
    private let agent: Speaker

    init(_ hub: DeviceHub) {
        caller = hub.makeSpeaker()
        agent = hub.makeSpeaker()
    }

    func monitor(_ pcm: Span<Int16>, rate: Int, channel: AudioGap.Channel) {
        let speaker = channel == .user ? caller : agent
        speaker.start()
        speaker.feed(pcm, rate: rate)
    }

    func stopMonitor() {
        caller.stop()
        agent.stop()
    }
}

/// Lends the microphone to a call that is taken over.
@EngineActor
final class HubMicrophone: OperatorMicrophone {
    private let microphone: Microphone

    init(_ hub: DeviceHub) { microphone = hub.makeMicrophone() }

    var onFailure: (@EngineActor (String) -> Void)? {
        get { microphone.onFailure }
        set { microphone.onFailure = newValue }
    }
    var obstacle: String? { microphone.obstacle }
    func open(rate: Int, _ deliver: @escaping @EngineActor (Span<Int16>) -> Void) {
        microphone.open(rate: rate, deliver)
    }
    func close() { microphone.close() }
}

extension DeviceSettings {
    /// As the configuration says, unless an argument names other devices.
    init(_ configuration: SidetoneConfiguration, capture: String? = nil, playback: String? = nil) {
        self.init(
            capture: capture ?? configuration.capture, playback: playback ?? configuration.playback,
            echo: DeviceSettings.Echo(rawValue: configuration.echoCancellation.rawValue) ?? .auto)
    }
}
