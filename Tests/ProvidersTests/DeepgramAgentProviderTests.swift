import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct DeepgramAgentProviderTests {
    private typealias S = DeepgramScript

    @Test func saysNothingBeforeWelcomeAndSettings() throws {
        var context = ConformanceSuite.context
        context.greeting = "Good morning."
        let harness = ProviderHarness(try S.provider(["defer_until_eot": ["get_time"]]))
        harness.start(context)
        guard case .webSocket(let endpoint)? = harness.endpoints[S.link] else {
            Issue.record("no WebSocket")
            return
        }
        #expect(endpoint.url.description == "wss://agent.deepgram.com/v1/agent/converse")
        #expect(endpoint.headers == [HeaderField("Authorization", "Token \(S.key)", secret: true)])
        harness.open(S.link)
        #expect(harness.sent.isEmpty)
        S.say(harness, ["type": "Welcome", "request_id": "r1"])
        #expect(harness.sent.count == 1 && !harness.isReady)
        #expect(harness.sent[0].text == Self.golden)
        S.say(harness, ["type": "SettingsApplied"], ["type": "SettingsApplied"])
        #expect(harness.isReady && harness.sent.count == 1)
        #expect(harness.events.contains(.expires(after: .seconds(7200))))
        #expect(harness.events.contains(.audioFormat(VendorAudioFormat(.agent, encoding: "pcm16", rate: 24000))))
    }

    private static let golden =
        #"{"type":"Settings","audio":{"input":{"encoding":"linear16","sample_rate":16000},"output":{"encoding":"linear16","#
        + #""sample_rate":24000,"container":"none"}},"agent":{"listen":{"provider":{"type":"deepgram","version":"v1","#
        + #""model":"nova-3"}},"think":{"provider":{"type":"open_ai","model":"gpt-4.1-mini"},"prompt":"Be brief.","#
        + #""functions":[{"name":"get_weather","description":"A test tool.","parameters":{"type":"object","properties":"#
        + #"{"city":{"type":"string"}},"required":["city"]}},{"name":"get_time","description":"A test tool.","parameters":"#
        + #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]},"defer_until_eot":true}]},"#
        + #""speak":{"provider":{"type":"deepgram","version":"v1","model":"aura-2-thalia-en"}},"greeting":"Good morning."}}"#

    @Test func aTurnIsToldInOrder() throws {
        let harness = try S.ready()
        S.answer(harness)
        let kinds = harness.events.map { String("\($0)".prefix { $0 != "(" }) }
        #expect(
            kinds == [
                "userSpeechStarted", "userSpeechStopped", "userTranscript", "responseStarted", "stage", "stage",
                "agentText", "agentAudio", "agentAudio", "agentAudioEnded", "agentTextEnded", "responseEnded",
            ])
        #expect(harness.pcm.count == 4800)
        #expect(harness.events.contains(.stage(name: "llm_ttft", owner: .service, ms: 500)))
    }

    /// The vendor stops by itself; what it had sent before is of no use, what comes after its next words is.
    @Test func bargeInDropsUntilTheNextAnswer() throws {
        let harness = try S.ready()
        S.say(harness, S.text("assistant", "A long story."))
        S.audio(harness, ms: 100)
        S.say(harness, S.userStarted)
        let ends = harness.events.contains { if case .responseEnded(_, .cancelled) = $0 { true } else { false } }
        #expect(ends)
        harness.forget()
        S.audio(harness, ms: 100)
        #expect(harness.pcm.isEmpty)
        S.say(harness, S.text("user", "Stop."), S.text("assistant", "Yes?"))
        S.audio(harness, ms: 100)
        #expect(harness.pcm.count == 2400 && harness.sent.isEmpty)
    }

    @Test func wordsThatNeverSoundedAreNotTold() throws {
        let harness = try S.ready()
        S.say(harness, S.text("assistant", "Never heard."), S.userStarted)
        #expect(!harness.visible.contains("Never heard"))
    }

    @Test func withdrawnCallsAreNotAnswered() throws {
        let harness = try S.ready()
        S.say(harness, S.calls(S.call("f1", "get_time"), S.call("f2", "their_own", clientSide: false)))
        #expect(harness.toolCalls.map(\.id) == ["f1"])
        S.say(harness, ["type": "FunctionCallCancelled", "functions": [["id": "f1", "name": "get_time"]]])
        #expect(harness.events.contains(.toolCallCancelled(callID: "f1")))
        harness.perform(.toolResult(callID: "f1", output: "14:05", isError: false))
        #expect(harness.sent.isEmpty)
    }

    @Test func resultsAreStringsWithTheirName() throws {
        let harness = try S.ready()
        S.say(harness, S.calls(S.call("f1", "get_time")))
        harness.perform(.toolResult(callID: "f1", output: "no clock", isError: true))
        #expect(
            harness.sent.map(\.text) == [
                #"{"type":"FunctionCallResponse","id":"f1","name":"get_time","content":"{\"error\":\"no clock\"}"}"#
            ])
    }

    @Test func typedTextIsNotToldTwice() throws {
        let harness = try S.ready()
        harness.perform(.userText("What time is it?"))
        #expect(harness.sent("InjectUserMessage").first?["content"]?.string == "What time is it?")
        S.say(harness, S.text("user", "What time is it?"))
        #expect(harness.events.isEmpty)
    }

    @Test func refusedTextIsTriedAgainAndThenSaid() throws {
        let harness = try S.ready()
        harness.perform(.userText("Hello"))
        for _ in 0..<5 {
            S.say(harness, ["type": "InjectionRefused", "message": "The user is speaking."])
            harness.advance(by: .milliseconds(1100))
        }
        #expect(harness.sent("InjectUserMessage").count == 5)
        #expect(harness.failures.map(\.consequence) == [.goesOn])
    }

    @Test func speaksAndUpdates() throws {
        let harness = try S.ready()
        harness.perform(.speak("Goodbye."))
        harness.perform(.updateInstructions("Be long."))
        #expect(
            harness.sent.map(\.text) == [
                #"{"type":"InjectAgentMessage","message":"Goodbye."}"#, #"{"type":"UpdatePrompt","prompt":"Be long."}"#,
            ])
    }

    @Test func keepsAliveOnlyWhileNoAudioIsSent() throws {
        let harness = try S.ready()
        for _ in 0..<100 {
            harness.advance(by: .milliseconds(100))
            harness.audio([Int16](repeating: 0, count: 1600))
        }
        #expect(harness.sent("KeepAlive").isEmpty)
        harness.forget()
        harness.advance(by: .seconds(20))
        #expect(harness.sent("KeepAlive").count >= 3)
    }

    @Test func aRefusedFieldIsLeftOutOnAFreshConnection() throws {
        let harness = ProviderHarness(try S.provider(["tags": ["a"], "experimental": true]))
        harness.start(ConformanceSuite.context)
        harness.open(S.link)
        S.say(harness, ["type": "Welcome"])
        S.say(harness, ["type": "Error", "code": "INVALID_SETTINGS", "description": "unknown field `tags`"])
        #expect(harness.failures.isEmpty)
        S.attach(harness)
        harness.open(LinkID(1))
        harness.receive(LinkID(1), ["type": "Welcome"])
        #expect(harness.isReady)
        let settings = harness.sent("Settings")
        #expect(settings.count == 2 && settings[0]["tags"] != nil && settings[1]["tags"] == nil)
        #expect(harness.violations.isEmpty && harness.visible.contains("refused tags"))
    }

    @Test(arguments: [
        ("INVALID_SETTINGS", "refused", false), ("INTERNAL_SERVER_ERROR", "vendor", true),
        ("INVALID_AUTH", "auth", false), ("TOO_MANY_REQUESTS", "rate-limit", true),
    ])
    func errorsEndTheSession(_ code: String, _ name: String, _ again: Bool) throws {
        let harness = ProviderHarness(try S.provider())
        harness.start()
        harness.open(S.link)
        S.say(
            harness, ["type": "Welcome"],
            ["type": "Error", "code": .string(code), "description": .string("no " + S.key)])
        let failure = harness.failures.first
        #expect(failure?.code == name && (failure?.consequence != .fatal) == again)
        #expect(failure?.text.contains(S.key) == false)
    }

    @Test func limitIsPassedOn() throws {
        let harness = try S.ready()
        S.say(
            harness,
            ["type": "Warning", "code": "SESSION_TIME_LIMIT", "description": "about to reach its maximum duration"])
        #expect(harness.events.contains(.expires(after: .seconds(15))))
    }

    @Test func anAnswerThatStopsIsEnded() throws {
        let harness = try S.ready()
        S.say(harness, S.text("assistant", "A story"))
        S.audio(harness, ms: 100)
        harness.advance(by: .seconds(15))
        let failed = harness.events.contains { if case .responseEnded(_, .failed) = $0 { true } else { false } }
        #expect(failed)
    }

    @Test func aPendingQuestionIsAskedAgainOnce() throws {
        var context = ConformanceSuite.context
        context.history = [.agent("Hello."), .user("What time is it?")]
        context.answerPending = true
        let harness = ProviderHarness(try S.provider())
        S.attach(harness)
        harness.start(context)
        let messages = harness.sent("Settings").first?["agent"]?["context"]?["messages"]
        #expect(messages == [["type": "History", "role": "assistant", "content": "Hello."]])
        #expect(harness.sent("InjectUserMessage").count == 1)
    }

    @Test(arguments: ["mulaw", "alaw"]) func compandsBothWays(_ encoding: String) throws {
        let harness = try S.ready(["encoding": .string(encoding)])
        harness.audio([Int16](repeating: 0, count: 320))
        #expect(harness.sent.map(\.bytes.count) == [160])
        harness.receive(S.link, [UInt8](repeating: 0xD5, count: 160), kind: .binary)
        #expect(harness.pcm.count == 480)
    }

    @Test func minutesCostWhatTheOptionSays() throws {
        let harness = try S.ready(["prices": ["minute": 0.08]])
        harness.advance(by: .seconds(30))
        S.answer(harness)
        let dollars = harness.events.compactMap { if case .usage(let usage) = $0 { usage.dollars } else { nil } }
        #expect(dollars.count == 1 && abs((dollars.first ?? 0) - 0.04) < 0.0001)
    }
}
