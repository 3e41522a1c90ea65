import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct AzureVoiceLiveTests {
    private typealias S = OpenAIScript

    private func provider(
        _ options: JSONValue = .object([]), model: String? = nil, voice: String? = nil
    ) throws -> OpenAIRealtimeProvider {
        var options = options
        if options["endpoint"] == nil { options["resource"] = options["resource"] ?? "contoso" }
        return try S.provider(AzureVoiceLive.dialect, options, model: model, voice: voice)
    }

    @Test(arguments: ConformanceSuite.Case.allCases)
    func keeps(_ rule: ConformanceSuite.Case) {
        var subject = S.subject(make: { try provider() })
        subject.seeds += S.olderSeeds
        #expect(ConformanceSuite.run(rule, subject) == [])
    }

    /// Options, and where they lead (wire reference 5.4).
    @Test(
        arguments: [
            (
                .object([]),
                "wss://contoso.services.ai.azure.com/voice-live/realtime?api-version=2026-07-15&model=gpt-realtime-2.1"
            ),
            (
                ["endpoint": "https://c.cognitiveservices.azure.com", "api_version": "2025-10-01"],
                "wss://c.cognitiveservices.azure.com/voice-live/realtime?api-version=2025-10-01&model=gpt-realtime-2.1"
            ),
            (
                ["agent_name": "desk", "agent_project": "shop", "agent_version": "3"],
                "wss://contoso.services.ai.azure.com/voice-live/realtime?api-version=2026-07-15&agent-name=desk"
                    + "&agent-project-name=shop&agent-version=3"
            ),
        ] as [(JSONValue, String)])
    func addresses(_ options: JSONValue, _ url: String) throws {
        let (made, headers) = S.endpoint(try provider(options))
        #expect(made == url && headers == ["api-key: \(S.key)"])
    }

    /// Options, voice, and the session object that they make (names as in azure-ai-voicelive 1.3.1).
    @Test(
        arguments: [
            (
                .object([]), nil,
                """
                {"modalities":["audio","text"],"instructions":"Hi.","voice":{"type":"azure-standard","name":\
                "en-US-AvaNeural"},"input_audio_format":"pcm16","output_audio_format":"pcm16","turn_detection":{"type":\
                "azure_semantic_vad"},"input_audio_transcription":{"model":"azure-speech","language":"de-CH"},"tools":[],\
                "input_audio_sampling_rate":24000}
                """
            ),
            (
                [
                    "rate": 16000, "noise_reduction": "azure_deep_noise_suppression", "echo_cancellation": true,
                    "transcription": "mai-transcribe-1", "transcription_keywords": ["Sidetone"], "temperature": 0.6,
                    "max_output_tokens": "inf", "reasoning": "low",
                    "turn_detection": [
                        "type": "azure_semantic_vad_multilingual", "threshold": 0.4, "remove_filler_words": true,
                        "languages": ["de", "fr"], "auto_truncate": true,
                        "end_of_utterance_detection": ["model": "semantic_detection_v1", "timeout_ms": 1000],
                    ],
                ], "marin",
                """
                {"modalities":["audio","text"],"instructions":"Hi.","voice":{"type":"openai","name":"marin"},\
                "input_audio_format":"pcm16","output_audio_format":"pcm16_16000hz","turn_detection":{"type":\
                "azure_semantic_vad_multilingual","threshold":0.4,"remove_filler_words":true,"auto_truncate":true,\
                "languages":["de","fr"],"end_of_utterance_detection":{"model":"semantic_detection_v1","timeout_ms":1000}},\
                "input_audio_transcription":{"model":"mai-transcribe-1","language":"de-CH","phrase_list":["Sidetone"]},\
                "input_audio_noise_reduction":{"type":"azure_deep_noise_suppression"},"tools":[],"temperature":0.6,\
                "max_response_output_tokens":"inf","input_audio_sampling_rate":16000,"input_audio_echo_cancellation":\
                {"type":"server_echo_cancellation"},"reasoning_effort":"low"}
                """
            ),
            (
                [
                    "encoding": "mulaw", "turn_detection": "none", "transcription": "none",
                    "voice_type": "azure-custom", "voice_options": ["endpoint_id": "e1", "style": "cheerful"],
                ], "Mine",
                """
                {"modalities":["audio","text"],"instructions":"Hi.","voice":{"type":"azure-custom","name":"Mine",\
                "endpoint_id":"e1","style":"cheerful"},"input_audio_format":"g711_ulaw","output_audio_format":"g711_ulaw",\
                "turn_detection":null,"tools":[]}
                """
            ),
        ] as [(JSONValue, String?, String)])
    func session(_ options: JSONValue, _ voice: String?, _ golden: String) throws {
        let made = try provider(options, voice: voice)
        let json = OpenAIRealtimeSession(made.options, ProviderContext(instructions: "Hi.", language: "de-CH")).json
        let wanted = try JSONParser.parse(golden)
        let keys = Set((json.members ?? []).map(\.key)).symmetricDifference((wanted.members ?? []).map(\.key))
        #expect(keys.isEmpty, "\(keys)")
        for member in wanted.members ?? [] {
            #expect(Self.same(json[member.key], member.value), "\(member.key): \(json[member.key]?.text ?? "-")")
        }
    }

    /// Equal whatever the order of members.
    private static func same(_ a: JSONValue?, _ b: JSONValue?) -> Bool {
        guard let left = a?.members, let right = b?.members else { return a == b }
        return left.count == right.count && left.allSatisfy { same($0.value, b?[$0.key]) }
    }

    @Test(
        arguments: [
            (["agent_name": "a"], "agent_project"), (["agent_version": "1"], "agent_name"),
            (["rate": 11025], "16000"), (["rate": 16000, "encoding": "mulaw"], "8000"),
            (["turn_detection": "semantic_vad"], "azure_semantic_vad"),
            (["turn_detection": ["type": "server_vad", "languages": ["de"]]], "no such option"),
            (["turn_detection": ["threshold": 2]], "0 to 1"), (["voice_type": "azure"], "azure-standard"),
            (["voice_options": ["name": "x"]], "set elsewhere"), (["noise_reduction": "deep"], "near_field"),
            (["temperature": 1.5], "0 to 1"), (["echo_cancellation": "yes"], "true or false"),
        ] as [(JSONValue, String)])
    func refuses(_ options: JSONValue, _ hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try provider(options) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test func agentsHaveTheirOwnModel() {
        let options: JSONValue = ["agent_name": "a", "agent_project": "p"]
        #expect(throws: ConfigurationError.self) { try provider(options, model: "gpt-realtime-2.1") }
    }

    /// With `auto_truncate` the vendor shortens its memory when it cancels; nobody does it twice.
    @Test(arguments: [true, false])
    func truncatesOnce(_ byVendor: Bool) throws {
        let harness = ProviderHarness(try provider(["turn_detection": ["auto_truncate": .bool(byVendor)]]))
        S.attach(harness)
        harness.start()
        S.say(harness, S.responseCreated("r"), S.itemAdded("a", "r"), S.delta("a", "r", ms: 200))
        harness.forget()
        S.say(harness, S.user("speech_started", "u"))
        harness.perform(.interrupt(item: "a", heardMs: 100, cancelledByProvider: true))
        #expect(harness.sent("conversation.item.truncate").count == (byVendor ? 0 : 1))
    }

    @Test func extrasOfTheVendorAreSurvived() throws {
        let harness = ProviderHarness(try provider())
        S.attach(harness)
        harness.start()
        harness.forget()
        S.say(
            harness, ["type": "response.animation_viseme.delta", "viseme_id": 3],
            ["type": "response.audio_timestamp.delta", "text": "a"],
            ["type": "warning", "warning": ["code": "w", "message": .string("key \(S.key) is old")]])
        #expect(harness.events == [.notice("the vendor warns: key *** is old")])
    }
}
