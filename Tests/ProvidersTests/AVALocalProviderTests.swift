import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct AVALocalProviderTests {
    private typealias S = AVALocalScript

    @Test func optionsShownAreOptionsTaken() {
        #expect(AVALocal.descriptor.options.map(\.name).sorted() == AVALocalOptions.names.sorted())
    }

    private static let bad: [(JSONValue, String)] = [
        (["url": "http://x"], "option url"), (["tool_policy": "lax"], "option tool_policy"),
        (["segment_silence_ms": 5], "option segment_silence_ms"), (["prompt": "x"], "option prompt"),
    ]

    @Test(arguments: bad)
    func badOptionsAreNamed(_ options: JSONValue, _ place: String) {
        let error = #expect(throws: ConfigurationError.self) { try S.provider(options) }
        #expect(error?.place.hasSuffix(place) == true)
    }

    @Test func configuresInOrder() throws {
        var context = ConformanceSuite.context
        context.tools.removeLast()
        context.greeting = "Hi."
        let harness = ProviderHarness(try S.provider(["segment_silence_ms": 400], token: "t0k3n"))
        S.attach(harness)
        harness.start(context)
        #expect(harness.sent.map { $0.json["type"]?.string } == ["auth"])
        S.say(harness, ["type": "auth_response", "status": "ok"])
        let call = harness.sent[1].json["call_id"]?.string ?? "?"
        let golden = [
            #"{"type":"auth","auth_token":"t0k3n"}"#,
            #"{"type":"set_mode","call_id":"C","mode":"full","segment_silence_ms":400}"#,
            #"{"type":"switch_model","call_id":"C","scope":"session","llm_config":{"system_prompt":"Be brief."}}"#,
            #"{"type":"tool_context","call_id":"C","allowed_tools":["get_weather"],"tools":[{"name":"get_weather","#
                + #""description":"A test tool.","parameters":{"type":"object","properties":{"city":{"type":"string"}},"#
                + #""required":["city"]}}],"tool_policy":"auto","protocol_version":2}"#,
            #"{"type":"tts_request","call_id":"C","request_id":"say-1","text":"Hi."}"#,
        ]
        #expect(harness.sent.map { $0.text.split(separator: call).joined(separator: "C") } == golden)
        #expect(harness.isReady && !harness.visible.contains("t0k3n"))
    }

    @Test(arguments: ["authentication_required", "invalid_auth_token"])
    func refusedTokensAreFatal(_ reason: String) throws {
        let harness = ProviderHarness(try S.provider(token: "t0k3n"))
        harness.onConnect = { harness, link, _ in harness.open(link) }
        harness.start()
        S.say(harness, ["type": "auth_response", "status": "error", "message": .string(reason)])
        #expect(harness.failures.map(\.code) == ["auth"] && harness.failures[0].text.contains(reason))
    }

    @Test func aTurnIsToldInOrder() throws {
        let harness = try S.ready()
        S.answer(harness)
        let kinds = harness.events.map { String("\($0)".prefix { $0 != "(" }) }
        #expect(
            kinds == [
                "userSpeechStarted", "userTranscript", "userSpeechStopped", "userTranscript", "responseStarted",
                "audioFormat", "agentText", "agentAudio", "agentAudioEnded", "agentTextEnded", "responseEnded",
            ])
        #expect(abs(harness.pcm.count - 3200) <= 2)
    }

    @Test func theLastChunkEndsAnUtterance() throws {
        let harness = try S.ready()
        S.say(harness, S.thought("One. Two."), S.chunk("u1", isFinal: false))
        S.audio(harness, ms: 100)
        #expect(!harness.visible.contains("responseEnded"))
        S.say(harness, S.chunk("u1", isFinal: true))
        S.audio(harness, ms: 100)
        #expect(harness.visible.contains("responseEnded"))
    }

    private static let formats: [(String, Int, Int)] = [
        ("mulaw", 8000, 800), ("linear16", 8000, 1600), ("pcm16", 16000, 3200), ("linear16", 24000, 4800),
    ]

    @Test(arguments: formats)
    func formatsAreConverted(_ encoding: String, _ rate: Int, _ bytes: Int) throws {
        let harness = try S.ready()
        for _ in 0..<10 {
            S.say(
                harness,
                ["type": "tts_audio", "encoding": .string(encoding), "sample_rate_hz": .int(Int64(rate))])
            harness.receive(S.link, [UInt8](repeating: 0, count: bytes), kind: .binary)
        }
        #expect(abs(harness.pcm.count - 16000) <= 200)
    }

    /// The server speaks its own answers; one to our question is only words.
    @Test func typedTextIsThoughtAndSpoken() throws {
        let harness = try S.ready()
        harness.perform(.userText("What time is it?"))
        #expect(harness.sent("llm_request").first?["request_id"]?.string == "ask-1")
        S.say(harness, S.thought("It is two.", id: "ask-1"))
        #expect(harness.sent("tts_request").first?["text"]?.string == "It is two.")
        S.say(
            harness,
            [
                "type": "tts_response", "request_id": "say-2",
                "audio_data": .string(String(repeating: "A", count: 1068)),
                "encoding": "mulaw", "sample_rate_hz": 8000,
            ])
        #expect(harness.pcm.count > 1500 && harness.visible.contains("It is two."))
    }

    @Test func wordsWithACallAreGivenToTheGateway() throws {
        let harness = try S.ready()
        S.say(harness, S.heard("time please"), S.thought(#"<tool_call>{"name":"get_time"}</tool_call>"#))
        let request = harness.sent("llm_tool_request").first
        #expect(request?["latest_user_text"]?.string == "time please")
        #expect(request?["allowed_tools"] == ["get_weather", "get_time"])
        S.say(harness, S.calls)
        #expect(harness.toolCalls.map(\.name) == ["get_weather", "get_time"])
        harness.forget()
        harness.perform(.toolResult(callID: "tool-1-1", output: "14:05 exactly", isError: false))
        harness.perform(.toolResult(callID: "tool-1-0", output: "rain", isError: true))
        let results = harness.sent("tool_result")
        #expect(results[0]["tool_name"]?.string == "get_time" && results[0]["result"]?.string == "14:05 exactly")
        #expect(results[1]["result"] == ["error": "rain"] && results[1]["is_error"]?.bool == true)
    }

    /// Whisper recognisers do not listen while the server believes that its answer plays.
    @Test func aCutOfADeliveredAnswerIsStillTold() throws {
        let harness = try S.ready()
        S.answer(harness)
        harness.forget()
        harness.perform(.interrupt(item: nil, heardMs: 10, cancelledByProvider: false))
        harness.perform(.interrupt(item: nil, heardMs: 10, cancelledByProvider: false))
        #expect(harness.sent.count == 1 && harness.sent("barge_in").count == 1)
    }

    @Test func troubleIsTold() throws {
        let harness = try S.ready()
        var failed = S.heard("")
        failed["error"] = "stt_unavailable"
        S.say(harness, failed, ["type": "switch_response", "status": "error", "message": "no model"])
        #expect(harness.failures.map(\.consequence) == [.goesOn] && harness.visible.contains("no model"))
    }
}
