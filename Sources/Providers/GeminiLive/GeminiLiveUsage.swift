import Core
import ProviderKit

/// US dollars for a million tokens, by kind. The vendor's prices of the live models are not confirmed (wire reference 2.8), so there is no list
/// built in.
struct GeminiLivePrices: Sendable, Equatable {
    private var prices: [String: Double] = [:]
    static let names = ["text_in", "audio_in", "image_in", "cached", "text_out", "audio_out"]

    /// Reads the option `prices`; nil when it is absent.
    init?(_ reader: OptionReader) throws(ConfigurationError) {
        guard let fields = try reader.object("prices") else { return nil }
        try fields.refuseUnknown(Self.names)
        for name in Self.names { prices[name] = try fields.number(name, 0...100_000) }
    }

    /// The price of a kind; cached input without its own price costs what text costs.
    subscript(_ name: String) -> Double { prices[name] ?? (name == "cached" ? prices["text_in"] ?? 0 : 0) }
}

/// `usageMetadata` of a server message (wire reference 2.4).
struct GeminiLiveUsage {
    private let json: JSONValue

    /// Usage as it came.
    init(_ json: JSONValue) { self.json = json }

    private func count(_ key: String) -> Int? { json[key]?.int.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil } }

    /// Tokens of a modality in a list of details; nil when the list is missing.
    private func detail(_ key: String, _ modality: String) -> Int? {
        guard let list = json[key]?.array else { return nil }
        let counts = list.filter { $0["modality"]?.string == modality }.compactMap { $0["tokenCount"]?.int }
        return counts.filter { (0...1_000_000_000).contains($0) }.reduce(0, +)
    }

    /// The event for the session. Thoughts and the prompts of the vendor's own tools count as output and input.
    func event(provider: String, prices: GeminiLivePrices?) -> Usage {
        Usage(
            provider: provider, inputTokens: sum("promptTokenCount", "toolUsePromptTokenCount"),
            cachedTokens: count("cachedContentTokenCount"),
            outputTokens: sum("responseTokenCount", "thoughtsTokenCount"),
            inputAudioTokens: detail("promptTokensDetails", "AUDIO"),
            outputAudioTokens: detail("responseTokensDetails", "AUDIO"), dollars: prices.map(dollars))
    }

    private func sum(_ first: String, _ second: String) -> Int? {
        let counts = [count(first), count(second)].compactMap { $0 }
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    /// Details need not add up to the total: what no modality claims is text.
    private func dollars(_ prices: GeminiLivePrices) -> Double {
        let audio = detail("promptTokensDetails", "AUDIO") ?? 0
        let image = (detail("promptTokensDetails", "IMAGE") ?? 0) + (detail("promptTokensDetails", "VIDEO") ?? 0)
        let text = max(0, (sum("promptTokenCount", "toolUsePromptTokenCount") ?? 0) - audio - image)
        let cached = min(text, count("cachedContentTokenCount") ?? 0)
        let audioOut = detail("responseTokensDetails", "AUDIO") ?? 0
        let textOut = max(0, (sum("responseTokenCount", "thoughtsTokenCount") ?? 0) - audioOut)
        let input =
            Double(text - cached) * prices["text_in"] + Double(cached) * prices["cached"]
            + Double(audio) * prices["audio_in"] + Double(image) * prices["image_in"]
        return (input + Double(textOut) * prices["text_out"] + Double(audioOut) * prices["audio_out"]) / 1_000_000
    }
}
