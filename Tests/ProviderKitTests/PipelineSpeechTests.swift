import Core
import ProviderKit
import TestKit
import Testing

/// What the agent says: barge-in, what was heard, fillers, greeting, failures.
@Suite struct PipelineSpeechTests {
    /// An agent in the middle of "One two three four. Five six seven eight." with a second of audio of each sentence.
    private func speaking(_ settings: PipelineSettings = PipelineSettings()) -> PipelineBench {
        let bench = PipelineBench(settings)
        bench.model.answers = [[.text("One two three four. Five six seven eight. More")]]
        bench.say("count")
        return bench
    }

    @Test(arguments: [
        (500, "One two [interrupted by the user]"), (1000, "One two three four. [interrupted by the user]"),
        (1750, "One two three four. Five six seven [interrupted by the user]"),
        (2000, "One two three four. Five six seven eight. [interrupted by the user]"), (0, ""), (100, ""),
    ])
    func historyIsCutToWhatWasHeard(_ ms: Int, _ heard: String) {
        let bench = speaking()
        bench.harness.perform(.interrupt(item: "item_1", heardMs: ms, cancelledByProvider: false))
        #expect(bench.model.log.last == "cancel")
        bench.say("stop")
        let expected: [ModelMessage] =
            heard.isEmpty ? [.user("count stop")] : [.user("count"), .agent(heard, calls: []), .user("stop")]
        #expect(bench.messages == expected)
    }

    @Test func allThreeStopInTheSameCall() {
        let bench = speaking()
        bench.synthesizer.isInstant = false
        bench.think(.text(" of this too. Still"))
        let before = bench.harness.pcm.count
        bench.harness.perform(.interrupt(item: "item_1", heardMs: 300, cancelledByProvider: false))
        #expect(bench.synthesizer.log.last == "cancel" && bench.model.log.last == "cancel")
        #expect(bench.told.suffix(2) == ["audio end 0", "} response_1 cancelled"])
        bench.sound(.audio(number: 3, range: 0..<0), .ended(number: 3))
        bench.synthesize("all")
        #expect(bench.harness.pcm.count == before)
        bench.harness.forget()
        bench.harness.perform(.interrupt(item: "item_1", heardMs: 300, cancelledByProvider: false))
        #expect(bench.told == [] && bench.model.violations == [])
    }

    @Test func wordTimesTellWhatWasHeard() {
        let bench = PipelineBench()
        bench.synthesizer.isInstant = false
        bench.say("count")
        bench.think(.text("One two three four. Five"))
        bench.synthesize("audio 1 1000")
        let ends = [100, 150, 900, 1000]
        bench.sound(
            .words(
                number: 1,
                ["One", "two", "three", "four"].enumerated().map {
                    SpokenWord($1, startMs: ends[$0] - 50, endMs: ends[$0])
                }))
        bench.harness.perform(.interrupt(item: "item_1", heardMs: 500, cancelledByProvider: false))
        bench.say("stop")
        #expect(bench.messages[1] == .agent("One two [interrupted by the user]", calls: []))
    }

    @Test func theNextSentenceIsSynthesisedWhileTheFirstPlays() {
        let bench = PipelineBench()
        bench.synthesizer.isInstant = false
        bench.say("go")
        bench.think(.text("First sentence. Second sentence. "), .text("Third"))
        #expect(bench.spoken == ["First sentence.", "Second sentence."])
        bench.synthesize("audio 1 200")
        bench.think(.text(" one."), .ended(.completed))
        #expect(bench.spoken.last == "Third one.")
        bench.synthesize("all")
        #expect(bench.told.count { $0.hasPrefix("audio end") } == 1)
        #expect(bench.told.last == "} response_1")
    }

    @Test func aFillerIsSaidOnceAndNotRemembered() {
        var settings = PipelineSettings()
        settings.fillerAfter = .milliseconds(700)
        let bench = PipelineBench(settings)
        bench.say("Hard question")
        bench.harness.advance(by: .milliseconds(600))
        #expect(bench.spoken.isEmpty)
        bench.harness.advance(by: .seconds(9))
        #expect(bench.spoken == ["One moment, please."])
        #expect(bench.told.contains("response_1 {") && !bench.told.contains { $0.hasPrefix("text") })
        bench.harness.perform(.playedOut(item: "item_1"))
        bench.think(.text("Answer."), .ended(.completed))
        bench.harness.perform(.playedOut(item: "item_2"))
        bench.model.answers = [[.text("Fast."), .ended(.completed)]]
        bench.say("next")
        bench.harness.advance(by: .seconds(2))
        #expect(bench.spoken == ["One moment, please.", "Answer.", "Fast."])
        #expect(bench.messages == [.user("Hard question"), .agent("Answer.", calls: []), .user("next")])
    }

