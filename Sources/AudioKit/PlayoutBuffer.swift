/// Agent audio on its way to the speaker or the caller: a queue of samples that knows which item each belongs to.
///
///     provider ── append(item) ──> [ item 7 | item 8 … ] ── render, every 10 or 20 ms ──> pacer or device
///                                        discardAll (barge-in) -> what was heard, what was not
///
/// One thread. Allocates only when more is queued than ever before (storage doubles) and when a discard gives it back.
/// Where audio ends in the middle of a word, the last 5 ms are mirrored and faded out, and faded in when it goes on.
public final class PlayoutBuffer {
    /// How far an item has come, in samples.
    public struct Progress: Sendable, Equatable {
        public let item: UInt32
        public internal(set) var received: Int
        public internal(set) var played: Int
        /// Nothing more is to come.
        public internal(set) var finished: Bool

        public init(item: UInt32, received: Int, played: Int, finished: Bool) {
            self.item = item
            self.received = received
            self.played = played
            self.finished = finished
        }
    }

    /// What a barge-in dropped.
    public struct Discarded: Sendable, Equatable {
        public var samples: Int
        /// Items not yet played to their end, oldest first, with what was heard of them.
        public var items: [Progress]
        /// Markers that will never be reached.
        public var markers: [UInt32]
    }

    /// Progress is remembered for that many items.
    public static let itemsKept = 64

    public let sampleRate: Int
    /// Most samples queued; more are dropped and counted.
    public let bound: Int
    /// Times that `render` ran dry before an item was finished.
    public private(set) var underruns = 0
    /// Samples of silence given for audio that was late.
    public private(set) var underrunSamples = 0
    /// Samples refused because the bound was reached.
    public private(set) var overflow = 0
    /// Samples of audio ever rendered (padding not counted).
    public private(set) var played = 0

    private var storage: SampleQueue
    private var segments: [(item: UInt32, left: Int)] = []
    private var firstSegment = 0
    private var items: [Progress] = []
    private var markers: [(id: UInt32, at: Int)] = []
    private var reached: [UInt32] = []
    private var fade: PlayoutFade
    private var starved = false

    /// - Parameters:
    ///   - sampleRate: in Hz.
    ///   - boundSeconds: most seconds queued.
    public init(sampleRate: Int, boundSeconds: Int = 120) {
        self.sampleRate = max(1, sampleRate)
        bound = self.sampleRate * max(1, boundSeconds)
        storage = SampleQueue(minimum: self.sampleRate)
        fade = PlayoutFade(length: max(1, self.sampleRate / 200))
        segments.reserveCapacity(64)
        items.reserveCapacity(Self.itemsKept + 1)
        markers.reserveCapacity(64)
        reached.reserveCapacity(64)
    }

    public var queuedSamples: Int { storage.count }
    public var queuedMilliseconds: Int { storage.count * 1000 / sampleRate }
    public var isEmpty: Bool { storage.count == 0 }
    /// Ran dry in the middle of an item and waits for more.
    public var isStarved: Bool { starved }

    /// Queues audio of an item.
    /// - Returns: samples taken; the rest found the bound reached.
    @discardableResult
    public func append(item: UInt32, _ samples: Span<Int16>) -> Int {
        let count = min(samples.count, bound - storage.count)
        overflow += samples.count - count
        let index = progressIndex(item)
        guard count > 0 else { return 0 }
        storage.append(samples.extracting(0..<count))
        items[index].received += count
        if segments.count > firstSegment, segments[segments.count - 1].item == item {
            segments[segments.count - 1].left += count
        } else {
            segments.append((item, count))
        }
        return count
    }

    /// Says that all of an item was appended: running dry after it is no underrun.
    public func finish(item: UInt32) { items[progressIndex(item)].finished = true }

    /// Sets a marker behind all that is queued now; `takeReachedMarker` gives it once that was rendered.
    public func mark(_ id: UInt32) {
        if storage.count == 0 { reached.append(id) } else { markers.append((id, played + storage.count)) }
    }

    /// The next marker that was played, in order; nil for none.
    public func takeReachedMarker() -> UInt32? { reached.isEmpty ? nil : reached.removeFirst() }

    /// Fills `output` from the queue; what is missing becomes a short fade, then silence.
    /// - Returns: samples of queued audio written.
    public func render(into output: inout MutableSpan<Int16>) -> Int {
        let count = storage.take(into: &output)
        if count > 0 {
            fade.join(&output, count: count)
            account(count)
            starved = false
        }
        if count < output.count {
            fade.pad(&output, from: count)
            noteDry(missing: output.count - count)
        }
        return count
    }

    /// Drops all that is queued (barge-in). The next `render` fades out instead of stopping hard.
    public func discardAll() -> Discarded {
        let open = items.filter { $0.played < $0.received || !$0.finished }
        let result = Discarded(samples: storage.count, items: open, markers: markers.map(\.id))
        storage.removeAll()
        segments.removeAll(keepingCapacity: true)
        firstSegment = 0
        markers.removeAll(keepingCapacity: true)
        for i in items.indices { items[i].finished = true }
        starved = false
        return result
    }

    /// How far an item has come; nil when it was never seen or is long gone.
    public func progress(of item: UInt32) -> Progress? { items.last { $0.item == item } }

    /// Milliseconds of an item rendered, rounded down, never more than were received; 0 when it is not known.
    public func heardMilliseconds(of item: UInt32) -> Int {
        (progress(of: item)?.played ?? 0) * 1000 / sampleRate
    }

    private func progressIndex(_ item: UInt32) -> Int {
        if let index = items.lastIndex(where: { $0.item == item }) { return index }
        if items.count == Self.itemsKept {
            items.remove(at: items.firstIndex { $0.played == $0.received } ?? 0)
        }
        items.append(Progress(item: item, received: 0, played: 0, finished: false))
        return items.count - 1
    }

    private func account(_ count: Int) {
        played += count
        var left = count
        while left > 0, firstSegment < segments.count {
            let part = min(left, segments[firstSegment].left)
            left -= part
            segments[firstSegment].left -= part
            if let index = items.lastIndex(where: { $0.item == segments[firstSegment].item }) {
                items[index].played += part
            }
            if segments[firstSegment].left == 0 { firstSegment += 1 }
        }
        if firstSegment == segments.count {
            segments.removeAll(keepingCapacity: true)
            firstSegment = 0
        } else if firstSegment >= 32 {
            segments.removeFirst(firstSegment)
            firstSegment = 0
        }
        while let next = markers.first, next.at <= played {
            reached.append(next.id)
            markers.removeFirst()
        }
    }

    private func noteDry(missing: Int) {
        guard let last = items.last, !last.finished, last.received > 0 else { return }
        if !starved { underruns += 1 }
        starved = true
        underrunSamples += missing
    }
}
