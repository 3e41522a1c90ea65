import AudioKit
import Core
import ProviderKit

/// Cartesia's socket: a context for each sentence, cancelled by name, words with times (wire reference agents 10).
struct CartesiaDialect: SpeechDialect {
    let endpoint: WebSocketEndpoint
    let mostAtOnce = 4
    let hasContexts = true
    let encoding: SpeechPCM.Encoding
    let rate: Int
    /// Fields of a request beside context and text.
    let fields: [JSONValue.Member]
    let failures: VendorFailure

    func audio() -> SpeechPCM { SpeechPCM(encoding, rate: rate, outputRate: rate) }

    func speak(_ key: Int, _ text: String) -> [JSONValue] {
        [
            .object(
                [.init("context_id", .string(Self.name(key))), .init("transcript", .string(text))] + fields
                    + [.init("continue", false)])
        ]
    }

    func cancel(_ key: Int) -> [JSONValue] { [["context_id": .string(Self.name(key)), "cancel": true]] }

    func goodbye(isSpeaking: Bool) -> [JSONValue] { [] }

    func read(
        _ kind: LinkMessageKind, _ payload: Span<UInt8>, into bytes: inout [UInt8]
    ) throws(SpeechFault) -> SpeechNews? {
        guard let json = try? JSONParser.parse(payload), let type = json["type"]?.string else {
            throw .broken("not a message with a type")
        }
        var news = SpeechNews(key: json["context_id"]?.string.flatMap(Self.key))
        switch type {
        case "chunk":
            guard news.key != nil, let text = json["data"]?.string else { return nil }
            do throws(Base64Error) {
                try Base64.decode(Array(text.utf8).span, into: &bytes, options: .unpadded)
            } catch {
                throw .broken("the audio is not base64: \(error)")
            }
        case "timestamps": news.words = words(json["word_timestamps"])
        case "done": news.isDone = true
        case "error":
            news.failure = failure(json)
            // An error of no context is one of the connection.
            news.endsSocket = news.key == nil
        default: return nil
        }
        return news.key == nil && !news.endsSocket ? nil : news
    }

    private func words(_ value: JSONValue?) -> [SpokenWord] {
        guard let texts = value?["words"]?.array, let starts = value?["start"]?.array, let ends = value?["end"]?.array,
            starts.count == texts.count, ends.count == texts.count
        else { return [] }
        return texts.indices.compactMap { index in
            guard let text = texts[index].string, let start = starts[index].double, let end = ends[index].double,
                0...86_400 ~= start, 0...86_400 ~= end
            else { return nil }
            return SpokenWord(text, startMs: Int(start * 1000), endMs: Int(end * 1000))
        }
    }

    private func failure(_ json: JSONValue) -> ProviderFailure {
        let parts = [json["title"], json["message"], json["error"], json["error_code"]].compactMap { $0?.string }
        let text = parts.isEmpty ? "an error without words" : parts.joined(separator: ": ")
        switch json["status_code"]?.int ?? 500 {
        case 401, 403: return failures.auth(text)
        case 402: return failures.quota(text)
        case 429: return failures.make("rate-limit", text, .reconnect(after: .seconds(1)))
        case 400, 404, 422: return failures.make("refused", text, fix: "check model, voice and options", .fatal)
        default: return failures.make("vendor", text, .reconnect(after: nil))
        }
    }

    func closed(_ closure: LinkClosure) -> ProviderFailure { failures.closed(closure) }
}
