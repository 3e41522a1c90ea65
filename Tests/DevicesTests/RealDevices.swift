import Core
import Glibc
import Testing

/// The largest sample without its sign.
func peak(_ pcm: Span<Int16>) -> Int {
    var largest = 0
    for i in 0..<pcm.count { largest = max(largest, abs(Int(pcm[i]))) }
    return largest
}

/// Processor time of this process, ms.
func processorMs() -> Double {
    var t = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
    return Double(t.tv_sec) * 1000 + Double(t.tv_nsec) / 1e6
}

/// Figures collected on the engine thread.
@EngineActor
final class Figures {
    var values: [Double] = []
    nonisolated init() {}
}

/// Everything that moves audio in real time, one after the other.
@Suite(.serialized) struct RealDevices {}
