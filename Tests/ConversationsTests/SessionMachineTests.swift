import Core
import ProviderKit
import Testing

@testable import Conversations

@Suite struct SessionMachineTests {
    @Test func aSpokenTurnIsMeasuredAndItsPartsSum() throws {
        let bench = MachineBench()
        bench.ready()
        bench.provider(.userSpeechStarted(item: "u1"))
        bench.wait(1000)
        bench.facts.lastSpeech = bench.now
        bench.wait(200)
        bench.provider(.userSpeechStopped(item: "u1"))
        bench.wait(40)
        bench.provider(.responseStarted(id: "r1"))
        bench.wait(430)
        bench.speak(0)
        bench.wait(4000)
        bench.provider(.userTranscript(item: "u1", text: "hello there", isFinal: true))
        bench.provider(.responseEnded(id: "r1", status: .completed))
        bench.playedOut(0)
        let report = try #require(bench.reports.last)
        #expect(report.outcome == .completed)
        let e2e = try #require(report.e2eMs)
        #expect(abs(e2e - 670) < 1)
        #expect(abs(report.parts.reduce(0) { $0 + $1.ms } - e2e) < 5)
        #expect(report.parts.map(\.name) == ["vad_hang", "turn_commit", "model_ttfa"])
        #expect(bench.machine.state == .ready)
    }

