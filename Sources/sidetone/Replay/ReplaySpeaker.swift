import Core
import Devices
import Dispatch
import Network
import Studio
import Synchronization

/// A replay at the speaker. What the replay's thread hands out is posted to the engine thread, which feeds the device's mixer.
///
///     replay thread: ReplayVoice ── post ──> engine: Speaker.feed ── ring ──> playback thread
final class ReplaySpeaker: ReplayOutput {
    /// Confined to the engine thread.
    @EngineActor private final class Voice {
        let hub: DeviceHub
        let speaker: Speaker

        init(_ hub: DeviceHub) {
            self.hub = hub
            speaker = hub.makeSpeaker()
        }
    }

    private let loop: UVLoop
    private let voice: Voice
    private let obstacle = Mutex<String?>(nil)

    /// On the engine thread.
    @EngineActor init(_ hub: DeviceHub, loop: UVLoop) {
        self.loop = loop
        voice = Voice(hub)
    }

    func play(_ samples: Span<Int16>, sampleRate: Int) {
        var copy: [Int16] = []
        copy.reserveCapacity(samples.count)
        for i in 0..<samples.count { copy.append(samples[i]) }
        loop.post { [self, copy] in
            voice.speaker.start()
            voice.speaker.feed(copy.span, rate: sampleRate)
            let summary = voice.hub.summary
            obstacle.withLock { $0 = summary.playback == nil ? "no speaker" : nil }
        }
    }

    func discard() { loop.post { [self] in voice.speaker.stop() } }

    var silence: String? { obstacle.withLock { $0 } }
}

/// The speaker alone, for a replay without an engine: a loop and the devices.
final class SpeakerHost: Sendable {
    private let loop: UVLoop
    let speaker: any ReplayOutput

    /// Throws when there is no thread for it.
    init(_ settings: DeviceSettings) throws {
        let loop = UVLoop()
        self.loop = loop
        try loop.start(name: "devices")
        let made = Mutex<ReplaySpeaker?>(nil)
        let done = DispatchSemaphore(value: 0)
        loop.post {
            let speaker = ReplaySpeaker(DeviceHub(loop: loop, settings: settings), loop: loop)
            made.withLock { $0 = speaker }
            done.signal()
        }
        done.wait()
        guard let speaker = made.withLock({ $0 }) else { preconditionFailure("the loop answered without a speaker") }
        self.speaker = speaker
    }

    func stop() {
        speaker.discard()
        loop.stop()
    }
}
