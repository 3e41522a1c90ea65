import AudioKit

/// Whether the user is talking, by the user's own audio: the words of it come too late to tell why the model fell silent.
struct LiveVoice {
    private let detector: VoiceActivityDetector?
    private let perMs: Int
    private var run = 0
    private var pause = 0

    /// Speech that is longer than a "yes, yes", and how long ago it may have ended, in milliseconds.
    static let leastMs = 600
    static let mostAgoMs = 300

    /// Listens at this rate.
    init(rate: Int) {
        detector = try? VoiceActivityDetector(sampleRate: rate)
        perMs = max(1, rate / 1000)
    }

    /// Takes the user's audio.
    mutating func hear(_ pcm: Span<Int16>) {
        guard let detector else { return }
        note(isSpeech: detector.process(pcm).isSpeech, samples: pcm.count)
    }

    /// Counts samples of speech or of pause.
    mutating func note(isSpeech: Bool, samples: Int) {
        guard isSpeech else { return pause += samples }
        if pause > Self.mostAgoMs * perMs { run = 0 }
        run += samples
        pause = 0
    }

    /// Whether the user talks, and has for longer than one does to agree.
    var isTalking: Bool { run >= Self.leastMs * perMs && pause <= Self.mostAgoMs * perMs }
}
