import Synchronization

/// Lock-free ring of samples between one writing and one reading thread. Allocates once, at init.
///
///     producer ── write ──> [ samples ] ── read ──> consumer
///                 discard ─ mark ────────> the consumer skips to the mark at its next read
///
/// Safe on device threads: no lock, no allocation, no system call. `write` and `discard` belong to the producer,
/// `read` and `skip` to the consumer; counters and `count` may be read by anybody.
public final class PCMRing: Sendable {
    /// Samples it can hold: the capacity asked for, rounded up to a power of two.
    public let capacity: Int
    private let mask: Int
    // SAFETY: each slot is written by the producer before `head` is released past it, and read by the consumer between
    // acquiring `head` and releasing `tail`; the two never hold the same slot. Freed in deinit, when neither is left.
    private nonisolated(unsafe) let storage: UnsafeMutablePointer<Int16>
    // Positions count samples since the start and never wrap in practice (64 bits).
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let mark = Atomic<Int>(0)
    private let marks = Atomic<Int>(0)
    private let lost = Atomic<Int>(0)
    private let missing = Atomic<Int>(0)

    /// - Parameter capacity: least samples to hold, 1 … 2^30.
    public init(capacity: Int) {
        var size = 1
        while size < min(max(capacity, 1), 1 << 30) { size <<= 1 }
        self.capacity = size
        mask = size - 1
        storage = .allocate(capacity: size)
        storage.initialize(repeating: 0, count: size)
    }

    deinit { storage.deallocate() }

    /// Samples waiting to be read (those discarded, but not yet skipped by the consumer, left out).
    public var count: Int {
        let from = max(tail.load(ordering: .acquiring), mark.load(ordering: .acquiring))
        return max(0, head.load(ordering: .acquiring) - from)
    }
    /// Samples that found no room.
    public var overrun: Int { lost.load(ordering: .relaxed) }
    /// Samples asked for and not there.
    public var underrun: Int { missing.load(ordering: .relaxed) }
    /// How many times `discard` was called.
    public var generation: Int { marks.load(ordering: .acquiring) }
    /// Samples ever written; the position of the next one.
    public var written: Int { head.load(ordering: .acquiring) }
    /// Samples ever taken out, skipped ones too; the position of the next one.
    public var consumed: Int { tail.load(ordering: .acquiring) }

    /// Producer: appends samples; what finds no room is dropped and counted.
    /// - Returns: samples written.
    @discardableResult
    public func write(_ samples: Span<Int16>) -> Int {
        let position = head.load(ordering: .relaxed)
        let room = capacity - (position - tail.load(ordering: .acquiring))
        let count = min(room, samples.count)
        if count < samples.count { lost.add(samples.count - count, ordering: .relaxed) }
        guard count > 0 else { return 0 }
        let start = position & mask
        let first = min(count, capacity - start)
        samples.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            (storage + start).update(from: base, count: first)
            storage.update(from: base + first, count: count - first)
        }
        head.store(position + count, ordering: .releasing)
        return count
    }

    /// Producer: drops all that is waiting. Takes effect at the consumer's next `read`, until when it still takes room;
    /// what is written afterwards stays.
    /// - Returns: the new generation.
    @discardableResult
    public func discard() -> Int {
        mark.store(head.load(ordering: .relaxed), ordering: .releasing)
        return marks.add(1, ordering: .acquiringAndReleasing).newValue
    }

    /// Consumer: takes samples. What is not there is left untouched in `output` and counted as underrun.
    /// - Returns: samples written to the front of `output`.
    public func read(into output: inout MutableSpan<Int16>) -> Int {
        let position = afterMark()
        let count = min(head.load(ordering: .acquiring) - position, output.count)
        if count < output.count { missing.add(output.count - count, ordering: .relaxed) }
        guard count > 0 else {
            tail.store(position, ordering: .releasing)
            return 0
        }
        let start = position & mask
        let first = min(count, capacity - start)
        output.withUnsafeMutableBufferPointer { target in
            guard let base = target.baseAddress else { return }
            base.update(from: storage + start, count: first)
            (base + first).update(from: storage, count: count - first)
        }
        tail.store(position + count, ordering: .releasing)
        return count
    }

    /// Consumer: drops the oldest samples unread, for example to win back latency.
    /// - Returns: samples dropped, those before a discard mark not counted.
    @discardableResult
    public func skip(_ samples: Int) -> Int {
        let position = afterMark()
        let count = min(max(0, samples), head.load(ordering: .acquiring) - position)
        tail.store(position + count, ordering: .releasing)
        return count
    }

    private func afterMark() -> Int {
        max(tail.load(ordering: .relaxed), mark.load(ordering: .acquiring))
    }
}