    @Test func vendorBargeInCutsTruncatesAndSuppresses() {
        let bench = MachineBench()
        bench.ready()
        bench.provider(.responseStarted(id: "r1"))
        bench.provider(.agentText(item: ItemHandle(0), delta: "one two three four"))
        bench.speak(0, heardMs: 2000, generatedMs: 4000)
        let actions = bench.provider(.userSpeechStarted(item: "u1"))
        #expect(actions.contains(.discardPlayout))
        #expect(
            MachineBench.requests(actions) == [.interrupt(item: "item0", heardMs: 2000, cancelledByProvider: true)])
        #expect(bench.machine.isSuppressed(ItemHandle(0)) && !bench.machine.isSuppressed(ItemHandle(1)))
        #expect(bench.machine.history.items == [.agent("one two")])
        #expect(bench.reports.last?.outcome == .interrupted)
        bench.facts.isPlayoutActive = false
        bench.facts.playing = nil
        #expect(MachineBench.events(bench.provider(.agentText(item: ItemHandle(0), delta: "late"))).isEmpty)
        #expect(bench.machine.state == .listening)
    }

    @Test func aHandleGoesToTheNextConnectionOfTheSameProviderOnly() {
        let bench = MachineBench()
        bench.ready()
        bench.provider(.userTranscript(item: "u1", text: "hello", isFinal: true))
        bench.provider(.resumable(handle: "h1"))
        func started(_ actions: [SessionAction]) -> [Resumption?] {
            actions.compactMap { if case .open(_, _, let context) = $0 { context.resumption } else { nil } }
        }
        let known = Resumption(handle: "h1", knownItems: 1)
        #expect(started(bench.input(.timer(.expiry))) == [known])
        #expect(started(bench.input(.switchProvider("somebody else"))) == [nil])
    }

    @Test func localBargeInNeedsSustainedSpeech() {
        let bench = MachineBench()
        bench.facts.capabilitiesNow.endpointing = .local
        bench.facts.capabilitiesNow.nativeBargeIn = false
        bench.ready()
        bench.provider(.responseStarted(id: "r"))
        bench.speak(0, heardMs: 500)
        #expect(bench.input(.speechStarted(probability: 0.9, at: 0, onset: bench.now)).isEmpty)
        bench.wait(120)
        let actions = bench.input(.speechSustained(probability: 0.83, onset: bench.now - .milliseconds(120)))
        #expect(actions.contains(.discardPlayout))
        #expect(
            MachineBench.requests(actions).first == .interrupt(item: "item0", heardMs: 500, cancelledByProvider: false))
        #expect(MachineBench.requests(actions).contains(.userTurnStarted))
        guard
            case .bargeIn(let cut)? = MachineBench.events(actions).first(where: {
                if case .bargeIn = $0 { true } else { false }
            })
        else { return #expect(Bool(false), "no barge-in event") }
        #expect(cut.detectMs == 120 && cut.reason.contains("0.83"))
    }

    @Test func localEndpointingOpensAndClosesTheTurn() {
        let bench = MachineBench()
        bench.facts.capabilitiesNow.endpointing = .local
        bench.ready()
        #expect(
            MachineBench.requests(bench.input(.speechStarted(probability: 0.9, at: 5, onset: bench.now))) == [
                .userTurnStarted
            ])
        bench.wait(900)
        let actions = bench.input(.speechStopped(at: 90, lastSpeech: bench.now - .milliseconds(600)))
        #expect(MachineBench.requests(actions) == [.userTurnEnded])
        #expect(bench.machine.state == .thinking)
    }

    @Test func lossReconnectsWithBackoffAndContext() throws {
        let bench = MachineBench()
        bench.ready()
        bench.input(.text("hi"))
        bench.provider(.responseStarted(id: "r"))
        bench.provider(.agentTextEnded(item: ItemHandle(0), text: "hello"))
        bench.provider(.responseEnded(id: "r", status: .completed))
        var waits: [Duration] = []
        for _ in 0..<6 {
            let failure = ProviderFailure(code: "lost", text: "gone", consequence: .reconnect(after: nil))
            for case .timer(.reconnect, let after) in bench.provider(.failure(failure)) { waits.append(after) }
            bench.input(.timer(.reconnect))
        }
        #expect(waits == [1, 2, 4, 8, 16, 16].map { .seconds($0) })
        let opened = bench.all.compactMap { if case .open(_, _, let context) = $0 { context } else { nil } }
        #expect(opened.last?.history == [.user("hi"), .agent("hello")])
        bench.provider(.ready)
        #expect(bench.machine.attempt == 0)
    }

    @Test func fatalFailureDoesNotRetryButFallsBack() {
        var settings = SessionSettings()
        settings.fallbacks = ["b"]
        let bench = MachineBench(settings, provider: "a")
        bench.input(.start)
        let failure = ProviderFailure(code: "auth", text: "no key", fix: "set KEY", consequence: .fatal)
        bench.provider(.failure(failure))
        #expect(bench.machine.active.provider == "b")
        let again = bench.provider(.failure(failure))
        #expect(!again.contains { if case .timer(.reconnect, _) = $0 { true } else { false } })
        #expect(bench.machine.state == .stalled)
    }

    @Test func switchKeepsTheOldUntilTheNewIsReady() throws {
        let bench = MachineBench(provider: "a")
        bench.ready()
        let old = bench.slot
        bench.provider(.userSpeechStarted(item: nil))
        bench.input(.switchProvider("b"))
        #expect(bench.slot == old)
        let new = try #require(bench.machine.standby?.slot)
        let actions = bench.input(.provider(new, .ready))
        #expect(bench.slot == new)
        #expect(actions.contains(.route(new, replayTurn: true)) && actions.contains(.drop(old)))
        #expect(bench.input(.provider(old, .agentAudio(item: ItemHandle(0), range: 0..<1))).isEmpty)
        bench.input(.undoSwitch)
        #expect(bench.machine.standby?.provider == "a")
    }

    @Test func aTurnFinishedWhileConnectingIsNotMissing() throws {
        let bench = MachineBench(provider: "a")
        bench.ready()
        bench.input(.switchProvider("b"))
        let first = try #require(bench.machine.standby?.slot)
        bench.provider(.userTranscript(item: "u1", text: "my name is Ann", isFinal: true))
        bench.provider(.agentText(item: ItemHandle(0), delta: "Hello Ann."))
        let again = bench.input(.provider(first, .ready))
        let opened = again.compactMap { if case .open(_, _, let context) = $0 { context.history } else { nil } }
        #expect(again.contains(.drop(first)) && opened == [[.user("my name is Ann"), .agent("Hello Ann.")]])
        let second = try #require(bench.machine.standby?.slot)
        let switches = MachineBench.events(bench.input(.provider(second, .ready))).compactMap {
            if case .providerSwitch(let it) = $0 { it } else { nil }
        }
        #expect(bench.slot == second && switches.map(\.phase) == [.done])
        #expect(switches[0].contextDigest == bench.machine.history.digest)
    }

    @Test func anAnswerOfWhichNothingWasHeardIsAskedForAnew() throws {
        let bench = MachineBench(provider: "a")
        bench.ready()
        bench.input(.switchProvider("b"))
        bench.input(.text("what time is it"))
        bench.provider(.responseStarted(id: "r1"))
        bench.provider(.agentAudio(item: ItemHandle(0), range: 0..<10))
        bench.facts.isPlayoutActive = true
        let new = try #require(bench.machine.standby?.slot)
        let actions = bench.input(.provider(new, .ready))
        #expect(actions.contains(.discardPlayout))
        #expect(MachineBench.requests(actions) == [.userText("what time is it")], "the question came after the context")
        #expect(bench.reports.isEmpty && bench.machine.state == .thinking)
    }

    @Test func aLostConnectionTakesItsUnheardAnswerAlong() throws {
        let bench = MachineBench()
        bench.ready()
        bench.input(.text("what time is it"))
        bench.provider(.responseStarted(id: "r1"))
        let failure = ProviderFailure(code: "lost", text: "reset", consequence: .reconnect(after: nil))
        bench.provider(.failure(failure))
        let actions = bench.input(.timer(.reconnect))
        let context = actions.compactMap { if case .open(_, _, let context) = $0 { context } else { nil } }.first
        #expect(context?.answerPending == true && context?.history == [.user("what time is it")])
    }

    @Test(arguments: BargeInMode.allCases) func vendorInterruptsOnlyWhereItMay(_ mode: BargeInMode) {
        var settings = SessionSettings()
        settings.bargeIn = mode
        let bench = MachineBench(settings)
        bench.ready()
        let context = bench.all.compactMap { if case .open(_, _, let context) = $0 { context } else { nil } }.first
        #expect(context?.vendorMayInterrupt == (mode != .off && mode != .local))
    }

    @Test func troubleOfAnAnswerStandsUntilOneComesWhole() {
        let bench = MachineBench()
        bench.ready()
        bench.provider(.failure(ProviderFailure(code: "vendor", text: "overloaded", consequence: .goesOn)))
        bench.provider(.responseStarted(id: "r1"))
        bench.provider(.responseEnded(id: "r1", status: .failed("overloaded")))
        bench.provider(.responseStarted(id: "r2"))
        let cleared = MachineBench.events(bench.provider(.responseEnded(id: "r2", status: .completed)))
        #expect(cleared.contains(.troubleCleared(TroubleCleared(code: "provider.error"))))
        #expect(cleared.contains(.troubleCleared(TroubleCleared(code: "response.failed"))))
    }

    @Test func aSwitchClearsTheTroubleOfAProviderThatCannotBeHad() throws {
        let bench = MachineBench(provider: "a")
        bench.input(.start)
        bench.provider(.failure(ProviderFailure(code: "auth", text: "401", consequence: .fatal)))
        #expect(bench.machine.state == .stalled)
        bench.input(.switchProvider("b"))
        let new = try #require(bench.machine.standby?.slot)
        let events = MachineBench.events(bench.input(.provider(new, .ready)))
        #expect(events.contains(.troubleCleared(TroubleCleared(code: "provider.auth"))))
        #expect(bench.machine.state == .ready)
    }

    @Test func failedSwitchLeavesTheOldServing() throws {
        let bench = MachineBench(provider: "a")
        bench.ready()
        let old = bench.slot
        bench.input(.switchProvider("b"))
        let new = try #require(bench.machine.standby?.slot)
        let failure = ProviderFailure(code: "auth", text: "401", consequence: .fatal)
        let actions = bench.input(.provider(new, .failure(failure)))
        #expect(bench.slot == old && bench.machine.standby == nil)
        #expect(
            MachineBench.events(actions).contains {
                if case .providerSwitch(let s) = $0 { s.phase == .failed } else { false }
            })
    }

    @Test func toolsEndOnceAndResultsGoOnlyToTheirConnection() {
        let bench = MachineBench()
        bench.ready()
        let call = ToolCall(id: "c1", name: "t", arguments: "{}")
        #expect(bench.provider(.toolCall(call)).contains(.startTool(call)))
        #expect(!bench.provider(.toolCall(call)).contains(.startTool(call)))
        let done = SessionInput.toolFinished(
            id: "c1", name: "t", outcome: .result, output: "1", hangUp: nil, elapsed: .milliseconds(5))
        #expect(MachineBench.requests(bench.input(done)) == [.toolResult(callID: "c1", output: "1", isError: false)])
        #expect(MachineBench.requests(bench.input(done)).isEmpty)
        bench.provider(.toolCall(ToolCall(id: "c2", name: "t", arguments: "{}")))
        bench.provider(.failure(ProviderFailure(code: "lost", text: "", consequence: .reconnect(after: nil))))
        bench.input(.timer(.reconnect))
        bench.provider(.ready)
        let late = bench.input(
            .toolFinished(id: "c2", name: "t", outcome: .result, output: "2", hangUp: nil, elapsed: .zero))
        guard case .respond(let words?)? = MachineBench.requests(late).first else {
            return #expect(Bool(false), "the new connection should hear of the result")
        }
        #expect(words.contains("2"))
    }

    /// A tool whose result comes while nobody is connected: before the new connection is begun, or while it is made.
    @Test(arguments: [false, true]) func aResultThatComesWhileNobodyIsConnectedIsAnswered(_ whileConnecting: Bool) {
        let bench = MachineBench()
        bench.ready()
        bench.input(.text("what is the weather"))
        bench.provider(.responseStarted(id: "r"))
        bench.provider(.toolCall(ToolCall(id: "c", name: "weather", arguments: "{}")))
        bench.provider(.failure(ProviderFailure(code: "lost", text: "", consequence: .reconnect(after: nil))))
        let done = SessionInput.toolFinished(
            id: "c", name: "weather", outcome: .result, output: "sunny", hangUp: nil, elapsed: .milliseconds(5))
        if !whileConnecting { bench.input(done) }
        bench.input(.timer(.reconnect))
        if whileConnecting { bench.input(done) }
        let contexts = bench.all.compactMap { if case .open(_, _, let context) = $0 { context } else { nil } }
        #expect(contexts.last?.answerPending == !whileConnecting)
        #expect(contexts.last?.history.count == (whileConnecting ? 1 : 2))
        let asked = MachineBench.requests(bench.provider(.ready))
        guard whileConnecting else { return #expect(asked.isEmpty, "the context holds it") }
        #expect(asked.count == 1)
        guard case .respond(let words?)? = asked.first else { return #expect(Bool(false), "the result is told") }
        #expect(words.contains("sunny"))
    }

    @Test func itemsOfTwoConnectionsMayBearOneName() {
        let bench = MachineBench()
        bench.ready()
        bench.provider(.userTranscript(item: "user_1", text: "one", isFinal: true))
        bench.provider(.agentText(item: ItemHandle(0), delta: "first"))
        bench.provider(.failure(ProviderFailure(code: "lost", text: "", consequence: .reconnect(after: nil))))
        bench.input(.timer(.reconnect))
        bench.provider(.ready)
        bench.provider(.userTranscript(item: "user_1", text: "two", isFinal: true))
        bench.provider(.agentText(item: ItemHandle(0), delta: "second"))
        #expect(bench.machine.history.items == [.user("one"), .agent("first"), .user("two"), .agent("second")])
    }

    @Test func farewellIsHeardBeforeTheLineGoes() {
        let bench = MachineBench()
        bench.ready()
        bench.provider(.responseStarted(id: "r"))
        bench.speak(0)
        let first = bench.provider(.hangUpRequested(reason: "bye"))
        #expect(!first.contains { if case .hangUpLeg = $0 { true } else { false } })
        bench.provider(.responseEnded(id: "r", status: .completed))
        bench.playedOut(0)
        #expect(bench.all.contains(.hangUpLeg(SessionEnd(by: .agent, reason: "bye"))))
        bench.input(.legEnded(SessionEnd(by: .caller, reason: "closed")))
        #expect(bench.all.last == .end)
        #expect(bench.input(.text("x")).isEmpty)
    }

    @Test func aFarewellThatBeginsAfterTheWishToHangUpIsHeardToo() {
        let bench = MachineBench()
        bench.ready()
        bench.provider(.responseStarted(id: "r"))
        bench.provider(.hangUpRequested(reason: "bye"))
        bench.speak(0)
        #expect(bench.machine.state == .ending)
        bench.provider(.responseEnded(id: "r", status: .completed))
        #expect(!bench.all.contains { if case .hangUpLeg = $0 { true } else { false } })
        bench.playedOut(0)
        #expect(bench.all.contains(.hangUpLeg(SessionEnd(by: .agent, reason: "bye"))))
    }

    @Test func anAnswerThatDoesNotComeIsSeenAndMended() {
        let bench = MachineBench()
        bench.ready()
        bench.input(.text("hello?"))
        bench.wait(3000)
        bench.input(.timer(.stall))
        #expect(bench.machine.state == .stalled)
        bench.wait(7000)
        let actions = bench.input(.timer(.stallReconnect))
        #expect(bench.machine.state == .reconnecting)
        #expect(actions.contains { if case .timer(.reconnect, _) = $0 { true } else { false } })
        bench.input(.timer(.reconnect))
        let context = bench.all.compactMap { if case .open(_, _, let c) = $0 { c } else { nil } }.last
        #expect(context?.answerPending == true)
    }

    @Test func silentUsersArePromptedOnlyWhenAskedFor() {
        var settings = SessionSettings()
        settings.noInputAfter = .seconds(20)
        settings.noInputPrompts = 1
        let bench = MachineBench(settings)
        bench.ready()
        #expect(bench.all.contains(.timer(.noInput, after: .seconds(20))))
        #expect(MachineBench.requests(bench.input(.timer(.noInput))).count == 1)
        let second = bench.input(.timer(.noInput))
        #expect(second.contains { if case .hangUpLeg = $0 { true } else { false } })
    }

    @Test func textTypedBeforeTheConnectionStandsIsSentWhenItDoes() {
        let bench = MachineBench()
        bench.input(.start)
        bench.input(.text("hello"))
        #expect(MachineBench.requests(bench.provider(.ready)) == [.userText("hello")])
    }

    @Test func theAnswerToAToolBelongsToTheSameTurn() throws {
        let bench = MachineBench()
        bench.ready()
        bench.input(.text("what time is it"))
        bench.provider(.responseStarted(id: "r1"))
        bench.provider(.toolCall(ToolCall(id: "c", name: "t", arguments: "{}")))
        bench.provider(.responseEnded(id: "r1", status: .completed))
        bench.wait(50)
        bench.input(
            .toolFinished(
                id: "c", name: "t", outcome: .result, output: "1", hangUp: nil, elapsed: .milliseconds(50)))
        #expect(bench.reports.isEmpty)
        bench.wait(30)
        bench.provider(.responseStarted(id: "r2"))
        bench.speak(0)
        bench.provider(.responseEnded(id: "r2", status: .completed))
        bench.playedOut(0)
        let report = try #require(bench.reports.last)
        #expect(bench.reports.count == 1 && report.turn == 1 && report.outcome == .completed)
        #expect(report.e2eMs == 80 && report.parts.contains { $0.name == "tool" && $0.ms == 50 })
    }

    @Test func greetingIsGivenOnce() {
        var settings = SessionSettings()
        settings.greeting = "Hello"
        let bench = MachineBench(settings)
        bench.ready()
        bench.provider(.failure(ProviderFailure(code: "lost", text: "", consequence: .reconnect(after: nil))))
        bench.input(.timer(.reconnect))
        let contexts = bench.all.compactMap { if case .open(_, _, let c) = $0 { c } else { nil } }
        #expect(contexts.map(\.greeting) == ["Hello", nil])
    }
}
