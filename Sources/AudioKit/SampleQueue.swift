/// Queue of samples in a ring that doubles when full and goes back to its least size when emptied by `removeAll`.
struct SampleQueue {
    private let minimum: Int
    private var storage: [Int16]
    private var head = 0
    private(set) var count = 0

    /// - Parameter minimum: samples to hold before it has to grow.
    init(minimum: Int) {
        var size = 256
        while size < minimum { size <<= 1 }
        self.minimum = size
        storage = .init(repeating: 0, count: size)
    }

    var capacity: Int { storage.count }

    mutating func append(_ samples: Span<Int16>) {
        if count + samples.count > storage.count { grow(to: count + samples.count) }
        let mask = storage.count - 1
        let start = (head + count) & mask
        let first = min(samples.count, storage.count - start)
        storage.withUnsafeMutableBufferPointer { ring in
            samples.withUnsafeBufferPointer { source in
                guard let to = ring.baseAddress, let from = source.baseAddress else { return }
                (to + start).update(from: from, count: first)
                to.update(from: from + first, count: source.count - first)
            }
        }
        count += samples.count
    }

    /// Moves as many samples as there are, fit and are wanted to the front of `output`.
    mutating func take(into output: inout MutableSpan<Int16>, limit: Int = .max) -> Int {
        let taken = min(count, output.count, limit)
        let start = head
        let first = min(taken, storage.count - start)
        storage.withUnsafeBufferPointer { ring in
            output.withUnsafeMutableBufferPointer { target in
                guard let from = ring.baseAddress, let to = target.baseAddress else { return }
                to.update(from: from + start, count: first)
                (to + first).update(from: from, count: taken - first)
            }
        }
        head = (head + taken) & (storage.count - 1)
        count -= taken
        return taken
    }

    mutating func removeAll() {
        head = 0
        count = 0
        if storage.count > minimum { storage = .init(repeating: 0, count: minimum) }
    }

    private mutating func grow(to needed: Int) {
        var size = storage.count
        while size < needed { size <<= 1 }
        var larger = [Int16](repeating: 0, count: size)
        for i in 0..<count { larger[i] = storage[(head + i) & (storage.count - 1)] }
        storage = larger
        head = 0
    }
}
