import Core
import ProviderKit

/// What one message of a standing socket means.
struct SpeechNews {
    /// The utterance it belongs to; nil: the one that runs (vendors that make one at a time).
    var key: Int?
    /// When words sound, from the start of the utterance.
    var words: [SpokenWord] = []
    /// The utterance is whole.
    var isDone = false
    /// The vendor has dropped what it was told to drop.
    var isCleared = false
    /// The utterance, or with `endsSocket` all, failed.
    var failure: ProviderFailure?
    var endsSocket = false
    var notice: String?
}

/// How one vendor speaks over a standing WebSocket. A value that the synthesiser owns; engine thread.
protocol SpeechDialect {
    var endpoint: WebSocketEndpoint { get }
    /// Most utterances at once.
    var mostAtOnce: Int { get }
    /// Whether utterances have names: without, one at a time is asked for and a cancel must be confirmed (`isCleared`).
    var hasContexts: Bool { get }
    /// Bytes of audio to PCM, for one utterance.
    func audio() -> SpeechPCM
    /// Asks for an utterance.
    mutating func speak(_ key: Int, _ text: String) -> [JSONValue]
    /// Drops an utterance.
    mutating func cancel(_ key: Int) -> [JSONValue]
    /// What the vendor wants to see before the socket is closed.
    func goodbye(isSpeaking: Bool) -> [JSONValue]
    /// Reads a message; its audio bytes are appended to `bytes`. Nil for what does not matter.
    mutating func read(
        _ kind: LinkMessageKind, _ payload: Span<UInt8>, into bytes: inout [UInt8]
    ) throws(SpeechFault) -> SpeechNews?
    /// What the end of the socket means.
    func closed(_ closure: LinkClosure) -> ProviderFailure
}

extension SpeechDialect {
    /// The number in the name of an utterance; nil when it is not ours.
    static func key(_ name: String) -> Int? { name.hasPrefix("s") ? Int(name.dropFirst()) : nil }
    /// The name of an utterance.
    static func name(_ key: Int) -> String { "s\(key)" }
}
