import Conversations
import Core

/// Plays clips at the speaker, 20 ms at a time by absolute deadlines. Engine thread.
@EngineActor
final class ComparePlayer {
    private let output: any MonitorOutput
    private let loop: any EngineLoop
    private var pcm: [Int16] = []
    private var rate = 8000
    private var at = 0
    private var began = MonotonicTime(nanoseconds: 0)
    private var timer: (any EngineTimer)?
    private var onEnd: (@EngineActor () -> Void)?

    init(_ output: any MonitorOutput, loop: any EngineLoop) {
        self.output = output
        self.loop = loop
    }

    /// Plays from now on; what played before stops. `onEnd` comes once, when all was given to the speaker.
    func play(_ pcm: [Int16], rate: Int, onEnd: @escaping @EngineActor () -> Void) {
        stop()
        (self.pcm, self.rate, at, began, self.onEnd) = (pcm, rate, 0, loop.now, onEnd)
        step()
    }

    func stop() {
        timer?.cancel()
        timer = nil
        if at < pcm.count { output.stopMonitor() }
        pcm = []
        let told = onEnd
        onEnd = nil
        told?()
    }

    private func step() {
        let count = min(rate / 50, pcm.count - at)
        if count > 0 {
            output.monitor(pcm.span.extracting(at..<(at + count)), rate: rate, channel: .agent)
            at += count
        }
        guard at < pcm.count else { return stop() }
        let next = began + .nanoseconds(Int64(at) * 1_000_000_000 / Int64(rate))
        timer = loop.schedule(at: next) { [weak self] in self?.step() }
    }
}
