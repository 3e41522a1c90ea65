import Core
import ProviderKit
import TestKit
import Testing

/// The user's turn: who ends it, what is merged, what is prepared, what is lost (nothing).
@Suite struct PipelineTurnTests {
    private var tools: ProviderContext {
        ProviderContext(tools: [ToolDefinition(name: "t", summary: "", parameters: ["type": "object"])])
    }

    @Test func aTurnFromSpeechToAudio() {
        let bench = PipelineBench()
        bench.model.answers = [[.text("Hello there. How "), .text("are you?"), .ended(.completed)]]
        bench.say("hi")
        #expect(
            bench.told == [
                "ready", "user_1? hi", "stage stt_final 0", "user_1! hi", "stage llm_ttft 0", "response_1 {",
                "stage llm_first_sentence 0", "text 0 Hello there.", "text 0  How are you?",
                "text end 0 Hello there. How are you?", "stage tts_ttfb 0", "audio 0 8000", "audio 0 8000",
                "audio end 0", "} response_1",
            ])
        #expect(bench.synthesizer.spoken.map(\.text) == ["Hello there.", "How are you?"])
        #expect(bench.synthesizer.spoken.map(\.ends) == [false, true])
        #expect(bench.messages == [.user("hi")])
        #expect(bench.harness.violations == [] && bench.model.violations == [])
    }

    @Test func stagesMakeUpTheTime() {
        let bench = PipelineBench()
        bench.synthesizer.isInstant = false
        bench.harness.perform(.userTurnStarted)
        bench.harness.perform(.userTurnEnded)
        bench.harness.advance(by: .milliseconds(120))
        bench.recognize(.transcript(text: "hello", isFinal: true), .turnFinal(ms: 120))
        bench.harness.advance(by: .milliseconds(300))
        bench.think(.text("Good"))
        bench.harness.advance(by: .milliseconds(80))
        bench.think(.text(" day. "), .text("Yes"))
        bench.harness.advance(by: .milliseconds(150))
        bench.synthesize("audio 1 100")
        let stages = bench.told.filter { $0.hasPrefix("stage") }
        #expect(
            stages == [
                "stage stt_final 120", "stage llm_ttft 300", "stage llm_first_sentence 80", "stage tts_ttfb 150",
            ])
    }

    @Test func audioGoesToTheRecogniserAlways() {
        let bench = PipelineBench()
        bench.harness.audio([Int16](repeating: 0, count: 320))
        bench.say("x")
        bench.harness.audio([Int16](repeating: 0, count: 320))
        #expect(bench.recognizer.heard == 640)
        #expect(bench.recognizer.log == ["start -", "turnStarted", "turnEnded"])
    }

    @Test func theRecogniserEndsTurnsWhereItCan() {
        let bench = PipelineBench(turns: true)
        #expect(bench.pipeline.capabilities.endpointing == .provider)
        bench.recognize(.speechStarted, .transcript(text: "what", isFinal: false))
        bench.recognize(.transcript(text: "what time", isFinal: true), .transcript(text: "is it", isFinal: true))
        bench.recognize(.turnEnded(confidence: 0.9))
        #expect(bench.messages == [.user("what time is it")])
        #expect(
            bench.told.filter { $0.hasPrefix("user") } == [
                "user began user_1", "user_1? what", "user_1? what time", "user_1? what time is it",
                "user ended user_1",
                "user_1! what time is it",
            ])
        #expect(bench.recognizer.log == ["start -"])
    }

    @Test func bothDetectorsTheFirstCounts() {
        var settings = PipelineSettings()
        settings.endpointing = .both
        let bench = PipelineBench(settings, turns: true)
        #expect(bench.pipeline.capabilities.endpointing == .local)
        bench.recognize(.speechStarted, .transcript(text: "one", isFinal: true), .turnEnded(confidence: nil))
        #expect(bench.told.contains("user ended user_1") && bench.model.requests.count == 1)
        bench.think(.text("First."), .ended(.completed))
        bench.harness.perform(.playedOut(item: "item_1"))
        bench.harness.perform(.userTurnStarted)
        bench.recognize(.speechStarted, .transcript(text: "two", isFinal: true))
        bench.harness.perform(.userTurnEnded)
        #expect(bench.model.requests.count == 1)
        // The recogniser's own verdict comes before its answer to ours: once is enough.
        bench.recognize(.turnEnded(confidence: nil), .turnFinal(ms: 3))
        #expect(bench.model.requests.count == 2 && bench.messages.last == .user("two"))
        #expect(bench.told.count { $0 == "user_2! two" } == 1)
    }

    @Test func localWithATurnDetectingRecogniserIsPossible() {
        var settings = PipelineSettings()
        settings.endpointing = .local
        let bench = PipelineBench(settings, turns: true)
        bench.recognize(.speechStarted, .turnEnded(confidence: nil))
        #expect(bench.told == ["ready"])
        bench.say("now")
        #expect(bench.messages == [.user("now")])
    }

    @Test func goingOnBeforeTheLastWordsIsOneTurn() {
        let bench = PipelineBench()
        bench.harness.perform(.userTurnStarted)
        bench.harness.perform(.userTurnEnded)
        bench.harness.perform(.userTurnStarted)
        bench.recognize(.transcript(text: "I would like", isFinal: true), .turnFinal(ms: 1))
        #expect(bench.model.requests.isEmpty)
        bench.harness.perform(.userTurnEnded)
        bench.recognize(.transcript(text: "two tickets", isFinal: true), .turnFinal(ms: 1))
        #expect(bench.messages == [.user("I would like two tickets")])
        #expect(bench.told.filter { $0.contains("!") } == ["user_1! I would like two tickets"])
    }

    @Test func goingOnWhileTheModelThinksIsOneTurn() {
        let bench = PipelineBench()
        bench.say("I would like")
        bench.think(.text("Yes, what wo"))
        bench.say("two tickets")
        #expect(bench.model.log == ["generate 1", "cancel", "generate 2"])
        #expect(bench.messages == [.user("I would like two tickets")])
        bench.think(.text("Sure."), .ended(.completed))
        #expect(bench.spoken == ["Sure."])
    }

    @Test func goingOnBeforeAnySoundDropsTheAnswer() {
        let bench = PipelineBench()
        bench.synthesizer.isInstant = false
        bench.say("A")
        bench.think(.text("Unheard answer. More"))
        bench.harness.perform(.userTurnStarted)
        #expect(bench.synthesizer.log.last == "cancel" && bench.model.log.last == "cancel")
        #expect(bench.told.suffix(2) == ["audio end 0", "} response_1 cancelled"])
        bench.recognizer.words = "B"
        bench.harness.perform(.userTurnEnded)
        #expect(bench.messages == [.user("A B")])
    }

    @Test func aNoiseAfterAQuestionDoesNotLoseTheQuestion() {
        let bench = PipelineBench()
        bench.say("What time is it?")
        bench.say("")
        #expect(bench.model.log == ["generate 1", "cancel", "generate 2"])
        #expect(bench.messages == [.user("What time is it?")])
    }

    @Test func nothingRecognisedIsAnEmptyAnswerOrAWord() {
        let quiet = PipelineBench()
        quiet.say("")
        #expect(quiet.told.suffix(2) == ["response_1 {", "} response_1"] && quiet.model.requests.isEmpty)
        var settings = PipelineSettings()
        settings.unclearPhrase = "Pardon?"
        let bench = PipelineBench(settings)
        bench.say("")
        #expect(bench.spoken == ["Pardon?"])
        bench.harness.perform(.playedOut(item: "item_1"))
        bench.model.answers = [[.text("Hi."), .ended(.completed)]]
        bench.say("hello")
        #expect(bench.messages == [.user("hello")])
    }

    @Test func lastWordsThatDoNotComeAreNotWaitedForLong() {
        let bench = PipelineBench()
        bench.harness.perform(.userTurnStarted)
        bench.recognize(.transcript(text: "half a sen", isFinal: false))
        bench.harness.perform(.userTurnEnded)
        bench.harness.advance(by: .seconds(5))
        #expect(bench.messages == [.user("half a sen")])
        #expect(bench.told.contains { $0.hasPrefix("notice recogniser: no final words") })
    }

    @Test func aTurnThatTheRecogniserForgetsIsEnded() {
        let bench = PipelineBench(turns: true)
        bench.recognize(.speechStarted)
        bench.harness.advance(by: .seconds(7))
        bench.recognize(.transcript(text: "hello", isFinal: false))
        bench.harness.advance(by: .seconds(7))
        #expect(bench.model.requests.isEmpty)
        bench.harness.advance(by: .seconds(2))
        #expect(bench.messages == [.user("hello")])
        #expect(bench.told.contains("user ended user_1"))
    }

    @Test func anAnswerIsPreparedAndUsed() {
        let bench = PipelineBench(turns: true)
        bench.recognize(
            .speechStarted, .transcript(text: "What time is it", isFinal: false), .turnEndLikely(confidence: 0.5))
        #expect(bench.messages == [.user("What time is it")])
        bench.think(.text("It is noon. "), .text("Anything"), .ended(.completed))
        #expect(bench.spoken.isEmpty && !bench.told.contains { $0.contains("{") })
        bench.recognize(.transcript(text: "What time is it?", isFinal: true), .turnEnded(confidence: 0.9))
        #expect(bench.spoken == ["It is noon.", "Anything"] && bench.model.requests.count == 1)
        #expect(bench.told.contains("stage llm_ttft 0"))
    }

    @Test func aPreparedAnswerIsDroppedWhenTheUserGoesOn() {
        let bench = PipelineBench(turns: true, context: tools)
        bench.recognize(.speechStarted, .transcript(text: "book a", isFinal: true), .turnEndLikely(confidence: nil))
        bench.think(.toolCall(ToolCall(id: "c", name: "t", arguments: "{}")), .ended(.completed))
        bench.recognize(.turnResumed, .transcript(text: "table", isFinal: true), .turnEnded(confidence: nil))
        #expect(bench.model.requests.count == 2 && bench.messages == [.user("book a table")])
        #expect(!bench.told.contains("call c"))
        #expect(bench.model.violations == [])
    }

    @Test func aPreparedAnswerToOtherWordsIsDropped() {
        let bench = PipelineBench(turns: true)
        bench.recognize(.speechStarted, .transcript(text: "I want", isFinal: false), .turnEndLikely(confidence: nil))
        bench.recognize(.transcript(text: "I won", isFinal: true), .turnEnded(confidence: nil))
        #expect(bench.model.log == ["generate 1", "cancel", "generate 2"] && bench.messages == [.user("I won")])
        var settings = PipelineSettings()
        settings.eager = false
        let lazy = PipelineBench(settings, turns: true)
        lazy.recognize(.speechStarted, .transcript(text: "I want", isFinal: false), .turnEndLikely(confidence: nil))
        #expect(lazy.model.requests.isEmpty)
    }

    @Test func typedTurns() {
        let bench = PipelineBench()
        bench.harness.perform(.userText("  "))
        bench.harness.perform(.userText("Hello"))
        #expect(bench.messages == [.user("Hello")])
        bench.harness.perform(.userText("again"))
        #expect(bench.messages == [.user("Hello again")] && bench.model.violations == [])
        bench.think(.text("Yes."), .ended(.completed))
        #expect(bench.spoken == ["Yes."])
    }
}
