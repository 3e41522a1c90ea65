import AudioKit
import Core

/// Plays what it is fed (a live call, a replay) at the speaker, mixed with whatever else plays there. Engine thread.
///
/// Audio may come in any rhythm: 60 ms are collected before it begins to play, and again after it ran dry; no more
/// than half a second is held.
@EngineActor
public final class Speaker {
    /// Audio collected before it is played, ms.
    static let cushionMs = 60
    /// Audio held at most, ms.
    static let boundMs = 500

    private let line: PlaybackLine
    private var converters: [Int: RateChange] = [:]
    private let queue = PCMRing(capacity: 131_072)
    private var queueRate = 0
    private var isCollecting = true
    private var isOpen = false
    private let scratch = ScratchPCM()
    /// Samples (of the device's rate) that found no room.
    public private(set) var dropped = 0
    /// Times it ran dry.
    public private(set) var underruns = 0

    init(line: PlaybackLine) { self.line = line }

    /// Begins to play; opens the device when nobody has yet.
    public func start() {
        guard !isOpen else { return }
        isOpen = true
        line.add(self)
    }

    /// Ends to play and forgets what was not heard.
    public func stop() {
        guard isOpen else { return }
        isOpen = false
        line.remove(self)
        clear()
    }

    /// Appends samples; returns at once. Does nothing before `start` and for a rate not in `SampleRate.supported`.
    public func feed(_ pcm: Span<Int16>, rate: Int) {
        guard isOpen, SampleRate.supported.contains(rate) else { return }
        let lineRate = line.rate
        if queueRate != lineRate {
            clear()
            queueRate = lineRate
        }
        let converter = converters[rate] ?? RateChange(from: rate)
        converters[rate] = converter
        converter.convert(pcm, rate: lineRate) { converted in
            let room = max(0, lineRate * Self.boundMs / 1000 - queue.count)
            queue.write(converted.extracting(first: min(room, converted.count)))
            dropped += max(0, converted.count - room)
        }
    }

    /// Audio waiting, ms.
    public var queuedMs: Double { queueRate > 0 ? Double(queue.count) * 1000 / Double(queueRate) : 0 }

    private func clear() {
        queue.skip(queue.count)
        isCollecting = true
    }
}

extension Speaker: PlaybackSource {
    func mix(into frame: inout MutableSpan<Int16>, rate: Int) -> Bool {
        guard rate == queueRate else { return false }
        if isCollecting, queue.count * 1000 < rate * Self.cushionMs { return false }
        isCollecting = false
        let samples = scratch.sized(frame.count)
        var span = samples.mutableSpan
        let count = queue.read(into: &span)
        if count < frame.count {
            isCollecting = true
            underruns += 1
        }
        Mixer.add(samples.first(count).span, to: &frame)
        return count > 0
    }
}
