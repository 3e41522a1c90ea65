import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct AzureOpenAIRealtimeTests {
    private typealias S = OpenAIScript

    private static let token = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl"

    private func provider(
        _ options: JSONValue = ["resource": "contoso", "deployment": "voice"], model: String? = nil,
        key: String = S.key,
        base: String? = nil
    ) throws -> OpenAIRealtimeProvider {
        try S.provider(AzureOpenAIRealtime.dialect, options, model: model, key: key, base: base)
    }

    @Test(arguments: ConformanceSuite.Case.allCases)
    func keeps(_ rule: ConformanceSuite.Case) {
        #expect(ConformanceSuite.run(rule, S.subject(make: { try provider() })) == [])
    }

    /// Preview versions have other names for the same things.
    @Test(arguments: ConformanceSuite.Case.allCases)
    func keepsInTheOlderDialect(_ rule: ConformanceSuite.Case) {
        var subject = S.subject(make: { try provider(["resource": "contoso", "api_version": "2024-10-01-preview"]) })
        subject.seeds += S.olderSeeds
        #expect(ConformanceSuite.run(rule, subject) == [])
    }

    /// Options, and where they lead (wire reference 1A.7).
    @Test(
        arguments: [
            (
                ["resource": "contoso", "deployment": "voice"],
                "wss://contoso.openai.azure.com/openai/v1/realtime?model=voice"
            ),
            (
                ["endpoint": "https://contoso.cognitiveservices.azure.com/"],
                "wss://contoso.cognitiveservices.azure.com/openai/v1/realtime?model=gpt-realtime-2.1"
            ),
            (
                ["resource": "contoso", "deployment": "old", "api_version": "2024-10-01-preview"],
                "wss://contoso.openai.azure.com/openai/realtime?api-version=2024-10-01-preview&deployment=old"
            ),
            (
                ["resource": "contoso", "api_version": "v1"],
                "wss://contoso.openai.azure.com/openai/v1/realtime?model=gpt-realtime-2.1"
            ),
        ] as [(JSONValue, String)])
    func addresses(_ options: JSONValue, _ url: String) throws {
        #expect(S.endpoint(try provider(options)).url == url)
    }

    @Test func baseURLNeedsNoResource() throws {
        let made = try provider(["deployment": "voice"], base: "http://127.0.0.1:9000")
        #expect(S.endpoint(made).url == "ws://127.0.0.1:9000/openai/v1/realtime?model=voice")
    }

    /// An API key as bearer would be answered by a redirect; a token is told by its three parts.
    @Test(
        arguments: [
            (S.key, "auto", "api-key: \(S.key)"), (token, "auto", "Authorization: Bearer \(token)"),
            (token, "api-key", "api-key: \(token)"), (S.key, "bearer", "Authorization: Bearer \(S.key)"),
        ])
    func credentials(_ key: String, _ auth: String, _ header: String) throws {
        let made = try provider(["resource": "contoso", "auth": .string(auth)], key: key)
        #expect(S.endpoint(made).headers == [header])
    }

    @Test(
        arguments: [
            (.object([]), "openai.azure.com"), (["resource": "con.toso"], "not a name"),
            (["endpoint": "contoso"], "https://HOST"), (["resource": "c", "auth": "basic"], "api-key"),
            (["resource": "c", "organization": "o"], "no such option"),
            (["resource": "c", "deployment": "a b"], "space"),
        ] as [(JSONValue, String)])
    func refuses(_ options: JSONValue, _ hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try provider(options) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test func modelAndDeploymentMeanTheSame() throws {
        #expect(try provider(["resource": "c"], model: "mine").options.model == "mine")
        #expect(throws: ConfigurationError.self) { try provider(["resource": "c", "deployment": "a"], model: "b") }
    }

    @Test func failuresNameAzuresKey() throws {
        let harness = ProviderHarness(try provider())
        harness.start()
        harness.close(S.link, LinkClosure(.rejected(status: 401)))
        #expect(harness.failures.first?.fix?.contains("AZURE_OPENAI_API_KEY") == true)
    }

    @Test func deploymentsHaveNoKnownPrice() throws {
        #expect(try provider(["resource": "c"]).options.prices == nil)
        #expect(try provider(["resource": "c", "prices": ["text_in": 4]]).options.prices?.textIn == 4)
    }

    @Test func sessions() throws {
        let context = ProviderContext(instructions: "Hi.", language: "de-CH")
        let now = OpenAIRealtimeSession(try provider().options, context).json
        #expect(
            now
                == (try JSONParser.parse(
                    """
                    {"type":"realtime","output_modalities":["audio"],"instructions":"Hi.","audio":{"input":{"format":{"type":\
                    "audio/pcm","rate":24000},"turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,\
                    "silence_duration_ms":500,"create_response":true,"interrupt_response":true},"transcription":{"model":\
                    "whisper-1","language":"de"}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"marin"}},\
                    "tools":[]}
                    """)),
            "\(now.text)")
        let options: JSONValue = [
            "resource": "c", "api_version": "2024-10-01-preview", "encoding": "alaw", "max_output_tokens": 100,
            "noise_reduction": "far_field", "turn_detection": "none",
        ]
        let older = OpenAIRealtimeSession(try provider(options).options, context).json
        #expect(
            older
                == (try JSONParser.parse(
                    """
                    {"modalities":["audio","text"],"instructions":"Hi.","voice":"marin","input_audio_format":"g711_alaw",\
                    "output_audio_format":"g711_alaw","turn_detection":null,"input_audio_transcription":{"model":"whisper-1",\
                    "language":"de"},"input_audio_noise_reduction":{"type":"far_field"},"tools":[],\
                    "max_response_output_tokens":100}
                    """)),
            "\(older.text)")
    }

    /// Names differ, meaning does not: both dialects make the same events of the same answer.
    @Test func olderNamesMeanTheSame() throws {
        var heard: [[ProviderEvent]] = []
        for version in ["v1", "2024-10-01-preview"] {
            let harness = ProviderHarness(
                try provider(["resource": "c", "api_version": .string(version)]))
            S.attach(harness)
            var context = ConformanceSuite.context
            context.history = [.agent("Before.")]
            harness.start(context)
            let content = harness.sent("conversation.item.create").first?["item"]?["content"]?[0]
            #expect(content?["type"]?.string == (version == "v1" ? "output_text" : "text"))
            harness.forget()
            for message in S.spoken("item_1", "resp_1") {
                harness.receive(S.link, version == "v1" ? message : S.older(message))
            }
            harness.perform(.updateInstructions("New."))
            #expect(
                harness.sent("session.update").first?["session"]?["type"]?.string
                    == (version == "v1" ? "realtime" : nil))
            #expect(harness.pcm.count == 24 * 200 && harness.events.count > 6)
            heard.append(harness.events)
        }
        #expect(heard[0] == heard[1])
    }

    @Test func transcriptionThatIsRefusedIsLeftOutWhole() throws {
        for path in ["session.audio.input.transcription.model", "session.audio.input.transcription"] {
            var session = OpenAIRealtimeSession(try provider().options, ProviderContext(language: "de"))
            let removed = session.remove(path)
            #expect(removed && session.json["audio"]?["input"]?["transcription"] == nil)
        }
    }
}
