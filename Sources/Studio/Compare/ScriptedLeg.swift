import Core

/// A recorded caller in the place of a microphone: sends what it is told to say in real time, silence otherwise, and pulls the
/// agent's audio at the same pace. Engine thread.
///
///     say(pcm) ─▶ 20 ms frames by absolute deadlines ─▶ delegate.legReceived
///     delegate.legRender ─▶ dropped here: the run's tap keeps it
@EngineActor
final class ScriptedLeg: Leg {
    weak var delegate: (any LegDelegate)?
    let info: LegInfo
    /// Called when all that was to be said has been sent.
    var onSaid: (@EngineActor () -> Void)?
    /// The most by which a frame was late, ms.
    private(set) var lateMs = 0.0

    private let loop: any EngineLoop
    private let frame: Int
    private var pcm: [Int16] = []
    private var sent = 0
    private var buffer: [Int16]
    private var began = MonotonicTime(nanoseconds: 0)
    private var frames: Int64 = 0
    private var timer: (any EngineTimer)?
    private var isOver = false

    /// A leg of this rate.
    init(loop: any EngineLoop, sampleRate: Int, source: String) {
        self.loop = loop
        frame = max(1, sampleRate / 50)
        buffer = [Int16](repeating: 0, count: frame)
        info = LegInfo(
            kind: .replay, sampleRate: sampleRate, peer: source, format: "recorded turns, paced by the clock")
    }

    /// Says samples, beginning with the next frame. What was being said is left unsaid.
    func say(_ samples: [Int16]) {
        pcm = samples
        sent = 0
    }

    /// The caller hangs up.
    func end(_ reason: String) { finish(SessionEnd(by: .caller, reason: reason)) }

    // MARK: Leg

    func start() {
        guard timer == nil, !isOver else { return }
        began = loop.now
        schedule()
    }

    func playoutReady() {}
    func discardUnheard() -> Int { 0 }
    var unheardSamples: Int { 0 }
    func hangUp(_ reason: String) { finish(SessionEnd(by: .agent, reason: reason)) }
    func report(into health: inout Health) {}

    private func finish(_ end: SessionEnd) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        loop.post { [weak self] in self?.delegate?.legEnded(end) }
    }

    private var next: MonotonicTime {
        began + .nanoseconds(frames * Int64(frame) * 1_000_000_000 / Int64(info.sampleRate))
    }

    private func schedule() { timer = loop.schedule(at: next) { [weak self] in self?.run() } }

    private func run() {
        let now = loop.now
        lateMs = max(lateMs, (now - next).milliseconds)
        // What a busy machine missed is made up at once, as a network does.
        while next <= now, !isOver { step() }
        if !isOver { schedule() }
    }

    private func step() {
        frames += 1
        let count = min(frame, pcm.count - sent)
        let wasSpeaking = count > 0
        for i in 0..<frame { buffer[i] = i < count ? pcm[sent + i] : 0 }
        sent += max(0, count)
        delegate?.legReceived(buffer.span)
        var span = buffer.mutableSpan
        delegate?.legRender(&span)
        if wasSpeaking, sent >= pcm.count { onSaid?() }
    }
}
