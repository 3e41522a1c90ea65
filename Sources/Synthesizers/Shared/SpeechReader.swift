import Core
import ProviderKit

/// What an answer gave: the reader appends, the synthesiser takes.
struct SpeechSink {
    /// PCM16 mono at the part's output rate.
    var pcm: [Int16] = []
    /// Times from the start of the request's audio.
    var words: [SpokenWord] = []
    /// The vendor says that no more comes.
    var isOver = false

    /// Ready for the next message, keeping memory.
    mutating func clear() {
        pcm.removeAll(keepingCapacity: pcm.capacity <= 1 << 20)
        words.removeAll(keepingCapacity: true)
        isOver = false
    }
}

/// Why an answer is no speech.
enum SpeechFault: Error, Equatable {
    /// The vendor reported an error where audio was expected; trying again may help.
    case vendor(String)
    /// The audio is of a kind that is not understood; trying again is useless.
    case format(String)
    /// The peer broke its own protocol.
    case broken(String)
    /// The vendor refused, and it is known what that means.
    case refused(ProviderFailure)
}

/// Reads the answer to one request. Bytes come from outside: whatever they are, the reader throws or goes on.
protocol SpeechReader {
    /// The link is open.
    mutating func begin(_ opening: LinkOpening) throws(SpeechFault)
    /// A message or a piece of a body, cut anywhere.
    mutating func read(_ kind: LinkMessageKind, _ payload: Span<UInt8>, _ sink: inout SpeechSink) throws(SpeechFault)
    /// The peer has ended the link in order.
    mutating func end(_ sink: inout SpeechSink) throws(SpeechFault)
}

/// How speech of one kind is asked for: one link a sentence.
struct SpeechVendor: Sendable {
    /// The link to open for a text.
    var endpoint: @Sendable (String) -> Endpoint
    /// What to send when it is open.
    var requests: @Sendable (String) -> [(kind: LinkMessageKind, bytes: [UInt8])] = { _ in [] }
    /// A reader of the answer.
    var reader: @Sendable () -> any SpeechReader
}
