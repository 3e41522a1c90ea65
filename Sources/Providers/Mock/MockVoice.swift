import Glibc

/// A voice-like sound that follows from a text alone: a hum of harmonics with the rhythm of syllables. Equal texts
/// sound equal, whatever the chunks. Or a steady tone, by which a recording tells two providers apart.
struct MockVoice {
    /// Samples in all.
    let count: Int
    private(set) var position = 0
    private let rate: Double
    private let pitch: Double
    private let isTone: Bool
    private let table: [Int16]

    /// Milliseconds that a text takes to say: about fifteen characters a second, at least 400.
    static func milliseconds(_ text: String) -> Int { max(400, text.utf8.count * 65) }

    /// The sound of `text`, as long as given or as the text asks for; with `toneHz` a sine of that frequency.
    init(_ text: String, rate: Int, seconds: Double?, toneHz: Int? = nil) {
        let length = seconds ?? Double(Self.milliseconds(text)) / 1000
        count = Int(length * Double(rate))
        self.rate = Double(rate)
        let hash = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        pitch = toneHz.map { Double($0) } ?? 110 + Double(hash % 80)
        isTone = toneHz != nil
        table = isTone ? Self.sine : Self.period
    }

    /// One period of the tone.
    private static let sine: [Int16] = (0..<1024).map { Int16(sin(Double($0) / 1024 * 2 * .pi) * 8000) }

    /// One period of the hum.
    private static let period: [Int16] = (0..<1024).map { index in
        let phase = Double(index) / 1024 * 2 * .pi
        let sum =
            sin(phase) + 0.6 * sin(2 * phase) + 0.4 * sin(3 * phase) + 0.25 * sin(5 * phase) + 0.15 * sin(8 * phase)
        return Int16(sum * 4000)
    }

    /// Whether all was said.
    var isOver: Bool { position >= count }

    /// Appends the next samples.
    mutating func append(_ wanted: Int, to pcm: inout [Int16]) {
        let end = min(count, position + wanted)
        while position < end {
            let time = Double(position) / rate
            let phase = Int(time * pitch * 1024) & 1023
            // Four syllables a second, each rising and falling.
            let syllable = (time * 4).truncatingRemainder(dividingBy: 1)
            let loudness = isTone ? 1 : syllable < 0.75 ? 1 - abs(syllable / 0.375 - 1) : 0
            pcm.append(Int16(Double(table[phase]) * loudness))
            position += 1
        }
    }

    /// Skips to the end.
    mutating func stop() { position = count }
}

/// Deterministic random numbers (SplitMix64).
struct MockRandom: RandomNumberGenerator {
    private var state: UInt64

    /// A sequence that follows from the seed.
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Finds the user's speech by loudness alone.
struct MockDetector {
    enum Finding { case nothing, started, stopped }

    private let threshold: Double
    private let onset: Int
    private let silence: Int
    private var loud = 0
    private var quiet = 0
    private(set) var isSpeaking = false
    /// Samples of the current or last stretch of speech.
    private(set) var spoken = 0

    /// A detector with the scenario's level and times.
    init(_ scenario: MockScenario) {
        threshold = 32768 * pow(10, scenario.thresholdDBFS / 20)
        onset = scenario.onsetMs * scenario.rate / 1000
        silence = scenario.silenceMs * scenario.rate / 1000
    }

    /// Takes audio; at most one finding a call.
    mutating func feed(_ pcm: Span<Int16>) -> Finding {
        guard pcm.count > 0 else { return .nothing }
        var power = 0.0
        for i in 0..<pcm.count { power += Double(pcm[i]) * Double(pcm[i]) }
        let isLoud = (power / Double(pcm.count)).squareRoot() > threshold
        loud = isLoud ? loud + pcm.count : 0
        quiet = isLoud ? 0 : quiet + pcm.count
        if isSpeaking { spoken += pcm.count }
        if !isSpeaking, isLoud, loud >= onset {
            isSpeaking = true
            spoken = loud
            return .started
        }
        if isSpeaking, quiet >= silence {
            isSpeaking = false
            return .stopped
        }
        return .nothing
    }
}
