import AudioKit
import Core
import Glibc
import Synchronization

/// Files in the place of sound devices, paced by the monotonic clock: for tests and demonstrations without hardware.
///
///     fake:IN.wav  as microphone: the file once (first channel), then silence
///     fake:OUT.wav as speaker: all that would have been played, silence too
///
/// The device threads run them as they run a device, with the same rings, so that all behind them is the real thing.
enum FakeDevice {
    static let prefix = "fake:"
    private static let outputRate = 48_000

    /// The file of a choice; nil when it means a real device.
    static func path(_ choice: String?) -> String? {
        guard let choice, choice.hasPrefix(prefix) else { return nil }
        return String(choice.dropFirst(prefix.count))
    }

    private static func format(_ rate: Int) -> PCMFormat {
        PCMFormat(rate: rate, channels: 1, sample: .int16, period: rate / 100, buffer: rate / 50)
    }

    /// Plays a file into the capture ring until stopped.
    static func capture(_ path: String, _ state: LineState, _ wake: any EngineWake) throws(LineFailure) {
        let clip: AudioClip
        do throws(AudioKitError) { clip = try AudioFile.read(path) } catch {
            throw LineFailure(text: "\(error)", fix: "give a WAV or Ogg Opus file that can be read")
        }
        guard SampleRate.supported.contains(clip.sampleRate) else {
            throw LineFailure(
                text: "\(path) has \(clip.sampleRate) Hz", fix: "convert it to one of \(SampleRate.supported)")
        }
        let samples = clip.channel(0)
        let format = format(clip.sampleRate)
        let opened = LineState.Opened(
            device: prefix + path, format: format, ring: PCMRing(capacity: format.rate), reference: nil)
        state.didOpen(opened)
        wake.signal()
        let frame = ScratchPCM(format.period)
        var at = 0
        pace(state, format) {
            let count = max(0, min(format.period, samples.count - at))
            for index in 0..<format.period { frame.samples[index] = index < count ? samples[at + index] : 0 }
            at += count
            opened.ring.write(frame.samples.span)
            wake.signal()
        }
    }

    /// Writes the playback ring into a file until stopped.
    static func playback(_ path: String, _ state: LineState, _ wake: any EngineWake) throws(LineFailure) {
        let format = format(outputRate)
        let sink = try WAVSink(path, rate: format.rate)
        let reference = PCMRing(capacity: format.rate / 2)
        let opened = LineState.Opened(
            device: prefix + path, format: format, ring: PCMRing(capacity: format.rate), reference: reference)
        state.didOpen(opened)
        wake.signal()
        let frame = ScratchPCM(format.period)
        pace(state, format) {
            frame.silence()
            var span = frame.samples.mutableSpan
            state.flushed.store(opened.ring.generation, ordering: .releasing)
            _ = opened.ring.read(into: &span)
            sink.append(frame.samples.span)
            reference.write(frame.samples.span)
            wake.signal()
        }
        sink.flush()
    }

    /// One period after the other by absolute deadlines; a machine that slept goes on from now.
    private static func pace(_ state: LineState, _ format: PCMFormat, _ step: () -> Void) {
        var clock = SilentClock(rate: format.rate, now: .now())
        while !state.isStopping {
            while !state.isStopping, !AudioThread.sleep(until: clock.next) {}
            while !state.isStopping, clock.take(now: .now()) {
                step()
                state.periods.add(1, ordering: .relaxed)
            }
        }
    }
}

/// What the provider was sent, in a file: for tests that look at what left the machine. Fed by the engine, written by a
/// thread of its own.
@EngineActor
public final class SentAudioFile {
    /// Samples per second of the file.
    public nonisolated static let rate = 16_000

    private let ring = PCMRing(capacity: SentAudioFile.rate * 8)
    private let stopping: Flag
    private var converters: [Int: RateChange] = [:]

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// Makes the file and begins to write.
    public init(_ path: String) throws(ConfigurationError) {
        let flag = Flag()
        stopping = flag
        let probe = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard probe >= 0 else {
            throw ConfigurationError(
                place: "--audio \(path)", cause: String(cString: strerror(errno)),
                fix: "choose a file that can be written")
        }
        Glibc.close(probe)
        _ = AudioThread.start("sidetone-sent") { [ring] in Self.write(ring, path, flag) }
    }

    /// What was sent; returns at once. Rates that cannot be converted are left out.
    public func feed(_ pcm: Span<Int16>, rate: Int) {
        guard SampleRate.supported.contains(rate) else { return }
        guard rate != Self.rate else {
            ring.write(pcm)
            return
        }
        let converter = converters[rate] ?? RateChange(to: Self.rate)
        converters[rate] = converter
        converter.convert(pcm, rate: rate) { ring.write($0) }
    }

    /// Ends the file; it is whole within 100 ms.
    public func close() { stopping.isSet.store(true, ordering: .relaxed) }

    deinit { stopping.isSet.store(true, ordering: .relaxed) }

    private nonisolated static func write(_ ring: PCMRing, _ path: String, _ flag: Flag) {
        guard let sink = try? WAVSink(path, rate: rate) else { return }
        let scratch = ScratchPCM(1600)
        while true {
            let isLast = flag.isSet.load(ordering: .relaxed)
            while ring.count > 0 {
                var span = scratch.samples.mutableSpan
                let count = ring.read(into: &span)
                sink.append(scratch.samples.first(count).span)
            }
            sink.flush()
            if isLast { return }
            let wake = MonotonicTime.now() + .milliseconds(50)
            while !AudioThread.sleep(until: wake) {}
        }
    }
}
