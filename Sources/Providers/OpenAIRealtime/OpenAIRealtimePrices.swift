import Core
import ProviderKit

/// US dollars for a million tokens of a realtime model, by kind (wire reference 1A.6).
struct OpenAIRealtimePrices: Sendable, Equatable {
    var textIn = 0.0
    var textCached = 0.0
    var textOut = 0.0
    var audioIn = 0.0
    var audioCached = 0.0
    var audioOut = 0.0
    var imageIn = 0.0
    var imageCached = 0.0

    private static let flagship = OpenAIRealtimePrices(
        textIn: 4, textCached: 0.40, textOut: 24, audioIn: 32, audioCached: 0.40, audioOut: 64, imageIn: 5,
        imageCached: 0.50)
    private static let earlier = OpenAIRealtimePrices(
        textIn: 4, textCached: 0.40, textOut: 16, audioIn: 32, audioCached: 0.40, audioOut: 64, imageIn: 5,
        imageCached: 0.50)
    private static let mini = OpenAIRealtimePrices(
        textIn: 0.60, textCached: 0.06, textOut: 2.40, audioIn: 10, audioCached: 0.30, audioOut: 20, imageIn: 0.80,
        imageCached: 0.08)

    /// The price list of a model, or nil when it is not known. A date behind the name does not matter.
    static func known(_ model: String) -> OpenAIRealtimePrices? {
        switch undated(model) {
        case "gpt-realtime-2.1", "gpt-realtime-2": flagship
        case "gpt-realtime-1.5", "gpt-realtime": earlier
        case "gpt-realtime-2.1-mini", "gpt-realtime-mini": mini
        default: nil
        }
    }

    /// `gpt-realtime-2025-08-28` is `gpt-realtime`.
    private static func undated(_ model: String) -> String {
        let parts = model.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count > 3 else { return model }
        let tail = parts.suffix(3)
        let lengths = tail.map(\.utf8.count)
        guard lengths == [4, 2, 2], tail.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return model
        }
        return parts.dropLast(3).joined(separator: "-")
    }

    /// Reads the option `prices` over the known list; nil when there is neither.
    init?(_ reader: OptionReader, over known: OpenAIRealtimePrices?) throws(ConfigurationError) {
        guard let fields = try reader.object("prices") else {
            guard let known else { return nil }
            self = known
            return
        }
        try fields.refuseUnknown([
            "text_in", "text_cached", "text_out", "audio_in", "audio_cached", "audio_out", "image_in", "image_cached",
        ])
        self = known ?? OpenAIRealtimePrices()
        let range = 0.0...100_000.0
        textIn = try fields.number("text_in", range) ?? textIn
        textCached = try fields.number("text_cached", range) ?? textCached
        textOut = try fields.number("text_out", range) ?? textOut
        audioIn = try fields.number("audio_in", range) ?? audioIn
        audioCached = try fields.number("audio_cached", range) ?? audioCached
        audioOut = try fields.number("audio_out", range) ?? audioOut
        imageIn = try fields.number("image_in", range) ?? imageIn
        imageCached = try fields.number("image_cached", range) ?? imageCached
    }

    private init(
        textIn: Double = 0, textCached: Double = 0, textOut: Double = 0, audioIn: Double = 0, audioCached: Double = 0,
        audioOut: Double = 0, imageIn: Double = 0, imageCached: Double = 0
    ) {
        self.textIn = textIn
        self.textCached = textCached
        self.textOut = textOut
        self.audioIn = audioIn
        self.audioCached = audioCached
        self.audioOut = audioOut
        self.imageIn = imageIn
        self.imageCached = imageCached
    }
}

/// The `usage` object of a `response.done`.
struct OpenAIRealtimeUsage {
    private let input: JSONValue?
    private let output: JSONValue?
    private let usage: JSONValue

    /// Nil when the response carries none (wire reference 1A.9 no. 6).
    init?(response: JSONValue) {
        guard let usage = response["usage"], usage.members != nil else { return nil }
        self.usage = usage
        input = usage["input_token_details"]
        output = usage["output_token_details"]
    }

    /// The event for the session. Cached tokens are a part of the input.
    func event(provider: String, prices: OpenAIRealtimePrices?) -> Usage {
        Usage(
            provider: provider, inputTokens: count(usage["input_tokens"]), cachedTokens: count(input?["cached_tokens"]),
            outputTokens: count(usage["output_tokens"]), inputAudioTokens: count(input?["audio_tokens"]),
            outputAudioTokens: count(output?["audio_tokens"]), dollars: prices.map(dollars))
    }

    private func count(_ value: JSONValue?) -> Int? {
        value?.int.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
    }

    private func dollars(_ prices: OpenAIRealtimePrices) -> Double {
        let audio = count(input?["audio_tokens"]) ?? 0
        let image = count(input?["image_tokens"]) ?? 0
        let text = count(input?["text_tokens"]) ?? max(0, (count(usage["input_tokens"]) ?? 0) - audio - image)
        let cached = cachedParts(text: text, audio: audio)
        let audioOut = count(output?["audio_tokens"]) ?? 0
        let textOut = count(output?["text_tokens"]) ?? max(0, (count(usage["output_tokens"]) ?? 0) - audioOut)
        let inputCost =
            Double(max(0, text - cached.text)) * prices.textIn + Double(cached.text) * prices.textCached
            + Double(max(0, audio - cached.audio)) * prices.audioIn + Double(cached.audio) * prices.audioCached
            + Double(max(0, image - cached.image)) * prices.imageIn + Double(cached.image) * prices.imageCached
        return (inputCost + Double(textOut) * prices.textOut + Double(audioOut) * prices.audioOut) / 1_000_000
    }

    /// Cached tokens by kind; without details they count as text first, then as audio.
    private func cachedParts(text: Int, audio: Int) -> (text: Int, audio: Int, image: Int) {
        if let details = input?["cached_tokens_details"], details.members != nil {
            return (
                count(details["text_tokens"]) ?? 0, count(details["audio_tokens"]) ?? 0,
                count(details["image_tokens"]) ?? 0
            )
        }
        let all = count(input?["cached_tokens"]) ?? 0
        let ofText = min(all, text)
        return (ofText, min(all - ofText, audio), 0)
    }
}
