import Core

/// What the speech worker tells its client: the text messages from the worker, as JSON with a `type`.
///
/// Synthesised audio comes as binary messages beside them: four bytes synthesis id (unsigned, little endian), then PCM16
/// little endian, mono, 16 kHz, at most 100 ms. The messages of one synthesis come in order, between `begun` and `ended`.
public enum SpeechReport: Sendable, Equatable {
    /// The models are in memory; loading took `ms`.
    case loaded(ms: Double)
    /// Recognition cannot work here; synthesis does.
    case unavailable(SpeechFailure)
    /// What the utterance sounds like so far.
    case partial(text: String)
    /// What was heard in the utterance that ended with control `end` of this id.
    case final(id: Int, Hypothesis)
    /// The first audio of a synthesis follows; `ms` since it was asked for.
    case begun(id: Int, ms: Double)
    /// A synthesis is complete: `ms` of audio were made; or it was cut.
    case ended(id: Int, ms: Double, cancelled: Bool)
    /// A control could not be carried out.
    case error(SpeechFailure)

    /// The JSON form.
    public var json: JSONValue {
        switch self {
        case .loaded(let ms): ["type": "loaded", "ms": .double(ms)]
        case .unavailable(let failure): Self.failed("unavailable", failure)
        case .partial(let text): ["type": "partial", "text": .string(text)]
        case .final(let id, let heard): heard.json(id: id)
        case .begun(let id, let ms): ["type": "begun", "id": .int(Int64(id)), "ms": .double(ms)]
        case .ended(let id, let ms, let cancelled):
            ["type": "ended", "id": .int(Int64(id)), "ms": .double(ms), "cancelled": .bool(cancelled)]
        case .error(let failure): Self.failed("error", failure)
        }
    }

    private static func failed(_ type: String, _ failure: SpeechFailure) -> JSONValue {
        ["type": .string(type), "reason": .string(failure.reason), "fix": failure.fix.map { .string($0) } ?? .null]
    }
}
