import AudioKit
import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct XAIVoiceTests {
    private typealias S = OpenAIScript

    private func provider(_ options: JSONValue = .object([])) throws -> OpenAIRealtimeProvider {
        try S.provider(XAIVoice.dialect, options)
    }

    private func ready(_ options: JSONValue = .object([])) throws -> ProviderHarness {
        let harness = ProviderHarness(try provider(options))
        S.attach(harness)
        harness.start(ConformanceSuite.context)
        return harness
    }

    @Test(arguments: ConformanceSuite.Case.allCases)
    func keeps(_ rule: ConformanceSuite.Case) {
        #expect(ConformanceSuite.run(rule, S.subject(make: { try provider() })) == [])
    }

    @Test func connects() throws {
        let (url, headers) = S.endpoint(try provider())
        #expect(url == "wss://api.x.ai/v1/realtime?model=grok-voice-latest")
        #expect(headers == ["Authorization: Bearer \(S.key)"])
    }

    /// Options and the session object that they make (wire reference 5.1).
    @Test(
        arguments: [
            (
                .object([]),
                """
                {"voice":"eve","instructions":"Hi.","turn_detection":{"type":"server_vad","threshold":0.5,\
                "prefix_padding_ms":300,"silence_duration_ms":500},"audio":{"input":{"format":{"type":"audio/pcm",\
                "rate":24000},"transcription":{"model":"grok-transcribe","language_hint":"de"}},"output":{"format":\
                {"type":"audio/pcm","rate":24000}}},"tools":[]}
                """
            ),
            (
                [
                    "encoding": "mulaw", "speed": 1.25, "turn_detection": "none", "transcription": "none",
                    "reasoning": "high", "replace": ["SQL": "sequel"],
                    "server_tools": ["web_search", ["type": "x_search", "allowed_x_handles": ["swiftlang"]]],
                ],
                """
                {"voice":"eve","instructions":"Hi.","turn_detection":null,"audio":{"input":{"format":{"type":\
                "audio/pcmu"}},"output":{"format":{"type":"audio/pcmu"},"speed":1.25}},"tools":[{"type":"web_search"},\
                {"type":"x_search","allowed_x_handles":["swiftlang"]}],"reasoning":{"effort":"high"},"replace":{"SQL":\
                "sequel"}}
                """
            ),
            (
                [
                    "rate": 16000, "transcription_keywords": ["Grok"], "transcription_language": "fr",
                    "turn_detection": ["create_response": false],
                ],
                """
                {"voice":"eve","instructions":"Hi.","turn_detection":{"type":"server_vad","threshold":0.5,\
                "prefix_padding_ms":300,"silence_duration_ms":500,"create_response":false},"audio":{"input":{"format":\
                {"type":"audio/pcm","rate":16000},"transcription":{"model":"grok-transcribe","language_hint":"fr",\
                "keyterms":["Grok"]}},"output":{"format":{"type":"audio/pcm","rate":16000}}},"tools":[]}
                """
            ),
        ] as [(JSONValue, String)])
    func session(_ options: JSONValue, _ golden: String) throws {
        let made = try provider(options)
        let json = OpenAIRealtimeSession(made.options, ProviderContext(instructions: "Hi.", language: "de-CH")).json
        #expect(json == (try JSONParser.parse(golden)), "\(json.text)")
    }

    @Test(
        arguments: [
            (["speed": 0.5], "0.7 to 1.5"), (["turn_detection": "semantic_vad"], "server_vad"),
            (["turn_detection": ["threshold": 0.95]], "0.1 to 0.9"), (["rate": 12000], "11025"),
            (["rate": 16000, "encoding": "alaw"], "8000 Hz"), (["server_tools": ["browse"]], "web_search"),
            (["server_tools": "web_search"], "list"), (["replace": ["a": 1]], "must be text"),
            (["reasoning": "low"], "high"), (["noise_reduction": "near_field"], "no such option"),
            (["price_per_minute": -1], "0 to 1000"), (["transcription_keywords": [1]], "texts only"),
        ] as [(JSONValue, String)])
    func refuses(_ options: JSONValue, _ hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try provider(options) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test func rateThatIsNotTheVendorsOwnIsNeverLeftOut() throws {
        let own = try provider(["rate": 16000])
        var session = OpenAIRealtimeSession(own.options, ProviderContext())
        let kept = !session.remove("session.audio.output.format.rate")
        #expect(kept && own.capabilities.inputRate == 16000)
        var usual = OpenAIRealtimeSession(try provider().options, ProviderContext())
        let removed = usual.remove("session.audio.output.format.rate")
        #expect(removed)
    }

    @Test func speaksByInstructionsAlone() throws {
        let harness = try ready()
        harness.forget()
        harness.perform(.speak("Good morning."))
        let response = harness.sent("response.create").first?["response"]
        #expect(response?.members?.map(\.key) == ["instructions"])
        harness.perform(.updateInstructions("Be kind."))
        #expect(harness.sent("session.update").first?["session"] == ["instructions": "Be kind."])
    }

    @Test func paysByTheMinute() throws {
        let harness = try ready()
        #expect(harness.events.contains(.expires(after: .seconds(1800))))
        harness.advance(by: .seconds(27))
        S.answer(harness, 1)
        let usages = harness.events.compactMap { if case .usage(let usage) = $0 { usage } else { nil } }
        #expect(usages.count == 3 && usages.last?.inputTokens == 100)
        #expect(abs(usages.reduce(0) { $0 + ($1.dollars ?? 0) } - 27 / 60.0 * 0.05) < 1e-9)
    }

    @Test func interimCaptionsReplaceEachOther() throws {
        let harness = try ready()
        harness.forget()
        S.say(harness, S.user("committed", "u"))
        for text in ["what", "what time"] {
            S.say(
                harness,
                [
                    "type": "conversation.item.input_audio_transcription.updated", "item_id": "u",
                    "transcript": .string(text),
                ])
        }
        #expect(
            harness.events == [
                .userTranscript(item: "u", text: "what", isFinal: false),
                .userTranscript(item: "u", text: "what time", isFinal: false),
            ])
    }

    /// The vendor tells of speech in manual mode too; then only the session's endpointer counts.
    @Test func speechEventsInManualModeMeanNothing() throws {
        let harness = try ready(["turn_detection": "none"])
        harness.forget()
        S.say(harness, S.user("speech_started", "u"), S.user("speech_stopped", "u"), ["type": "ping"])
        #expect(harness.events.isEmpty)
        harness.perform(.userTurnStarted)
        harness.audio([Int16](repeating: 1, count: 4800))
        S.say(harness, S.user("speech_stopped", "u"))
        harness.perform(.userTurnEnded)
        #expect(harness.sent("input_audio_buffer.commit").count == 1 && harness.sent("response.create").count == 1)
    }

    /// Companded audio both ways, by the hot path and by the general one.
    @Test(arguments: ["mulaw", "alaw"])
    func compandedAudio(_ encoding: String) throws {
        let law = encoding == "mulaw" ? G711.ulaw : G711.alaw
        let harness = try ready(["encoding": .string(encoding)])
        harness.forget()
        harness.audio([0, 1000, -1000])
        var expected: [UInt8] = []
        Base64.encode(bytes: [law.encode(0), law.encode(1000), law.encode(-1000)].span, into: &expected)
        let text = String(decoding: expected, as: UTF8.self)
        #expect(harness.sent.first?.json["audio"]?.string == text)
        S.say(harness, S.responseCreated("r"), S.itemAdded("a", "r"))
        let long = String(repeating: "\(text)", count: 20)
        for member in [("delta", long), ("delta", "\(text.dropLast(0))")] {
            S.say(
                harness,
                [
                    "type": "response.output_audio.delta", "response_id": "r", "item_id": "a",
                    "delta": .string(member.1),
                ])
        }
        S.say(harness, ["type": "response.output_audio.delta", "x": [1], "item_id": "a", "delta": .string(text)])
        #expect(harness.pcm.count == 66)
        #expect(
            harness.pcm.suffix(3) == [
                law.decode(law.encode(0)), law.decode(law.encode(1000)), law.decode(law.encode(-1000)),
            ])
    }

    @Test func namedFormatsAreTold() throws {
        let harness = ProviderHarness(try provider())
        harness.start()
        harness.open(S.link)
        S.say(
            harness, S.created,
            [
                "type": "session.updated",
                "session": [
                    "audio": [
                        "input": ["format": ["type": "audio/pcm", "rate": 16000]],
                        "output": ["format": ["type": "audio/pcma"]],
                    ]
                ],
            ])
        #expect(harness.events.contains(.audioFormat(VendorAudioFormat(.user, encoding: "pcm16", rate: 16000))))
        #expect(harness.events.contains(.audioFormat(VendorAudioFormat(.agent, encoding: "alaw", rate: 8000))))
    }
}
