import Core

/// Bytes that a peer has not taken yet: a byte queue whose memory is kept.
struct SendQueue {
    private var bytes: [UInt8] = []
    private var start = 0

    /// Bytes waiting.
    var count: Int { bytes.count - start }
    var isEmpty: Bool { start == bytes.count }

    /// Appends all of `span` from `offset` on.
    mutating func append(_ span: Span<UInt8>, from offset: Int = 0) {
        if start > 0, start >= bytes.count / 2 { compact() }
        span.withUnsafeBufferPointer { bytes.append(contentsOf: $0[offset...]) }
    }

    /// Offers what waits to `take`, which returns how much it took; that much goes.
    mutating func drain(_ take: (UnsafeRawBufferPointer) -> Int) {
        let taken = bytes.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        start += max(0, min(taken, count))
        if isEmpty { removeAll() }
    }

    /// Forgets all.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= 64 << 10)
        start = 0
    }

    private mutating func compact() {
        bytes.removeFirst(start)
        start = 0
    }
}
