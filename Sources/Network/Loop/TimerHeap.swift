import Core

/// One scheduled action; it knows its place in the heap so that cancelling is O(log n).
@EngineActor
final class UVTimer: EngineTimer {
    let deadline: MonotonicTime
    let order: UInt64
    fileprivate var index = -1
    fileprivate var action: (@EngineActor () -> Void)?
    private weak var heap: TimerHeap?

    fileprivate init(
        _ heap: TimerHeap, _ deadline: MonotonicTime, _ order: UInt64, _ action: @escaping @EngineActor () -> Void
    ) {
        self.heap = heap
        self.deadline = deadline
        self.order = order
        self.action = action
    }

    func cancel() {
        action = nil
        if index >= 0 { heap?.remove(self) }
    }

    fileprivate func precedes(_ other: UVTimer) -> Bool {
        deadline == other.deadline ? order < other.order : deadline < other.deadline
    }
}

/// Timers by deadline, first come first served among equals: a binary heap.
@EngineActor
final class TimerHeap {
    private var heap: [UVTimer] = []
    private var order: UInt64 = 0

    /// The earliest deadline.
    var next: MonotonicTime? { heap.first?.deadline }

    /// How many timers wait.
    var count: Int { heap.count }

    /// Adds a timer.
    func add(_ deadline: MonotonicTime, _ action: @escaping @EngineActor () -> Void) -> UVTimer {
        order += 1
        let timer = UVTimer(self, deadline, order, action)
        timer.index = heap.count
        heap.append(timer)
        rise(timer.index)
        return timer
    }

    /// Takes out the earliest timer if it is due at `now`, and returns its action.
    func popDue(_ now: MonotonicTime) -> (@EngineActor () -> Void)? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        let action = first.action
        remove(first)
        first.action = nil
        return action ?? {}
    }

    /// Drops all timers.
    func removeAll() {
        for timer in heap {
            timer.index = -1
            timer.action = nil
        }
        heap = []
    }

    fileprivate func remove(_ timer: UVTimer) {
        let hole = timer.index
        guard heap.indices.contains(hole), heap[hole] === timer else { return }
        let last = heap.removeLast()
        timer.index = -1
        guard last !== timer else { return }
        heap[hole] = last
        last.index = hole
        sink(hole)
        rise(last.index)
    }

    private func rise(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            exchange(child, parent)
            child = parent
        }
    }

    private func sink(_ start: Int) {
        var parent = start
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(heap[parent]) else { return }
            exchange(child, parent)
            parent = child
        }
    }

    private func exchange(_ a: Int, _ b: Int) {
        heap.swapAt(a, b)
        heap[a].index = a
        heap[b].index = b
    }
}
