import Core
import ProviderKit

/// What the embedded agent says: each text is one response with one item, synthesised by the worker under its number.
struct LocalSpeaking {
    /// A text whose audio is not complete.
    private struct Utterance {
        var number: Int
        var response: String
        var item: ItemHandle
    }

    private var open: [Utterance] = []
    private var responses = 0
    /// In front of the ids of items and responses.
    var idPrefix = ""
    private var utterances = 0

    /// A new response's id.
    mutating func nextResponse() -> String {
        responses += 1
        return "\(idPrefix)response_\(responses)"
    }

    /// Says a text.
    mutating func say(_ text: String, _ voice: String, _ out: ProviderOutput) {
        utterances += 1
        let response = nextResponse()
        let item = out.item("\(idPrefix)item_\(utterances)")
        open.append(Utterance(number: utterances, response: response, item: item))
        out.event(.responseStarted(id: response))
        out.event(.agentText(item: item, delta: text))
        out.event(.agentTextEnded(item: item, text: text))
        out.send(
            LocalProvider.link,
            ["type": "synthesize", "id": .int(Int64(utterances)), "text": .string(text), "voice": .string(voice)])
    }

    /// Stops all that is being said.
    mutating func cancel(_ out: ProviderOutput) {
        guard !open.isEmpty else { return }
        out.send(LocalProvider.link, ["type": "cancel"])
        end(.cancelled, out)
    }

    /// The link is gone: what was being said stays incomplete.
    mutating func closeAll(_ out: ProviderOutput) { end(.failed("the speech worker ended"), out) }

    private mutating func end(_ status: ResponseStatus, _ out: ProviderOutput) {
        for utterance in open {
            out.event(.agentAudioEnded(item: utterance.item))
            out.event(.responseEnded(id: utterance.response, status: status))
        }
        open = []
    }

    /// The first audio of an utterance is on its way.
    func begun(_ json: JSONValue, _ out: ProviderOutput) {
        guard let ms = json["ms"]?.double, open.contains(where: { $0.number == json["id"]?.int }) else { return }
        out.event(.stage(name: "tts_ttfb", owner: .service, ms: ms))
    }

    /// PCM of an utterance: four bytes number, then samples, little endian. What was cancelled is dropped.
    func audio(_ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard payload.count >= 6 else { return }
        let number = Int(payload[0]) | Int(payload[1]) << 8 | Int(payload[2]) << 16 | Int(payload[3]) << 24
        guard let utterance = open.first(where: { $0.number == number }) else { return }
        out.audio(utterance.item) { pcm in
            for i in 0..<(payload.count - 4) / 2 {
                pcm.append(Int16(bitPattern: UInt16(payload[4 + 2 * i]) | UInt16(payload[5 + 2 * i]) << 8))
            }
        }
    }

    /// The audio of an utterance is complete.
    mutating func ended(_ json: JSONValue, _ out: ProviderOutput) {
        guard let index = open.firstIndex(where: { $0.number == json["id"]?.int }) else { return }
        let utterance = open.remove(at: index)
        out.event(.agentAudioEnded(item: utterance.item))
        out.event(.responseEnded(id: utterance.response, status: .completed))
    }
}
