import AudioKit
import Core
import Synchronization

/// What a device thread and the engine share: counters as atomics, and the outcome of opening.
///
/// One value for one life of a thread. A thread that hangs in alsa-lib keeps its own and can disturb nobody.
final class LineState: Sendable {
    /// What opening gave.
    struct Opened: Sendable {
        var device: String
        var format: PCMFormat
        /// Capture: device to engine. Playback: engine to device. Mono at the device's rate.
        var ring: PCMRing
        /// Playback: what was written to the device, for the echo canceller.
        var reference: PCMRing?
    }

    private struct Outcome {
        var opened: Opened?
        var failure: LineFailure?
        var isOver = false
    }

    private let outcome = Mutex(Outcome())
    private let stopping = Atomic<Bool>(false)
    /// Playback: ends the thread's wait, so that a discard is obeyed at once.
    let nudge = Nudge()
    /// Periods moved: the sign of life.
    let periods = Atomic<Int>(0)
    /// Xruns mended.
    let xruns = Atomic<Int>(0)
    /// Playback: periods filled up with silence right behind audible audio. Capture: samples the engine did not take.
    let starved = Atomic<Int>(0)
    /// Frames between here and ear or mouth, at the last period.
    let delay = Atomic<Int>(0)
    /// Playback: rendered frames in the device at the last write, and when (monotonic ns) the last of them is heard.
    let unheard = Atomic<Int>(0)
    let heardAt = Atomic<Int64>(0)
    /// Playback: generation of the ring that the device was last flushed for.
    let flushed = Atomic<Int>(0)
    /// Whether the device does not pace itself.
    let isUnpaced = Atomic<Bool>(false)

    /// Whether the thread is to end. Any thread.
    var isStopping: Bool { stopping.load(ordering: .relaxed) }
    /// Asks the thread to end; it does soon unless it hangs in alsa-lib. Any thread.
    func stop() {
        stopping.store(true, ordering: .relaxed)
        nudge.signal()
    }

    /// What opening gave; nil before. Any thread.
    var opened: Opened? { outcome.withLock { $0.opened } }
    /// Whether the thread is over and closed its device, with the reason unless it was asked to end. Any thread.
    var end: (isOver: Bool, failure: LineFailure?) { outcome.withLock { ($0.isOver, $0.failure) } }

    /// Device thread, once: the device is open.
    func didOpen(_ opened: Opened) { outcome.withLock { $0.opened = opened } }
    /// Device thread, last thing: the device is closed.
    func didEnd(_ failure: LineFailure?) {
        outcome.withLock {
            $0.failure = failure
            $0.isOver = true
        }
    }
}
