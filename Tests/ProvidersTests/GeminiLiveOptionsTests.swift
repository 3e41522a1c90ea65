import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct GeminiLiveOptionsTests {
    private func options(
        _ options: JSONValue, model: String? = nil, vertex: Bool = false, key: String? = "k-x", base: String? = nil
    ) throws -> GeminiLiveOptions {
        try GeminiLiveOptions(
            ProviderConfiguration(
                name: "main", model: model, voice: "Kore", baseURL: try base.map { try URLParts(parsing: $0) },
                key: key.map { Secret($0) }, options: options), vertex: vertex)
    }

    private func setup(_ made: GeminiLiveOptions, _ context: ProviderContext = ConformanceSuite.context) -> JSONValue {
        GeminiLiveSetup(made, context, handle: nil, seeds: false).json
    }

    @Test func goldens() throws {
        let everything: JSONValue = [
            "language": "de-DE", "temperature": 0.7, "top_p": 0.95, "top_k": 40, "max_output_tokens": 8192, "seed": 7,
            "media_resolution": "low", "thinking_level": "high", "thinking_budget": 100, "include_thoughts": false,
            "affective_dialog": true, "proactive_audio": true,
            "translation": ["target_language": "pl", "echo_target_language": false],
            "input_transcription": ["language_codes": ["de"], "custom_vocabulary": ["Sidetone"], "mode": "verbatim"],
            "output_transcription": false,
            "turn_detection": [
                "start_sensitivity": "high", "end_sensitivity": "low", "prefix_padding_ms": 20,
                "silence_duration_ms": 500,
            ],
            "activity_handling": "no_interruption", "turn_coverage": "all_input", "session_resumption": false,
            "compression": ["trigger_tokens": 20000, "target_tokens": 10000], "tool_behavior": "non_blocking",
            "google_search": true,
            "safety_settings": [["category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"]],
        ]
        let texts = [
            ("gemini-setup-plain", setup(try options(.null)).text),
            ("gemini-setup-all", setup(try options(everything)).text),
            ("gemini-setup-vertex", setup(try options(["project": "p1", "labels": ["a": "b"]], vertex: true)).text),
        ]
        for (name, text) in texts { #expect(GoldenText().difference(text + "\n", name) == nil) }
    }

    @Test func addresses() throws {
        let plain = try options(.null)
        #expect(
            plain.endpoint.description
                == "wss://generativelanguage.googleapis.com/ws/"
                + "google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent")
        #expect(try options(["affective_dialog": true]).endpoint.path.contains(".v1alpha."))
        #expect(try options(["api_version": "v1"]).endpoint.path.contains(".v1.Gen"))
        let token = try options(.null, key: "auth_tokens/abc")
        #expect(token.endpoint.path.hasSuffix("v1alpha.GenerativeService.BidiGenerateContentConstrained"))
        #expect(token.dialect.headers(key: token.key).first?.value == "Token auth_tokens/abc")
        let vertex = try options(["project": "p1", "location": "europe-west4", "quota_project": "q"], vertex: true)
        #expect(
            vertex.endpoint.description
                == "wss://europe-west4-aiplatform.googleapis.com/ws/"
                + "google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent")
        #expect(vertex.dialect.headers(key: vertex.key).map(\.name) == ["Authorization", "x-goog-user-project"])
        #expect(try options(["project": "p", "location": "global"], vertex: true).endpoint.host == "aiplatform.googleapis.com")
        let local = try options(.null, key: nil, base: "http://127.0.0.1:9000/ignored")
        #expect(local.endpoint.description.hasPrefix("ws://127.0.0.1:9000/ws/google.ai"))
    }

    @Test func theModelDecidesWhatIsSent() throws {
        let extended = try options(.null, model: "gemini-3.8-live-extended-thinking")
        #expect(setup(extended)["generationConfig"]?["thinkingConfig"]?["thinkingLevel"]?.string == "LOW")
        #expect(extended.toolBehavior == nil && extended.takesContextUpdate)
        #expect(try options(.null).toolBehavior == "BLOCKING")
        #expect(try options(.null, model: "gemini-2.5-flash-native-audio-preview-12-2025").toolBehavior == nil)
        var context = ConformanceSuite.context
        context.vendorMayInterrupt = false
        let handling = setup(try options(.null), context)["realtimeInputConfig"]?["activityHandling"]
        #expect(handling?.string == "NO_INTERRUPTION")
    }

    /// Options and what the message must say.
    @Test(
        arguments: [
            (["temprature": 1], "temperature"), (["temperature": 3], "0 to 2"), (["media_resolution": "hi"], "high"),
            (["turn_detection": "off"], "automatic"), (["turn_detection": ["silence_ms": 1]], "silence_duration_ms"),
            (["turn_detection": ["mode": "manual", "prefix_padding_ms": 1]], "prefix_padding_ms"),
            (["input_transcription": "yes"], "true or false"), (["input_transcription": ["mode": "exact"]], "verbatim"),
            (["input_transcription": ["language_codes": [1]]], "list of texts"), (["compression": 3], "compression"),
            (["safety_settings": 3], "list"), (["prices": ["audio": 1]], "audio_in"), (["api_version": "v2"], "v1"),
            (["thinking_level": "deep"], "low"), (["project": "p"], "no such option"), ([1], "map of options"),
        ] as [(JSONValue, String)])
    func refuses(_ json: JSONValue, _ hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try options(json) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
        #expect(error?.place.contains("main") == true)
    }

    @Test func keysAndProjectsAreChecked() {
        let missing = #expect(throws: ConfigurationError.self) { try options(.null, key: nil) }
        #expect(missing?.fix.contains("GEMINI_API_KEY") == true)
        let token = #expect(throws: ConfigurationError.self) { try options(["project": "p"], vertex: true, key: nil) }
        #expect(token?.fix.contains("GOOGLE_OAUTH_ACCESS_TOKEN") == true)
        #expect(throws: ConfigurationError.self) { try options(.null, vertex: true) }
        #expect(throws: ConfigurationError.self) { try options(["project": "p", "location": "a.evil/x?"], vertex: true) }
        let broken = #expect(throws: ConfigurationError.self) { try options(.null, key: "a\r\nX-Evil: 1") }
        #expect(broken?.description.contains("Evil") == false)
    }

    @Test func shownOptionsAreTaken() {
        #expect(GeminiLive.descriptor.options.map(\.name).sorted() == GeminiLiveOptions.names.sorted())
        #expect(
            GeminiLiveVertex.descriptor.options.map(\.name).sorted()
                == (GeminiLiveOptions.names + GeminiLiveOptions.vertexNames).sorted())
    }
}
