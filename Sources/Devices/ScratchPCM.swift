/// Samples of a fixed place in memory, made once and used again each frame. Belongs to one thread at a time.
final class ScratchPCM {
    /// The samples; take a copy of this value to span them.
    private(set) var samples: UnsafeMutableBufferPointer<Int16>

    /// All zero.
    init(_ count: Int = 0) {
        samples = .allocate(capacity: max(0, count))
        samples.initialize(repeating: 0)
    }

    deinit { samples.deallocate() }

    /// Makes it hold exactly or, with `atLeast`, no fewer than `count` samples; a change of size zeroes it.
    @discardableResult
    func sized(_ count: Int, atLeast: Bool = false) -> UnsafeMutableBufferPointer<Int16> {
        guard atLeast ? samples.count < count : samples.count != count else { return samples }
        samples.deallocate()
        samples = .allocate(capacity: max(0, count))
        samples.initialize(repeating: 0)
        return samples
    }

    /// Zeroes all.
    func silence() { samples.update(repeating: 0) }
}

extension UnsafeMutableBufferPointer where Element == Int16 {
    /// The first `count` samples.
    func first(_ count: Int) -> UnsafeMutableBufferPointer<Int16> {
        UnsafeMutableBufferPointer(rebasing: self[..<Swift.min(Swift.max(0, count), self.count)])
    }
}
