import Core

/// What the recogniser heard in one utterance.
public struct Hypothesis: Sendable, Equatable {
    /// Which search the text is from.
    public enum Source: String, Sendable {
        /// A sentence of the grammar that the keyphrase check confirmed.
        case grammar
        /// Free speech by the language model.
        case dictation
        /// Nothing was heard.
        case none
    }

    /// How wide the sound is.
    public enum Band: String, Sendable {
        /// Up to 4 kHz, as on the telephone.
        case phone
        /// Beyond 4 kHz.
        case wide
    }

    /// Lower-case words; empty when nothing was heard.
    public var text: String
    public var source: Source
    public var band: Band
    /// 0 to 1: for the grammar how clearly it was confirmed, for dictation a rough guess (this recogniser has no better).
    public var confidence: Double
    /// Sentence of the grammar that was not confirmed, for hints and logs; nil when there is none.
    public var unconfirmed: String?
    /// Length of the utterance in ms.
    public var audioMs: Double
    /// Time that decoding took in ms.
    public var decodeMs: Double

    /// What was heard.
    public init(
        text: String, source: Source, band: Band = .wide, confidence: Double = 0, unconfirmed: String? = nil,
        audioMs: Double = 0, decodeMs: Double = 0
    ) {
        self.text = text
        self.source = source
        self.band = band
        self.confidence = confidence
        self.unconfirmed = unconfirmed
        self.audioMs = audioMs
        self.decodeMs = decodeMs
    }

    /// The message `final`.
    func json(id: Int) -> JSONValue {
        [
            "type": "final", "id": .int(Int64(id)), "text": .string(text), "source": .string(source.rawValue),
            "confidence": .double(confidence), "band": .string(band.rawValue),
            "unconfirmed": unconfirmed.map { .string($0) } ?? .null, "audio_ms": .double(audioMs),
            "ms": .double(decodeMs),
        ]
    }
}
