import CSpeech
import Core

/// Speaks text with flite: PCM16 mono 16 kHz, in pieces of at most 100 ms, as they are made.
///
/// Only one thread of the process may synthesise (flite keeps state of its own): `SpeechWorkers` has one for it.
struct Synthesizer {
    /// A voice that is linked in.
    enum Voice: String, CaseIterable, Sendable {
        case slt, rms

        /// The voice by the name of the configuration; the default for names that are not known.
        init(named name: String?) { self = name.flatMap { Voice(rawValue: $0) } ?? .slt }

        /// The number in CSpeech.
        var number: Int32 { self == .rms ? 1 : 0 }

        /// What brings the voice to -20 dBFS of active speech, in 1/256 (measured over 20 sentences).
        var gain: Int32 { self == .rms ? 253 : 144 }
    }

    /// Samples in a piece handed out.
    static let piece = 1600

    /// Speaks one sentence. `deliver` gets the pieces and returns false to stop. Returns the samples delivered.
    func speak(_ sentence: String, voice: Voice, deliver: @escaping (ArraySlice<Int16>) -> Bool) -> Int {
        let sink = PieceSink(gain: voice.gain, deliver: deliver)
        withExtendedLifetime(sink) {
            _ = cspeech_say(
                Sentences.readable(sentence), voice.number, Int32(Self.piece),
                { @Sendable context, pcm, count in
                    guard let context, let pcm else { return 1 }
                    let sink = Unmanaged<PieceSink>.fromOpaque(context).takeUnretainedValue()
                    return sink.take(UnsafeBufferPointer(start: pcm, count: count)) ? 0 : 1
                }, Unmanaged.passUnretained(sink).toOpaque())
            sink.flush()
        }
        return sink.delivered
    }
}

/// Takes what the voice makes: cuts the silence before the first sound, sets the level, hands out even pieces.
private final class PieceSink {
    /// Quieter than this is silence before the first sound.
    private static let silence: Int32 = 200
    /// What is kept before the first sound, in samples (10 ms).
    private static let lead = 160

    private let gain: Int32
    private let deliver: (ArraySlice<Int16>) -> Bool
    private var buffer: [Int16] = []
    private var hasSound = false
    private var isStopped = false
    private(set) var delivered = 0

    init(gain: Int32, deliver: @escaping (ArraySlice<Int16>) -> Bool) {
        self.gain = gain
        self.deliver = deliver
        buffer.reserveCapacity(2 * Synthesizer.piece)
    }

    func take(_ pcm: UnsafeBufferPointer<Int16>) -> Bool {
        for sample in pcm {
            let scaled = (Int32(sample) * gain) >> 8
            if !hasSound {
                hasSound = abs(scaled) > Self.silence
                if !hasSound && buffer.count >= Self.lead { buffer.removeFirst() }
            }
            buffer.append(Int16(clamping: scaled))
        }
        while hasSound && !isStopped && buffer.count >= Synthesizer.piece { hand(Synthesizer.piece) }
        return !isStopped
    }

    func flush() {
        if hasSound && !isStopped && !buffer.isEmpty { hand(buffer.count) }
    }

    private func hand(_ count: Int) {
        isStopped = !deliver(buffer[..<count])
        if !isStopped { delivered += count }
        buffer.removeFirst(count)
    }
}
