import Core

/// The sound devices of this machine: one microphone and one speaker, for a talk and for listening to calls.
///
/// Nothing here ever waits for a device: threads open, fail and come back by themselves (T41), audio goes on by the
/// clock meanwhile. Make it once; `ALSALibrary.prepare()` runs first in the program.
@EngineActor
public final class DeviceHub {
    /// What stands against a device, with its code `device.capture` or `device.playback`; nil clears it. Also told to
    /// the running leg.
    public var onTrouble: ((Trouble?, String) -> Void)?

    let playback: PlaybackLine
    let capture: CaptureLine
    private(set) var settings: DeviceSettings
    /// Gain behind the microphone, dB; 0 changes nothing.
    public var gain = 0.0 {
        didSet { amplification = Amplification(decibels: gain) }
    }
    private(set) var amplification = Amplification(decibels: 0)
    let loop: any EngineLoop
    private var legs: [DeviceLeg] = []
    private var microphones: [Microphone] = []

    /// Opens nothing yet.
    public init(loop: any EngineLoop, settings: DeviceSettings = DeviceSettings()) {
        ALSALibrary.prepare()
        self.loop = loop
        self.settings = settings
        playback = PlaybackLine(settings: settings, loop: loop)
        capture = CaptureLine(settings: settings, loop: loop)
        playback.onPlayed = { [weak self] pcm, rate in
            guard let self else { return }
            for leg in legs { leg.played(pcm, rate: rate) }
            for microphone in microphones { microphone.played(pcm, rate: rate) }
        }
        for line in [playback.line, capture.line] {
            line.onTrouble = { [weak self, code = line.code] in self?.tell($0, code) }
        }
    }

    /// A leg over microphone and speaker. Several may run; all hear the same microphone.
    /// - Parameter sampleRate: one of `SampleRate.supported`; another becomes 24000.
    public func makeLeg(sampleRate: Int = 24_000) -> DeviceLeg { DeviceLeg(hub: self, sampleRate: sampleRate) }

    /// Something to listen with.
    public func makeSpeaker() -> Speaker { Speaker(line: playback) }

    /// Something to speak into a call with.
    public func makeMicrophone() -> Microphone { Microphone(hub: self) }

    /// Changes the devices while all goes on; the names are as in the settings, nil leaves as it is. A device that cannot
    /// be opened changes nothing, and `refused` is told why in words.
    public func choose(
        capture newCapture: String?, playback newPlayback: String?,
        refused: @escaping @EngineActor (String) -> Void = { _ in }
    ) {
        for (line, choice) in [(capture.line, newCapture), (playback.line, newPlayback)] {
            guard let choice else { continue }
            let kept = line.device?.device
            line.choose(choice) { failure in
                guard let failure else { return }
                refused("\(failure.text); \(kept.map { "\($0) stays" } ?? failure.fix)")
            }
        }
    }

    /// Whether echo is cancelled when both devices run.
    public var cancelsEcho: Bool {
        get { settings.echo != .off }
        set {
            settings.echo = newValue ? .auto : .off
            for leg in legs { leg.setEcho(settings.echo) }
        }
    }

    /// Names and formats of the open devices, and why there is none, for `SystemReport`.
    public var summary: (capture: String?, playback: String?, reason: String?) {
        let troubles = [capture.line.trouble?.text, playback.line.trouble?.text].compactMap { $0 }
        return (
            capture.line.device.map { "\($0.device) (\($0.format))" },
            playback.line.device.map { "\($0.device) (\($0.format))" },
            troubles.isEmpty ? nil : troubles.joined(separator: "; ")
        )
    }

    /// What stands against the devices now.
    public var troubles: [Trouble] { [capture.line.trouble, playback.line.trouble].compactMap { $0 } }

    func attach(_ leg: DeviceLeg) {
        guard !legs.contains(where: { $0 === leg }) else { return }
        legs.append(leg)
        playback.add(leg)
        capture.add(leg)
    }

    func attach(_ microphone: Microphone) {
        guard !microphones.contains(where: { $0 === microphone }) else { return }
        microphones.append(microphone)
        capture.add(microphone)
    }

    func detach(_ microphone: Microphone) {
        microphones.removeAll { $0 === microphone }
        capture.remove(microphone)
    }

    func detach(_ leg: DeviceLeg) {
        legs.removeAll { $0 === leg }
        playback.remove(leg)
        capture.remove(leg)
    }

    private func tell(_ trouble: Trouble?, _ code: String) {
        onTrouble?(trouble, code)
        for leg in legs { leg.told(trouble, code) }
        for microphone in microphones { microphone.told(trouble, code) }
    }
}
