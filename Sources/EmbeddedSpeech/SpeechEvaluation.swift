import Core

/// Measures the recogniser on recordings: what it hears in each, and the word error rate over all.
public enum SpeechEvaluation {
    /// One recording with what is said in it.
    public struct Clip: Sendable, Equatable {
        /// Path of a 16-bit WAV file.
        public var path: String
        /// What is said.
        public var transcript: String

        /// A recording.
        public init(path: String, transcript: String) {
            self.path = path
            self.transcript = transcript
        }
    }

    /// What was heard in one recording.
    public struct Result: Sendable, Equatable {
        public var clip: Clip
        public var heard: Hypothesis
        /// Words of the transcript.
        public var words: Int
        /// Words wrong.
        public var errors: Int
    }

    /// The English clips with a transcript of a manifest: `{"clips":[{"file","language","transcript"} …]}`; files lie
    /// beside it.
    public static func clips(manifest path: String) throws(SpeechFailure) -> [Clip] {
        guard let bytes = SpeechFiles.bytes(path) else { throw SpeechFailure("\(path) cannot be read") }
        let json: JSONValue
        do throws(JSONError) { json = try JSONParser.parse(bytes) } catch { throw SpeechFailure("\(path) is \(error)") }
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
        return (json["clips"]?.array ?? []).compactMap { clip in
            guard clip["language"]?.string == "en", let file = clip["file"]?.string,
                let text = clip["transcript"]?.string,
                !text.isEmpty
            else { return nil }
            return Clip(path: folder + "/" + file, transcript: text)
        }
    }

    /// Recognises the clips one after the other on the calling thread, as a telephone would bring them or as they are.
    /// `report` hears of each.
    public static func run(
        _ clips: [Clip], phone: Bool, grammar: String? = nil, pronunciations: [String: String] = [:],
        model: SpeechModel = .standard, report: (Result) -> Void
    ) throws(SpeechFailure) {
        let recognizer = try Recognizer(model)
        try recognizer.use(SpeechTask(grammar: grammar, pronunciations: pronunciations))
        for clip in clips {
            let file = try WAVFile(clip.path)
            let quiet = [Int16](repeating: 0, count: file.rate * 3 / 10)
            let padded = quiet + file.samples + quiet
            let pcm =
                phone
                ? try SpeechFiles.throughPhone(padded, rate: file.rate)
                : try SpeechFiles.resampled(padded, from: file.rate, to: 16000)
            report(score(clip, recognizer.recognize(pcm)))
        }
    }

    private static func score(_ clip: Clip, _ heard: Hypothesis) -> Result {
        let reference = WordError.normalized(clip.transcript).split(separator: " ")
        let words = WordError.normalized(heard.text).split(separator: " ")
        return Result(
            clip: clip, heard: heard, words: reference.count,
            errors: WordError.count(reference: reference, heard: words))
    }
}
