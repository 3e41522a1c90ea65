/// Tells G.711 bytes from 16-bit linear samples. Asterisk ships raw u-law labelled as linear when `Dial(AudioSocket/…)`
/// has no `c(slin)`: 160 bytes a 20 ms frame where 320 are due.
///
/// Every reading (linear, u-law, A-law) is judged by how far the wave it gives jumps from sample to sample, on the
/// logarithmic scale of G.711, so that quiet and loud stretches count alike. The wrong reading scrambles signs and
/// exponents and jumps several times as far. The size of the frames tips the scale where both stay still.
public struct G711Detector: Sendable {
    public enum Encoding: Sendable, Equatable { case linear, ulaw, alaw }

    public struct Verdict: Sendable, Equatable {
        public var encoding: Encoding
        /// 0 (no idea) … 1 (certain). Act above 0.8.
        public var confidence: Double
    }

    private var frames = 0
    private var shortFrames = 0
    private var linear = Roughness()
    private var ulaw = Roughness()
    private var alaw = Roughness()

    public init() {}

    /// Frames looked at so far.
    public var framesSeen: Int { frames }

    /// Takes one payload labelled as 8 kHz 16-bit linear (20 ms a payload).
    public mutating func inspect(_ payload: Span<UInt8>) {
        guard !payload.isEmpty else { return }
        frames += 1
        if payload.count == 160 { shortFrames += 1 }
        for i in 0..<payload.count {
            let byte = payload[i]
            ulaw.add(signAndMagnitude: ~byte)
            alaw.add(signAndMagnitude: byte ^ 0xD5)
            guard i & 1 == 1 else { continue }
            let sample = Int16(bitPattern: UInt16(byte) << 8 | UInt16(payload[i - 1]))
            linear.add(signAndMagnitude: ~G711.ulaw.encode(sample))
        }
    }

    /// What the payloads seen so far most likely are. Linear, without confidence, before the first one.
    public var verdict: Verdict {
        guard frames > 0 else { return Verdict(encoding: .linear, confidence: 0) }
        // A frame of the wrong size counts as a wave twice as rough.
        let short = Double(shortFrames) / Double(frames)
        let costs: [(encoding: Encoding, cost: Double)] = [
            (.linear, linear.cost * (1 + short)), (.ulaw, ulaw.cost * (2 - short)), (.alaw, alaw.cost * (2 - short)),
        ]
        let best = costs.dropFirst().reduce(costs[0]) { $1.cost < $0.cost ? $1 : $0 }
        let second = costs.filter { $0.encoding != best.encoding }.map(\.cost).min() ?? best.cost
        let evidence = min(1, Double(frames) / 10)
        return Verdict(encoding: best.encoding, confidence: min(1, 3 * (1 - best.cost / second)) * evidence)
    }
}

/// How far a wave jumps from sample to sample, in steps of G.711 (0 … 254).
private struct Roughness: Sendable {
    private var steps = 0
    private var size = 0
    private var count = 0
    private var last = 0

    mutating func add(signAndMagnitude code: UInt8) {
        let magnitude = Int(code & 0x7F)
        let value = code & 0x80 != 0 ? -magnitude : magnitude
        steps += abs(value - last)
        size += magnitude
        count += 1
        last = value
    }

    /// Mean jump, with a little of the mean size, so that a constant far from zero is not taken for silence.
    var cost: Double { (Double(steps) + 0.25 * Double(size)) / Double(max(1, count)) + 0.5 }
}
