import AudioKit
import Core
import Glibc

/// Turns the caller's audio payloads into samples at the session's rate, whatever they really hold.
///
/// payload ─(G.711 or bytes)─> samples at the wire's true rate ─(resampler, only if the rates differ)─> deliver
///
/// Three kinds of wrong labels are found out: G.711 bytes labelled linear (`Dial()` without `c(slin)`), wideband audio
/// labelled 8 kHz (Asterisk before 20.17/22.7), and a kind that changes in mid-call.
///
/// A class, because the session may ask its leg for a report while it is given samples.
final class CallerAudio {
    /// Something found out about the format.
    enum Finding: Equatable {
        case coding(G711)
        case runsAt(Int, labelled: Int)
        case kindChanged(AudioSocketKind)

        /// In words for the log and the screen.
        var text: String {
            switch self {
            case .coding(let law): "labelled slin but is \(law == .ulaw ? "u-law" : "A-law"): use c(slin) in Dial()"
            case .runsAt(let rate, let label): "labelled \(label) Hz but runs at \(rate) Hz"
            case .kindChanged(let kind): "changed to \(kind.sampleRate ?? 0) Hz in mid-call"
            }
        }
    }

    private static let decideAfter = 25
    private static let giveUpAfter = 250
    private static let framesToChange = 3
    /// Payload of 20 ms of G.711; 10 ms of linear audio.
    private static let suspicious = 160

    let sessionRate: Int
    /// What the caller's frames are labelled.
    private(set) var kind: AudioSocketKind
    /// The true rate of the samples.
    private(set) var rate: Int
    private(set) var law: G711?
    /// Frames with an odd byte at the end, which is dropped.
    private(set) var oddLengths = 0
    /// Frames dropped because their kind differs from the call's.
    private(set) var strayFrames = 0
    private var assumed: Bool
    private var strayRun = 0
    private var detector: G711Detector?
    private var held: [UInt8] = []
    private var meter = RateMeter()
    private var resampler: Resampler?

    /// - Parameter assumed: the caller has sent nothing yet; its first frame decides the kind.
    init(kind: AudioSocketKind, assumed: Bool) {
        self.kind = kind
        self.assumed = assumed
        sessionRate = kind.sampleRate ?? 8000
        rate = sessionRate
        detector = kind == .audio8k ? G711Detector() : nil
    }

    /// Samples per second as counted, over the last second.
    var measuredRate: Double? { meter.measured }

    /// How long a payload of `count` bytes sounds, in nanoseconds.
    func length(ofBytes count: Int) -> Int64 {
        Int64(law == nil ? count / 2 : count) * 1_000_000_000 / Int64(rate)
    }

    /// Takes one payload; gives samples at the session's rate to `deliver`, in pieces. Returns what was found out.
    func take(
        _ kind: AudioSocketKind, _ payload: Span<UInt8>, _ now: MonotonicTime, _ workspace: AudioSocketWorkspace,
        _ deliver: (Span<Int16>) -> Void
    ) -> Finding? {
        var finding: Finding?
        if kind != self.kind {
            guard changes() else { return nil }
            follow(kind)
            finding = .kindChanged(kind)
        }
        assumed = false
        strayRun = 0
        let isHeld = detector != nil && payload.count == Self.suspicious
        if isHeld { for i in 0..<payload.count { held.append(payload[i]) } }
        if detector != nil { finding = detect(payload, workspace, deliver) ?? finding }
        if isHeld { return finding }
        if law == nil, payload.count & 1 == 1 { oddLengths += 1 }
        decode(payload, workspace, deliver)
        let count = law == nil ? payload.count / 2 : payload.count
        guard let found = meter.add(count, at: now, labelled: rate), kind == .audio8k else { return finding }
        defer { set(rate: found) }
        return .runsAt(found, labelled: rate)
    }

    /// A frame of another kind came: whether to follow it.
    private func changes() -> Bool {
        strayRun += 1
        guard !assumed, strayRun < Self.framesToChange else { return true }
        strayFrames += 1
        return false
    }

    private func follow(_ kind: AudioSocketKind) {
        self.kind = kind
        law = nil
        detector = nil
        meter = RateMeter()
        set(rate: kind.sampleRate ?? sessionRate)
    }

    private func set(rate: Int) {
        self.rate = rate
        // All rates of the wire are among the resampler's, so making one cannot fail for a kind of ours.
        resampler = rate == sessionRate ? nil : try? Resampler(from: rate, to: sessionRate)
    }

    /// Looks at a payload of a call whose coding is not certain yet. Payloads of G.711 size are held meanwhile, so that
    /// neither noise is delivered nor anything lost, and given on once the coding is known.
    private func detect(
        _ payload: Span<UInt8>, _ workspace: AudioSocketWorkspace, _ deliver: (Span<Int16>) -> Void
    ) -> Finding? {
        detector?.inspect(payload)
        guard let detector, let decided = Self.decide(detector) else { return nil }
        self.detector = nil
        law = decided.law
        let all = held
        held = []
        decode(all.span, workspace, deliver)
        return law.map(Finding.coding)
    }

    private static func decide(_ detector: G711Detector) -> (law: G711?, Void)? {
        let verdict = detector.verdict
        let law: G711? =
            switch verdict.encoding {
            case .linear: nil
            case .ulaw: .ulaw
            case .alaw: .alaw
            }
        if verdict.confidence > 0.8 { return (law, ()) }
        guard detector.framesSeen >= decideAfter else { return nil }
        if law == nil || verdict.confidence > 0.5 { return (law, ()) }
        return detector.framesSeen >= giveUpAfter ? (nil, ()) : nil
    }

    /// Bytes to samples at the session's rate, in pieces of at most one frame at the highest rate.
    private func decode(_ payload: Span<UInt8>, _ workspace: AudioSocketWorkspace, _ deliver: (Span<Int16>) -> Void) {
        let width = law == nil ? 2 : 1
        var at = 0
        while payload.count - at >= width {
            let count = min((payload.count - at) / width, workspace.received.count)
            let bytes = payload.extracting(at..<(at + count * width))
            if let law {
                var samples = UnsafeMutableBufferPointer(rebasing: workspace.received[..<count]).mutableSpan
                law.decode(bytes, into: &samples)
            } else {
                bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(workspace.received).copyMemory(from: $0) }
            }
            hand(on: UnsafeBufferPointer(rebasing: workspace.received[..<count]), workspace, deliver)
            at += count * width
        }
    }

    private func hand(
        on samples: UnsafeBufferPointer<Int16>, _ workspace: AudioSocketWorkspace, _ deliver: (Span<Int16>) -> Void
    ) {
        guard let resampler else { return deliver(samples.span) }
        var output = workspace.resampled.mutableSpan
        let count = resampler.process(samples.span, into: &output)
        deliver(UnsafeBufferPointer(rebasing: workspace.resampled[..<count]).span)
    }
}
