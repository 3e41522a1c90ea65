import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct GeminiLiveProviderTests {
    private typealias Script = GeminiScript

    private func kinds(_ harness: ProviderHarness) -> [String] {
        harness.events.compactMap { event in
            switch event {
            case .userSpeechStarted: "began"
            case .userSpeechStopped: "paused"
            case .userTranscript(_, let text, let isFinal): "\(isFinal ? "final" : "partial"):\(text)"
            case .responseStarted: "response"
            case .responseEnded(_, let status): "ended:\(status)"
            case .agentAudioEnded: "audio ended"
            case .agentTextEnded(_, let text): "said:\(text)"
            case .toolCall(let call): "call:\(call.id)"
            case .toolCallCancelled(let id): "withdrawn:\(id)"
            case .resumable(let handle): "handle:\(handle)"
            case .expires(let after): "expires:\(after.milliseconds)"
            default: nil
            }
        }
    }

    @Test func aSpokenTurn() throws {
        let harness = try Script.ready()
        harness.forget()
        Script.say(harness, Script.heard(" what"), Script.heard(" time"))
        Script.answer(harness)
        #expect(
            kinds(harness) == [
                "began", "partial:what", "partial:what time", "paused", "final:what time", "response", "audio ended",
                "ended:completed", "said:It is mild.",
            ])
        #expect(harness.pcm.count == 4800 && harness.pcm.allSatisfy { $0 == 1234 })
    }

    @Test func wordsThatComeLateCutNobody() throws {
        let harness = try Script.ready()
        harness.forget()
        Script.answer(harness)
        harness.forget()
        Script.say(harness, Script.heard(" what time"))
        #expect(kinds(harness) == ["final:what time"])
        harness.forget()
        Script.say(harness, Script.heard(" and now"))
        #expect(kinds(harness) == ["began", "partial:and now"])
    }

    @Test func aPauseEndsTheUsersSpeechAndMoreWordsGoOn() throws {
        let harness = try Script.ready()
        harness.forget()
        Script.say(harness, Script.heard(" wait"))
        harness.advance(by: .seconds(2))
        Script.say(harness, Script.heard(" please"))
        #expect(kinds(harness) == ["began", "partial:wait", "paused", "began", "partial:wait please"])
    }

    @Test func theVendorInterruptsItself() throws {
        let harness = try Script.ready()
        harness.forget()
        Script.say(harness, Script.heard(" tell me"), Script.audio(ms: 100))
        harness.forget()
        Script.say(harness, Script.interrupted)
        #expect(kinds(harness) == ["began", "ended:cancelled"])
        harness.forget()
        Script.say(harness, Script.audio(ms: 100), Script.said(" late"), Script.complete, Script.heard(" stop"))
        #expect(harness.pcm.isEmpty && kinds(harness) == ["partial:stop"])
        harness.forget()
        Script.answer(harness)
        #expect(harness.pcm.count == 4800 && kinds(harness).contains("final:stop"))
    }

    @Test func anInterruptionThatTextCausesIsNoSpeech() throws {
        let harness = try Script.ready()
        Script.say(harness, Script.audio(ms: 100))
        harness.perform(.interrupt(item: "g-agent1", heardMs: 10, cancelledByProvider: false))
        harness.perform(.userText("hello"))
        #expect(harness.sent.last?.json == ["realtimeInput": ["text": "hello"]])
        harness.forget()
        Script.say(harness, Script.interrupted, Script.complete)
        #expect(kinds(harness) == [])
        Script.answer(harness)
        #expect(harness.pcm.count == 4800 && !kinds(harness).contains("began"))
    }

    @Test func cutAudioStopsAndALongSilenceEndsTheCut() throws {
        let harness = try Script.ready()
        Script.say(harness, Script.audio(ms: 100))
        harness.perform(.interrupt(item: nil, heardMs: 0, cancelledByProvider: false))
        harness.forget()
        Script.say(harness, Script.audio(ms: 100))
        harness.advance(by: .seconds(4))
        #expect(harness.pcm.isEmpty)
        Script.say(harness, Script.audio(ms: 100))
        #expect(harness.pcm.count == 2400)
    }

    @Test func toolsAreAnsweredByIdAndWithdrawnCallsAreNot() throws {
        let harness = try Script.ready()
        harness.forget()
        Script.say(harness, Script.call(("c1", "get_weather"), (nil, "get_time"), ("c2", "get_time")))
        Script.say(harness, ["toolCallCancellation": ["ids": ["c2", "other"]]])
        #expect(kinds(harness).suffix(4) == ["call:c1", "call:g-call3", "call:c2", "withdrawn:c2"])
        for (id, isError) in [("c1", false), ("g-call3", true), ("c2", false)] {
            harness.perform(.toolResult(callID: id, output: id == "c1" ? #"{"t":7}"# : "no", isError: isError))
        }
        let answers = harness.sent.map { $0.json["toolResponse"]?["functionResponses"]?[0] }
        #expect(
            answers == [
                ["id": "c1", "name": "get_weather", "response": ["output": ["t": 7]]],
                ["name": "get_time", "response": ["error": "no"]],
            ])
    }

    @Test func anAnswerAfterAToolIsHeard() throws {
        let harness = try Script.ready()
        Script.say(harness, Script.audio(ms: 100), Script.call(("c1", "get_time")), Script.generated)
        harness.perform(.toolResult(callID: "c1", output: "{}", isError: false))
        harness.forget()
        Script.answer(harness)
        #expect(harness.pcm.count == 4800 && !kinds(harness).contains("began"))
    }

    @Test func limitsHandlesAndUsage() throws {
        let harness = try Script.ready(["prices": ["audio_in": 3, "text_in": 0.5, "audio_out": 12]])
        harness.forget()
        Script.say(harness, Script.handle("h1"), Script.handle("h1"), ["goAway": ["timeLeft": "9.5s"]])
        Script.say(harness, ["sessionResumptionUpdate": ["resumable": false]], Script.complete)
        #expect(kinds(harness) == ["handle:h1", "expires:9500.0"])
        let usage = harness.events.compactMap { if case .usage(let usage) = $0 { usage } else { nil } }
        #expect(usage.first?.inputTokens == 120 && usage.first?.inputAudioTokens == 100)
        let dollars: Double = 790e-6
        #expect(abs((usage.first?.dollars ?? 0) - dollars) < 1e-12)
    }

    @Test func aHandleOfBeforeTheHistoryIsNotTold() throws {
        let context = ProviderContext(history: [.user("hi"), .agent("hello")])
        let harness = try Script.ready(context: context)
        Script.say(harness, Script.handle("h1"))
        #expect(!kinds(harness).contains("handle:h1"))
        Script.say(harness, Script.audio(ms: 100), Script.generated, Script.complete, Script.handle("h2"))
        #expect(kinds(harness).contains("handle:h2"))
    }

    @Test func resumesAndTellsOnlyWhatTheVendorDoesNotKnow() throws {
        var context = ProviderContext(history: [.user("one"), .agent("two"), .user("three")], answerPending: true)
        context.resumption = Resumption(handle: "h7", knownItems: 2)
        let harness = try Script.ready(context: context)
        #expect(harness.sent.first?.json["setup"]?["sessionResumption"] == ["handle": "h7"])
        #expect(harness.sent.dropFirst().map(\.json) == [["realtimeInput": ["text": "three"]]])
    }

    @Test func aHandleThatIsRefusedIsLeftOut() throws {
        var context = ProviderContext(history: [.user("one"), .agent("two")])
        context.resumption = Resumption(handle: "h7", knownItems: 2)
        let harness = ProviderHarness(try Script.provider())
        harness.onConnect = { harness, link, _ in harness.open(link) }
        harness.onSend = { harness, sent in
            guard let setup = sent.json["setup"] else { return }
            if setup["sessionResumption"]?["handle"] != nil {
                harness.close(sent.link, LinkClosure(.remote, code: 1008, reason: "BidiGenerateContent session not found"))
            } else {
                harness.receive(sent.link, ["setupComplete": .object([])])
            }
        }
        harness.start(context)
        #expect(harness.isReady && harness.violations == [])
        #expect(harness.sent.last?.json["clientContent"]?["turns"]?.array?.count == 2)
    }

    @Test func aRefusedFieldIsLeftOutOnce() throws {
        let harness = ProviderHarness(try Script.provider(["thinking_level": "low", "seed": 3]))
        harness.onConnect = { harness, link, _ in harness.open(link) }
        harness.onSend = { harness, sent in
            guard let setup = sent.json["setup"] else { return }
            if setup["generationConfig"]?["thinkingConfig"] != nil {
                let reason = "Invalid JSON payload received. Unknown name \"thinkingConfig\" at 'setup.generation_config': no"
                harness.close(sent.link, LinkClosure(.remote, code: 1007, reason: reason))
            } else {
                harness.receive(sent.link, ["setupComplete": .object([])])
            }
        }
        harness.start()
        #expect(harness.isReady && harness.sent.last?.json["setup"]?["generationConfig"]?["seed"]?.int == 3)
        let notices = harness.events.filter { if case .notice = $0 { true } else { false } }
        #expect(notices.count == 1)
    }

    @Test(arguments: [
        (1007, "API key not valid. Please pass a valid API key.", "auth", true),
        (1011, "RESOURCE_EXHAUSTED: You exceeded your current quota.", "rate-limit", false),
        (1008, "models/x is not found for API version v1beta", "refused", true),
        (1007, "Request contains an invalid argument.", "refused", true),
        (1011, "Internal error encountered.", "lost", false),
    ])
    func closures(_ code: Int, _ reason: String, _ expected: String, _ isFatal: Bool) throws {
        let harness = ProviderHarness(try Script.provider())
        harness.onConnect = { harness, link, _ in harness.open(link) }
        harness.start()
        harness.close(Script.link, LinkClosure(.remote, code: code, reason: reason))
        #expect(harness.failures.map(\.code) == [expected])
        #expect((harness.failures.first?.consequence == .fatal) == isFatal)
    }

    @Test func manualTurns() throws {
        let harness = try Script.ready(["turn_detection": "manual"])
        harness.forget()
        harness.audio([Int16](repeating: 5, count: 320))
        #expect(harness.sent.isEmpty)
        harness.perform(.userTurnStarted)
        harness.audio([Int16](repeating: 5, count: 320))
        harness.perform(.userTurnEnded)
        harness.audio([Int16](repeating: 5, count: 320))
        let keys = harness.sent.compactMap { $0.json["realtimeInput"]?.members?.first?.key }
        #expect(keys == ["activityStart", "audio", "audio", "activityEnd"])
        #expect(harness.provider.capabilities.endpointing == .local)
        Script.say(harness, Script.heard(" hi"))
        #expect(!kinds(harness).contains("began"))
    }

    @Test func otherRatesAreConvertedAndTold() throws {
        let harness = try Script.ready()
        harness.forget()
        for _ in 0..<10 { Script.say(harness, Script.audio(ms: 100, rate: 16000, value: 0)) }
        #expect(harness.events.contains(.audioFormat(VendorAudioFormat(.agent, encoding: "pcm16", rate: 16000))))
        #expect(abs(harness.pcm.count - 24000) < 200)
    }

    @Test func instructionsChangeTheVendorsWay() throws {
        let harness = try Script.ready()
        harness.perform(.updateInstructions("Sing."))
        #expect(
            harness.sent.last?.json
                == ["contextUpdate": ["systemInstruction": ["parts": [["text": "Sing."]]]]])
        let older = try Script.ready(model: "gemini-live-2.5-flash-native-audio", vertex: true)
        older.perform(.updateInstructions("Sing."))
        #expect(older.sent.last?.json["clientContent"]?["turns"]?[0]?["role"]?.string == "system")
        let middle = try Script.provider(model: "gemini-3.1-flash-live-preview")
        #expect(!middle.capabilities.updatesInstructions)
    }

    @Test func greetsOnceAndBinaryFramesCount() throws {
        var context = ProviderContext(greeting: "Welcome!")
        let harness = ProviderHarness(try Script.provider())
        harness.onConnect = { harness, link, _ in harness.open(link) }
        harness.start(context)
        harness.receive(Script.link, Array(#"{"setupComplete": {}}"#.utf8), kind: .binary)
        #expect(harness.isReady && harness.sent.last?.text.contains("Welcome!") == true)
        context.history = [.user("hi")]
        let again = try Script.ready(context: context)
        #expect(!again.sent.contains { $0.text.contains("Welcome!") })
    }
}
