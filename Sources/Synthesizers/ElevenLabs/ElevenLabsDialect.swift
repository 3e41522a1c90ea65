import Core
import ProviderKit

/// ElevenLabs' multi-context socket: a context for each sentence, closed when it was asked for; at most five are open
/// (wire reference agents 8).
///
/// ```
/// {"text":" ",voice_settings,context_id}  {"text":"…","flush":true,context_id}  {"close_context":true,context_id} ─▶ audio…, isFinal
/// cancel: what is still made of a context is ignored by its name
/// ```
struct ElevenLabsDialect: SpeechDialect {
    let endpoint: WebSocketEndpoint
    let mostAtOnce = 4
    let hasContexts = true
    let options: ElevenLabsOptions
    let failures: VendorFailure
    private var words: [Int: ElevenLabsWords] = [:]
    private var samples: [Int: Int] = [:]

    init(_ options: ElevenLabsOptions, _ failures: VendorFailure) {
        self.options = options
        self.failures = failures
        endpoint = WebSocketEndpoint(url: options.url, headers: options.headers)
    }

    func audio() -> SpeechPCM { SpeechPCM(options.encoding, rate: options.rate, outputRate: options.rate) }

    mutating func speak(_ key: Int, _ text: String) -> [JSONValue] {
        words[key] = ElevenLabsWords()
        samples[key] = 0
        let context = JSONValue.Member("context_id", .string(Self.name(key)))
        return [
            .object(options.opening + [context]),
            .object([.init("text", .string(text + " ")), context, .init("flush", true)]),
            .object([context, .init("close_context", true)]),
        ]
    }

    mutating func cancel(_ key: Int) -> [JSONValue] {
        words[key] = nil
        samples[key] = nil
        return []
    }

    func goodbye(isSpeaking: Bool) -> [JSONValue] { [["close_socket": true]] }

    mutating func read(
        _ kind: LinkMessageKind, _ payload: Span<UInt8>, into bytes: inout [UInt8]
    ) throws(SpeechFault) -> SpeechNews? {
        let message = try ElevenLabsMessage(payload, into: &bytes)
        if let error = message.error {
            return SpeechNews(failure: failures.elevenLabs(error), endsSocket: true)
        }
        guard let key = message.context.flatMap(Self.key), samples[key] != nil else { return nil }
        var news = SpeechNews(key: key, isDone: message.isFinal)
        let before = samples[key] ?? 0
        if let characters = ElevenLabsWords.characters(message.alignment, offsetMs: before * 1000 / options.rate) {
            news.words = words[key]?.add(characters) ?? []
        }
        samples[key] = before + bytes.count / (options.encoding == .pcm16 ? 2 : 1)
        if message.isFinal {
            news.words += words[key]?.finish() ?? []
            words[key] = nil
            samples[key] = nil
        }
        return news
    }

    func closed(_ closure: LinkClosure) -> ProviderFailure {
        guard closure.cause == .remote, !closure.reason.isEmpty else { return failures.closed(closure) }
        let known = failures.elevenLabs(closure.reason)
        return known.consequence == .fatal ? known : failures.closed(closure)
    }
}
