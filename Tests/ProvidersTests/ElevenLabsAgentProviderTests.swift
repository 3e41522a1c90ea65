import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct ElevenLabsAgentProviderTests {
    private typealias S = ElevenLabsScript

    @Test func signsThenConnectsThenWaitsForTheFormats() throws {
        var context = ConformanceSuite.context
        context.greeting = "Good morning."
        let harness = ProviderHarness(try S.provider(["dynamic_variables": ["name": "Ann"], "user_id": "u7"]))
        harness.start(context)
        guard case .http(let get)? = harness.endpoints[S.link] else {
            Issue.record("no request")
            return
        }
        #expect(get.method == "GET" && get.headers == [HeaderField("xi-api-key", S.key, secret: true)])
        S.sign(harness, S.link)
        guard case .webSocket(let socket)? = harness.endpoints[S.link] else {
            Issue.record("no WebSocket")
            return
        }
        #expect(socket.url.query.hasSuffix("conversation_signature=s") && socket.headers.isEmpty)
        harness.open(S.link)
        #expect(harness.sent.map(\.text) == [Self.golden] && !harness.isReady)
        S.say(harness, S.metadata(("pcm_8000", "ulaw_8000")))
        #expect(harness.isReady && harness.violations.isEmpty)
        #expect(harness.events.contains(.audioFormat(VendorAudioFormat(.agent, encoding: "mulaw", rate: 8000))))
    }

    private static let golden =
        #"{"type":"conversation_initiation_client_data","conversation_config_override":{"agent":{"prompt":{"prompt":"#
        + #""Be brief."},"first_message":"Good morning."},"tts":{"voice_id":"v1"},"conversation":{"client_events":["#
        + #""conversation_initiation_metadata","ping","audio","interruption","agent_response","#
        + #""agent_response_correction","user_transcript","tentative_user_transcript","client_tool_call"]}},"#
        + #""dynamic_variables":{"name":"Ann"},"user_id":"u7"}"#

    @Test func pingsAreAnsweredAtOnce() throws {
        let harness = try S.ready()
        S.say(harness, S.event("ping", "ping_event", ["event_id": 42, "ping_ms": .null]))
        #expect(harness.sent.map(\.text) == [#"{"type":"pong","event_id":42}"#])
    }

    /// The user's audio at 16 kHz and the agent's at 24 kHz, whatever the agent is set to.
    @Test(arguments: [
        ("pcm_8000", 160, 2), ("pcm_16000", 320, 2), ("pcm_22050", 441, 2), ("pcm_24000", 480, 2),
        ("pcm_44100", 882, 2),
        ("pcm_48000", 960, 2), ("ulaw_8000", 160, 1),
    ])
    func formatsAreConverted(_ name: String, _ samples: Int, _ width: Int) throws {
        let harness = try S.ready(formats: (name, name))
        for _ in 0..<10 { harness.audio([Int16](repeating: 0, count: 320)) }
        let letters = harness.sent.compactMap { $0.json["user_audio_chunk"]?.string?.utf8.count }
        let bytes = letters.reduce(0) { $0 + $1 * 3 / 4 }
        #expect(letters.count == 10 && abs(bytes - samples * width * 10) <= 40)
        var silence: JSONValue = S.audio(3, ms: 1)
        silence["audio_event"]?["audio_base_64"] = .string(String(repeating: "A", count: (samples * width + 2) / 3 * 4))
        for _ in 0..<10 { S.say(harness, silence) }
        #expect(abs(harness.pcm.count - 4800) < 200)
    }

    @Test func anUnknownFormatIsRefusedInWords() throws {
        let harness = ProviderHarness(try S.provider())
        S.attach(harness, ("opus_48000", "pcm_16000"))
        harness.start()
        #expect(harness.failures.first?.consequence == .fatal)
        #expect(harness.failures.first?.text.contains("opus_48000") == true)
    }

    @Test func aTurnIsToldInOrder() throws {
        let harness = try S.ready()
        S.answer(harness, 5)
        let kinds = harness.events.map { String("\($0)".prefix { $0 != "(" }) }
        #expect(
            kinds == [
                "userSpeechStarted", "userSpeechStopped", "userTranscript", "responseStarted", "agentText",
                "agentAudio", "agentAudio", "agentAudioEnded", "agentTextEnded", "responseEnded",
            ])
        #expect(abs(harness.pcm.count - 4800) <= 2)
    }

    @Test func lateAudioOfACutAnswerIsDropped() throws {
        let harness = try S.ready()
        S.say(harness, S.response("A long story.", 7), S.audio(7, ms: 100), S.interruption(7))
        harness.forget()
        S.say(harness, S.audio(7, ms: 100), S.audio(6, ms: 100))
        #expect(harness.pcm.isEmpty)
        S.say(harness, S.audio(8, ms: 100))
        #expect(!harness.pcm.isEmpty)
    }

    @Test func anOverrideThatIsForbiddenIsLeftOut() throws {
        var context = ConformanceSuite.context
        context.greeting = "Hi."
        let harness = ProviderHarness(try S.provider())
        S.attach(harness)
        harness.onSend = { _, _ in }
        harness.start(context)
        harness.close(
            S.link, LinkClosure(.remote, code: 1008, reason: "Override for field 'prompt' is not allowed by config."))
        let sent = harness.sent("conversation_initiation_client_data")
        #expect(sent.count == 2 && sent[1]["conversation_config_override"]?["agent"]?["prompt"] == nil)
        #expect(sent[1]["conversation_config_override"]?["agent"]?["first_message"]?.string == "Hi.")
        S.say(harness, S.metadata(("pcm_16000", "pcm_16000")))
        #expect(harness.sent("contextual_update").first?["text"]?.string?.contains("Be brief.") == true)
        #expect(harness.failures.isEmpty && harness.violations.isEmpty)
    }

    private static let closes: [(Int, String, String)] = [
        (1008, "missing dynamic variable: name", "refused"), (1008, "requires authorization", "auth"),
        (1008, "quota exceeded", "quota"), (1002, "llm_timeout", "lost"), (1011, "internal", "lost"),
        (1000, "max duration reached", "lost"),
    ]

    @Test(arguments: closes)
    func closesMeanWhatTheySay(_ code: Int, _ reason: String, _ name: String) throws {
        let harness = try S.ready()
        harness.close(S.link, LinkClosure(.remote, code: code, reason: reason))
        #expect(harness.failures.map(\.code) == [name])
    }

    @Test func theAgentMayHangUp() throws {
        let harness = try S.ready()
        harness.close(S.link, LinkClosure(.remote, code: 1000, reason: "Call ended by the agent"))
        #expect(harness.events == [.hangUpRequested(reason: "Call ended by the agent")])
    }

    /// The agent greets on every connection; a conversation that goes on is not greeted again.
    @Test func theGreetingOfASecondConnectionIsNotHeard() throws {
        var context = ConformanceSuite.context
        context.history = [.agent("Hello."), .user("What time is it?")]
        context.answerPending = true
        let harness = try S.ready(context: context)
        S.say(harness, S.response("Hello, how can I help?", 1), S.audio(1, ms: 500))
        #expect(harness.events.isEmpty && harness.pcm.isEmpty && harness.sent.isEmpty)
        harness.advance(by: .seconds(3))
        #expect(harness.sent.map(\.text) == [#"{"type":"user_message","text":"What time is it?"}"#])
        S.say(harness, S.audio(1, ms: 100), S.response("It is two.", 3), S.audio(3, ms: 100))
        #expect(abs(harness.pcm.count - 2400) <= 2)
    }

    @Test func resultsAreAnsweredAsTheVendorWants() throws {
        let harness = try S.ready()
        S.say(harness, S.call("t1", "get_time"))
        #expect(harness.toolCalls == [ToolCall(id: "t1", name: "get_time", arguments: #"{"city":"Oslo"}"#)])
        harness.perform(.toolResult(callID: "t1", output: "no", isError: true))
        #expect(
            harness.sent.map(\.text) == [
                #"{"type":"client_tool_result","tool_call_id":"t1","result":"no","is_error":true}"#
            ])
    }

    @Test func correctionsReplaceTheWords() throws {
        let harness = try S.ready()
        S.say(harness, S.response("It is two oh five.", 7), S.audio(7, ms: 100))
        S.say(
            harness,
            S.event(
                "agent_response_correction", "agent_response_correction_event",
                [
                    "original_agent_response": "It is two oh five.", "corrected_agent_response": "It is two",
                    "event_id": 7,
                ]))
        #expect(harness.visible.contains(#"text: "It is two")"#))
    }

    @Test func requestsAsTheVendorWantsThem() throws {
        let harness = try S.ready()
        harness.perform(.userText("Hello"))
        harness.perform(.updateInstructions("Be long."))
        S.say(harness, S.response("Well", 9), S.audio(9, ms: 50))
        harness.perform(.interrupt(item: nil, heardMs: 10, cancelledByProvider: false))
        #expect(
            harness.sent.map(\.text) == [
                #"{"type":"user_message","text":"Hello"}"#,
                #"{"type":"contextual_update","text":"Your instructions have changed. From now on: Be long."}"#,
                #"{"type":"user_activity"}"#,
            ])
    }
}
