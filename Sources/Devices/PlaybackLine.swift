import AudioKit
import Core
import Synchronization

/// Something that is heard at the speaker.
@EngineActor
protocol PlaybackSource: AnyObject {
    /// Adds its next samples, of the rate given, to `frame`. Returns whether it added anything audible.
    func mix(into frame: inout MutableSpan<Int16>, rate: Int) -> Bool
}

/// The speaker: mixes its sources into the ring of the playback thread, a small lead ahead; by the clock and into
/// nothing while there is no device.
///
///     device thread ── wake ──> pump: sources.mix ──> ring ──> device thread
@EngineActor
final class PlaybackLine {
    let line: DeviceLine
    /// Audio that was written to the device (rate), for the echo canceller.
    var onPlayed: ((Span<Int16>, Int) -> Void)?

    private let leadMs: Int
    private let loop: any EngineLoop
    private var pacer: SilentPacer?
    private var sources: [any PlaybackSource] = []
    private let frame = ScratchPCM()
    private let played = ScratchPCM()
    private var isAudible = false
    private var isMixing = false

    init(settings: DeviceSettings, loop: any EngineLoop) {
        self.loop = loop
        leadMs = settings.leadMs
        line = DeviceLine(.playback, choice: settings.playback, request: settings.request, loop: loop)
        pacer = SilentPacer(loop: loop) { [weak self] count in self?.render(count) }
        line.onWork = { [weak self] in self?.pump(eager: false) }
    }

    /// Samples per second that sources are asked for.
    var rate: Int { line.device?.format.rate ?? 48_000 }

    /// Begins to play a source; the first opens the device.
    func add(_ source: any PlaybackSource) {
        guard !sources.contains(where: { $0 === source }) else { return }
        sources.append(source)
        line.want(true)
        if line.device == nil { pacer?.start(rate: rate) }
    }

    /// Ends to play a source; the last closes the device.
    func remove(_ source: any PlaybackSource) {
        sources.removeAll { $0 === source }
        guard sources.isEmpty else { return }
        line.want(false)
        pacer?.stop()
        isAudible = false
    }

    /// Fills the ring up to the lead. `eager` renders a frame also when the lead is there, for audio that just came.
    func pump(eager: Bool) {
        guard !sources.isEmpty, !isMixing else { return }
        guard let format = line.device?.format, let ring = line.device?.ring else {
            pacer?.start(rate: rate)
            return
        }
        pacer?.stop()
        collectPlayed()
        fill(ring, format, eager: eager)
    }

    private func fill(_ ring: PCMRing, _ format: PCMFormat, eager: Bool) {
        let length = format.rate / 100
        // Silence needs no lead: that the ring runs dry then is not heard, and audio that comes has less before it.
        let idle = max(format.period, length)
        let full = max(format.rate * leadMs / 1000, format.period + length)
        if eager, ring.count < full { render(length, to: ring) }
        while ring.count < (isAudible ? full : idle) {
            render(length, to: ring)
        }
    }

    // Not inlined: Swift 6.3.1's optimiser stops with an ownership error when the span is made in the caller's loop.
    @inline(never)
    private func render(_ length: Int, to ring: PCMRing) {
        render(length)
        let samples = frame.samples
        ring.write(samples.span)
    }

    /// Rendered frames of the line's rate that nobody has heard yet.
    var unheard: Int {
        guard let device = line.device, let state = line.counters else { return 0 }
        let waiting = device.ring.count
        // Not flushed yet for the last discard: what the device holds is as good as dropped.
        guard state.flushed.load(ordering: .acquiring) == device.ring.generation else { return waiting }
        let left = state.heardAt.load(ordering: .relaxed) - MonotonicTime.now().nanoseconds
        let frames = max(0, min(left, 10_000_000_000)) / 1000 * Int64(device.format.rate) / 1_000_000
        return waiting + min(Int(frames), state.unheard.load(ordering: .relaxed))
    }

    /// Drops what nobody has heard yet, in the ring at once, in the device within a period. Returns the frames dropped.
    func discard() -> Int {
        let dropped = unheard
        line.device?.ring.discard()
        line.counters?.nudge.signal()
        isAudible = false
        return dropped
    }

    /// Time from a write to the ear, ms; nil without a device.
    var delayMs: Double? {
        guard let device = line.device, let state = line.counters else { return nil }
        return Double(state.delay.load(ordering: .relaxed)) * 1000 / Double(device.format.rate)
    }

    /// Periods of the present device filled up with silence in the middle of audible audio.
    var starved: Int { line.counters?.starved.load(ordering: .relaxed) ?? 0 }

    private func render(_ length: Int) {
        isMixing = true
        defer { isMixing = false }
        let frame = frame.sized(length)
        frame.update(repeating: 0)
        var span = frame.mutableSpan
        var isHeard = false
        for index in 0..<sources.count where index < sources.count {
            if sources[index].mix(into: &span, rate: rate) { isHeard = true }
        }
        isAudible = isHeard
    }

    /// Hands on what the thread wrote to the device since the last time.
    func collectPlayed() {
        guard let device = line.device, let reference = device.reference else { return }
        let length = device.format.rate / 100
        let played = played.sized(length)
        while reference.count >= length {
            var span = played.mutableSpan
            let count = reference.read(into: &span)
            if let onPlayed { onPlayed(played.first(count).span, device.format.rate) }
        }
    }
}
