import Core
import Glibc

/// The session's end of a leg: says a tone or nothing, keeps what it heard.
@EngineActor
final class FakeSession: LegDelegate {
    /// Amplitude of the tone it says; 0 is silence.
    var loudness: Int16 = 0
    /// Whether it says noise instead.
    var isNoise = false
    private var random = SeededRandom(seed: 1)
    var received: [Int16] = []
    var receivedCount = 0
    var keeps = false
    var renderedCount = 0
    var troubles: [String: Trouble] = [:]
    var raised: [Trouble] = []
    var ended: SessionEnd?
    var onReceived: ((Span<Int16>) -> Void)?
    private var phase = 0

    nonisolated init() {}

    func legReceived(_ pcm: Span<Int16>) {
        receivedCount += pcm.count
        if keeps { for i in 0..<pcm.count { received.append(pcm[i]) } }
        onReceived?(pcm)
    }

    func legRender(_ pcm: inout MutableSpan<Int16>) {
        for i in 0..<pcm.count where isNoise {
            pcm[i] = Int16.random(in: -max(1, loudness)...max(1, loudness), using: &random)
        }
        for i in 0..<pcm.count where !isNoise {
            pcm[i] = loudness == 0 ? 0 : Int16(Double(loudness) * sin(Double(phase + i) * 0.26))
        }
        phase += pcm.count
        renderedCount += pcm.count
    }

    func legDigit(_ digit: Character) {}

    func legTrouble(_ trouble: Trouble?, code: String) {
        troubles[code] = trouble
        if let trouble { raised.append(trouble) }
    }

    func legFormat(_ finding: String, sampleRate: Int) {}
    func legEnded(_ end: SessionEnd) { ended = end }
}
