import Core
import ProviderKit
import Testing

@testable import Providers

@Suite struct OpenAIRealtimeOptionsTests {
    private func options(_ options: JSONValue, key: String? = "sk-x", base: String? = nil, model: String? = nil) throws
        -> OpenAIRealtimeOptions
    {
        try OpenAIRealtimeOptions(
            ProviderConfiguration(
                name: "main", model: model, baseURL: try base.map { try URLParts(parsing: $0) },
                key: key.map { Secret($0) },
                options: options))
    }

    private func session(_ json: JSONValue) throws -> JSONValue {
        OpenAIRealtimeSession(try options(json), ProviderContext(language: "de-CH")).json
    }

    @Test func defaults() throws {
        let made = try options(.null)
        #expect(made.model == "gpt-realtime-2.1" && made.voice == "marin" && made.prices != nil)
        #expect(made.turnDetection == .serverVAD(.init()) && made.interruptsByItself && made.answersByItself)
        let input = try session(.null)["audio"]?["input"]
        #expect(input?["transcription"] == ["model": "gpt-realtime-whisper", "language": "de"])
        #expect(input?["turn_detection"]?["silence_duration_ms"]?.int == 500)
        #expect(input?["noise_reduction"] == nil)
    }

    @Test func everythingSet() throws {
        let json = try session([
            "transcription": "none", "turn_detection": ["type": "semantic_vad", "eagerness": "low"],
            "noise_reduction": "far_field", "speed": 1.2, "max_output_tokens": "inf", "truncation": 0.8,
            "tool_choice": "get_time",
        ])
        let input = json["audio"]?["input"]
        #expect(input?["transcription"] == nil && input?["noise_reduction"] == ["type": "far_field"])
        #expect(input?["turn_detection"]?["eagerness"]?.string == "low")
        #expect(json["audio"]?["output"]?["speed"]?.double == 1.2 && json["max_output_tokens"]?.string == "inf")
        #expect(json["truncation"]?["retention_ratio"]?.double == 0.8)
        #expect(json["tool_choice"] == nil, "no tools, no choice")
        #expect(try session(["turn_detection": "none"])["audio"]?["input"]?["turn_detection"] == .null)
    }

    @Test func baseURLReplacesTheOriginOnly() throws {
        let made = try options(.null, key: nil, base: "http://127.0.0.1:9000/ignored")
        #expect(made.endpoint.description == "ws://127.0.0.1:9000/v1/realtime?model=gpt-realtime-2.1")
    }

    /// Options and what the message must say.
    @Test(
        arguments: [
            (["speeed": 1], "speed"), (["speed": 3], "0.25 to 1.5"), (["speed": "fast"], "\"fast\""),
            (["turn_detection": "server-vad"], "server_vad"),
            (["turn_detection": ["type": "semantic_vad", "threshold": 1]], "eagerness"),
            (["turn_detection": ["threshold": 2]], "turn_detection.threshold"),
            (["noise_reduction": "near"], "near_field"),
            (["max_output_tokens": 0], "1 to 4096"), (["truncation": "never"], "auto"), (["prices": 3], "map"),
            (["prices": ["audio": 1]], "audio_in"), (["transcription": 3], "must be text"), ([1, 2], "map of options"),
        ] as [(JSONValue, String)])
    func refuses(_ json: JSONValue, _ hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try options(json) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
        #expect(error?.place.contains("main") == true)
    }

    @Test func keysAreChecked() {
        let missing = #expect(throws: ConfigurationError.self) { try options(.null, key: nil) }
        #expect(missing?.fix.contains("OPENAI_API_KEY") == true)
        let broken = #expect(throws: ConfigurationError.self) { try options(.null, key: "sk-a\r\nX-Evil: 1") }
        #expect(broken?.description.contains("Evil") == false)
        #expect(throws: ConfigurationError.self) { try options(.null, model: "gpt realtime") }
    }

    @Test(arguments: [
        ("gpt-realtime", 16.0), ("gpt-realtime-2025-08-28", 16), ("gpt-realtime-2.1", 24),
        ("gpt-realtime-2.1-mini", 2.4),
        ("something-else", nil),
    ])
    func prices(_ model: String, _ textOut: Double?) { #expect(OpenAIRealtimePrices.known(model)?.textOut == textOut) }

    @Test func cachedTokensCostLess() throws {
        let response: JSONValue = [
            "usage": [
                "input_tokens": 1000, "output_tokens": 0,
                "input_token_details": [
                    "text_tokens": 400, "audio_tokens": 600, "cached_tokens": 500,
                    "cached_tokens_details": ["text_tokens": 300, "audio_tokens": 200],
                ],
            ]
        ]
        let usage = OpenAIRealtimeUsage(response: response)?.event(
            provider: "main", prices: OpenAIRealtimePrices.known("gpt-realtime-2.1"))
        #expect(abs((usage?.dollars ?? 0) - (100 * 4 + 300 * 0.4 + 400 * 32 + 200 * 0.4) / 1e6) < 1e-12)
        #expect(usage?.cachedTokens == 500)
        #expect(OpenAIRealtimeUsage(response: ["usage": .null]) == nil)
    }

    @Test func refusedFieldsAreTakenOut() throws {
        var made = OpenAIRealtimeSession(
            try options(["speed": 1.1]),
            ProviderContext(tools: [ToolDefinition(name: "a", summary: "", parameters: .object([]))]))
        let speed = [made.remove("session.audio.output.speed"), made.remove("session.audio.output.speed")]
        #expect(speed == [true, false] && made.json["audio"]?["output"]?["speed"] == nil)
        let tool = made.remove("session.tools[0].parameters")
        #expect(tool && made.json["tools"] == .array([]))
        for path in [
            "session.type", "type", "", "session", "session.no.such", "session.tools[9]", "a]b[", "session..x",
        ] {
            let isRemoved = made.remove(path)
            #expect(!isRemoved, "\(path)")
        }
    }
}
