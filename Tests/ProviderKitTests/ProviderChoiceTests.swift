import Core
import Testing

@testable import ProviderKit

@Suite struct ProviderChoiceTests {
    private func candidate(
        _ name: String, cost: ProviderCapabilities.CostTier = .high, images: Bool = false, tools: Bool = true,
        offline: Bool = false, latency: ProviderCapabilities.LatencyTier = .low, languages: [String] = [],
        pipeline: Bool = false, obstacle: String? = nil
    ) -> ProviderChoice.Candidate {
        ProviderChoice.Candidate(
            name: name,
            capabilities: ProviderCapabilities(
                inputRate: 16000, outputRate: 24000, tools: tools, costTier: cost, isOffline: offline,
                modalities: images ? [.audio, .text, .image] : [.audio, .text], latencyTier: latency,
                languages: languages), isPipeline: pipeline, obstacle: obstacle)
    }

    private var all: [ProviderChoice.Candidate] {
        [
            candidate("embedded", cost: .free, offline: true, languages: ["en"]),
            candidate("seeing", cost: .low, images: true, obstacle: "no key set"),
            candidate("talking", cost: .high), candidate("parts", cost: .low, latency: .medium, pipeline: true),
            candidate("mute", tools: false),
        ]
    }

    @Test(arguments: [
        ("offline", "", "embedded"), ("multimodal", "cost", nil), ("realtime", "cost", "embedded"),
        ("function_calling,language=de", "cost", "parts"), ("function_calling,language=de,realtime", "", "talking"),
    ])
    func best(need: String, wish: String, expected: String?) throws {
        let needs = ProviderNeeds(
            required: try ProviderNeeds.parse(need, place: "t"), wished: try ProviderNeeds.parse(wish, place: "t"))
        #expect(ProviderChoice.best(all, needs)?.name == expected)
    }

    @Test func everyVerdictSaysWhy() throws {
        let needs = ProviderNeeds(
            required: [.functionCalling], wished: [.multimodal, .cost, .latency, .language("de-CH")])
        let words = ProviderChoice.rank(all, needs).map(\.words)
        #expect(
            words == [
                "embedded: 10 of 20; no multimodal; does not speak de-CH",
                "parts: 10 of 20; no multimodal; cost low; latency medium; de-CH not confirmed",
                "talking: 9 of 20; no multimodal; cost high; de-CH not confirmed",
                "seeing: 17 of 20; cost low; de-CH not confirmed; no key set", "mute: out: function_calling",
            ])
    }

    @Test func wrongCriteriaGetAHint() {
        do throws(ConfigurationError) {
            _ = try ProviderNeeds.parse("ofline", place: "--need")
            Issue.record("should have thrown")
        } catch { #expect(error.fix == "did you mean offline?" && error.place == "--need") }
        #expect(throws: ConfigurationError.self) { try ProviderNeeds.parse("language=", place: "x") }
    }
}