    @Test func bargeInWhileTheFillerPlays() {
        var settings = PipelineSettings()
        settings.fillerAfter = .milliseconds(700)
        let bench = PipelineBench(settings)
        bench.say("Hard question")
        bench.harness.advance(by: .seconds(1))
        bench.harness.perform(.interrupt(item: "item_1", heardMs: 200, cancelledByProvider: false))
        #expect(bench.model.log.last == "cancel")
        #expect(bench.told.last == "} response_1 cancelled")
        bench.say("an easy one")
        #expect(bench.messages == [.user("Hard question an easy one")])
    }

    @Test func greetingAndSpeakGoStraightToTheSynthesiser() {
        let bench = PipelineBench(
            context: ProviderContext(instructions: "Be kind.", greeting: "Welcome. How can I help?"))
        #expect(bench.spoken == ["Welcome.", "How can I help?"] && bench.model.requests.isEmpty)
        bench.harness.perform(.speak("Still there?"))
        #expect(bench.spoken.last == "Still there?")
        for item in 1...2 { bench.harness.perform(.playedOut(item: "item_\(item)")) }
        bench.harness.perform(.updateInstructions("Be brief."))
        bench.say("yes")
        #expect(bench.model.requests.last?.instructions == "Be brief.")
        #expect(
            bench.messages == [
                .agent("Welcome. How can I help?", calls: []), .agent("Still there?", calls: []), .user("yes"),
            ])
    }

    @Test func speakWaitsForTheAnswerThatIsBeingSaid() {
        let bench = PipelineBench()
        bench.say("go")
        bench.think(.text("Part one. Part"))
        bench.harness.perform(.speak("Farewell."))
        bench.think(.text(" two."), .ended(.completed))
        #expect(bench.spoken == ["Part one.", "Part two.", "Farewell."])
        #expect(
            bench.told.filter { $0.hasPrefix("text end") } == [
                "text end 0 Part one. Part two.", "text end 1 Farewell.",
            ])
    }

    @Test func respondAsksTheModelWithTheInstruction() {
        let bench = PipelineBench()
        bench.harness.perform(.respond(instructions: "Greet the user."))
        #expect(bench.messages == [.instruction("Greet the user.")])
        bench.harness.perform(.respond(instructions: "And again."))
        #expect(bench.model.requests.count == 1)
        bench.think(.text("Hello."), .ended(.completed))
        #expect(bench.messages == [.agent("Hello.", calls: []), .instruction("And again.")])
        #expect(bench.model.violations == [])
    }

    @Test func aFailingModelIsSaidAndHeard() {
        let bench = PipelineBench()
        let failure = ProviderFailure(code: "vendor", text: "HTTP 500", consequence: .goesOn)
        bench.model.answers = [[.failure(failure), .ended(.failed("HTTP 500"))]]
        bench.say("hi")
        #expect(bench.told.contains("failure vendor: pipeline \"test\", model: HTTP 500"))
        #expect(bench.spoken == ["Sorry, something went wrong.", "Could you say that again?"])
        #expect(bench.told.last == "} response_1 failed(\"HTTP 500\")")
        for item in 1...1 { bench.harness.perform(.playedOut(item: "item_\(item)")) }
        bench.say("again")
        #expect(bench.messages == [.user("hi again")])
    }

    @Test(arguments: [1000, 2000, 3000])
    func aTerminalFailureEndsThePipelineOnce(_ place: Int) {
        let bench = PipelineBench()
        bench.say("hi")
        bench.think(.text("Some words. And"))
        let fatal = ProviderFailure(code: "auth", text: "no", consequence: .fatal)
        switch place {
        case 1000: bench.recognize(.failure(fatal), .failure(fatal))
        case 2000: bench.think(.failure(fatal), .ended(.failed("no")))
        default: bench.sound(.failure(fatal))
        }
        bench.recognize(.failure(fatal))
        #expect(bench.harness.failures.count == 1)
        let part = [1000: "recogniser", 2000: "model", 3000: "synthesiser"][place] ?? ""
        #expect(bench.harness.failures.first?.text == "pipeline \"test\", \(part): no")
        bench.harness.perform(.close)
        bench.harness.advance(by: .seconds(60))
        #expect(bench.harness.violations == [] && bench.recognizer.log.last == "close")
    }

    @Test func markdownIsShownButNotSpoken() {
        let bench = PipelineBench()
        bench.model.answers = [[.text("**Sure!** 🎉\n- one thing\n---\n"), .ended(.completed)]]
        bench.say("list")
        #expect(bench.spoken == ["Sure!", "one thing"])
        #expect(bench.told.contains("text end 0 **Sure!** 🎉\n- one thing\n---\n"))
        #expect(bench.told.last == "} response_1")
    }
}
