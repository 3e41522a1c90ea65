import AudioKit
import Core

/// The microphone of the person who watches calls. Implemented by the devices; engine thread.
@EngineActor
public protocol OperatorMicrophone: AnyObject {
    /// Told when it turns out that there is none, or it went away, in words. Set once.
    var onFailure: (@EngineActor (String) -> Void)? { get set }
    /// Why there is none now; nil when there is one, as far as is known.
    var obstacle: String? { get }
    /// Begins to deliver audio at `rate`, any number of samples at a time; ends an earlier one.
    func open(rate: Int, _ deliver: @escaping @EngineActor (Span<Int16>) -> Void)
    /// Ends it; nothing is delivered after.
    func close()
}

/// The operator's voice on its way to the caller: a short queue between the microphone's clock and the leg's.
///
/// ```
/// OperatorMicrophone ─▶ feed ─▶ ring (at most 200 ms) ─▶ render (20 ms of the leg's clock)
/// ```
/// One per call taken over, engine thread; all memory is taken at the start.
final class OperatorVoice {
    /// Audio collected before it is played, and again after it ran dry.
    static let cushionMs = 40
    /// Audio held at most; the oldest goes first, so that the delay stays short.
    static let boundMs = 200

    private let rate: Int
    private let ring: PCMRing
    private let detector: VoiceActivityDetector?
    private var isCollecting = true
    private var spoken = 0
    private var isFirst = true
    /// Samples left out because they came faster than they could be played.
    private(set) var dropped = 0

    init(rate: Int) {
        self.rate = rate
        ring = PCMRing(capacity: rate)
        detector = try? VoiceActivityDetector(sampleRate: rate)
    }

    /// How long the operator has spoken, as the detector heard it.
    var spokenFor: Duration { .milliseconds(Int64(spoken) * 1000 / Int64(rate)) }

    /// Whether the next frame is the operator's. The first is not: the agent's last sound fades out in it.
    func takesFrame() -> Bool {
        defer { isFirst = false }
        return !isFirst
    }

    /// Appends microphone audio at the leg's rate.
    func feed(_ pcm: Span<Int16>) {
        if detector?.process(pcm).isSpeech == true { spoken += pcm.count }
        ring.write(pcm)
        let over = ring.count - rate * Self.boundMs / 1000
        if over > 0 {
            ring.skip(over)
            dropped += over
        }
    }

    /// Fills one frame, with silence where there is nothing.
    func render(into pcm: inout MutableSpan<Int16>) {
        Silence.fill(&pcm)
        if isCollecting, ring.count < rate * Self.cushionMs / 1000 { return }
        isCollecting = ring.read(into: &pcm) < pcm.count
    }
}
