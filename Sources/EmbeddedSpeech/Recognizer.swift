import CSpeech
import Core

/// Understands whole utterances: a grammar first, confirmed by a keyphrase search, then free dictation.
///
/// ```
/// pcm ─ band? ─ adapt ─ dither ─▶ grammar ─▶ as long as it takes to say? ─▶ keyphrase ─ found ─▶ grammar's text
///                                    │ nothing      │ no                        │ not found
///                                    ╰──────────────┴───────────────────────────┴─▶ dictation ─ nearly alike? ───────┐
///                                                              dictation's text ◀─ no ─┴─ yes ─▶ grammar's text
/// ```
/// A grammar alone forces almost any speech into one of its sentences, so it is never believed alone. Belongs to one thread.
final class Recognizer {
    private let decoder: OpaquePointer
    private var task = SpeechTask()
    private var hasGrammar = false
    private var random: UInt32 = 1
    private var outcome = cspeech_outcome()
    /// Time that loading took, in ms.
    let loadMs: Double

    /// Loads the model: a third of a second, 100 MB.
    init(_ model: SpeechModel) throws(SpeechFailure) {
        let start = MonotonicTime.now()
        if let fault = model.fault { throw fault }
        guard let opened = cspeech_recognizer_open(model.directory) else {
            throw SpeechFailure(
                "the speech model in \(model.directory) cannot be loaded",
                fix: "reinstall the package pocketsphinx-en-us")
        }
        decoder = opened
        let loaded =
            cspeech_recognizer_load_transform(opened, 0, PhoneAdaptation.none) == 0
            && cspeech_recognizer_load_transform(opened, 1, PhoneAdaptation.phone) == 0
        loadMs = (MonotonicTime.now() - start).milliseconds
        guard loaded else { throw SpeechFailure("the telephone adaptation cannot be handed to the recogniser") }
    }

    deinit { cspeech_recognizer_close(decoder) }

    /// Sets what to listen for; does nothing when it is set already.
    func use(_ wanted: SpeechTask) throws(SpeechFailure) {
        guard wanted != task else { return }
        for (word, phones) in wanted.pronunciations where cspeech_phones(decoder, word) == 0 {
            guard cspeech_recognizer_add_word(decoder, word, phones) == 0 else {
                throw SpeechFailure("the pronunciation \"\(phones)\" of \"\(word)\" is not made of ARPAbet phones")
            }
        }
        hasGrammar = false
        task = wanted
        guard let grammar = wanted.grammar else { return }
        guard cspeech_recognizer_set_grammar(decoder, grammar) == 0 else {
            throw SpeechFailure("the grammar does not compile: a rule or a word without pronunciation")
        }
        hasGrammar = true
    }

    /// What was said in `pcm` (16 kHz mono).
    func recognize(_ pcm: [Int16]) -> Hypothesis {
        let start = MonotonicTime.now()
        let band = BandDetector.band(of: pcm)
        _ = cspeech_recognizer_use_transform(decoder, band == .phone ? 1 : 0)
        var heard = passes(over: dithered(pcm))
        heard.band = band
        heard.audioMs = Double(pcm.count) / 16
        heard.decodeMs = (MonotonicTime.now() - start).milliseconds
        return heard
    }

    private func passes(over pcm: [Int16]) -> Hypothesis {
        let sentence = hasGrammar ? decode(CSPEECH_GRAMMAR, pcm) : ""
        let isPossible =
            !sentence.isEmpty && SpeechPace.isPlausible(frames: SpeechPace.activeFrames(pcm), phones: phones(sentence))
        if isPossible && confirms(pcm) { return Hypothesis(text: sentence, source: .grammar, confidence: 0.9) }
        let free = decode(CSPEECH_DICTATION, pcm)
        if isPossible && WordError.rate(reference: sentence, heard: free) <= 0.34 {
            return Hypothesis(text: sentence, source: .grammar, confidence: 0.7)
        }
        return Hypothesis(
            text: free, source: free.isEmpty ? .none : .dictation, confidence: free.isEmpty ? 0 : 0.5,
            unconfirmed: sentence.isEmpty ? nil : sentence)
    }

    /// Whether the sentence just heard is found in the sound when it is searched for by itself, against a background of any
    /// phones.
    private func confirms(_ pcm: [Int16]) -> Bool {
        guard let variants = cspeech_recognizer_variants(decoder) else { return false }
        guard cspeech_recognizer_set_keyphrase(decoder, variants, Self.keyphraseExponent) == 0 else { return false }
        return !decode(CSPEECH_KEYPHRASE, pcm).isEmpty
    }

    private func phones(_ sentence: String) -> Int {
        sentence.split(separator: " ").reduce(0) { $0 + Int(cspeech_phones(decoder, String($1))) }
    }

    /// Detection threshold of the keyphrase search, a power of ten. Measured: sentences of the grammar are found above it
    /// nine times in ten, others of a plausible length hardly ever.
    private static let keyphraseExponent = -48.0

    /// One pass; the text without marks of alternative pronunciation ("the(2)") and noises.
    func decode(_ search: some BinaryInteger, _ pcm: [Int16]) -> String {
        guard let text = cspeech_recognizer_decode(decoder, Int32(search), pcm, pcm.count, &outcome) else { return "" }
        return Self.clean(String(cString: text))
    }

    private static func clean(_ text: String) -> String {
        text.split(separator: " ").compactMap { word -> Substring? in
            if word.hasPrefix("<") || word.hasPrefix("[") || word.hasPrefix("+") { return nil }
            return word.prefix { $0 != "(" }
        }.joined(separator: " ")
    }

    /// Adds faint noise (about -80 dBFS): digital silence would weigh as an extreme in the mean of the cepstrum.
    private func dithered(_ pcm: [Int16]) -> [Int16] {
        pcm.map { sample in
            var sum: Int32 = 0
            for _ in 0..<3 {
                random = random &* 1_664_525 &+ 1_013_904_223
                sum += Int32(random >> 24) - 128
            }
            return Int16(clamping: Int32(sample) + sum / 42)
        }
    }
}
