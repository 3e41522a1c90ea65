import Core
import ProviderKit
import Testing

@testable import Conversations

@Suite struct SessionMachineOperatorTests {
    private func actionKinds(_ actions: [SessionAction]) -> [OperatorAction.Kind] {
        MachineBench.events(actions).compactMap { if case .operatorAction(let a) = $0 { a.kind } else { nil } }
    }

    private func refusals(_ actions: [SessionAction]) -> [String] {
        MachineBench.events(actions).compactMap { if case .commandRefused(let r) = $0 { r.command } else { nil } }
    }

    private func updates(_ actions: [SessionAction]) -> [String] {
        MachineBench.requests(actions).compactMap { if case .updateInstructions(let text) = $0 { text } else { nil } }
    }

    // MARK: Whisper

    @Test func aWhisperGoesToTheAgentAloneAndStays() throws {
        let bench = MachineBench()
        bench.ready()
        let actions = bench.input(.whisper("offer 10 %"))
        let told = try #require(updates(actions).first)
        #expect(told.hasPrefix(bench.machine.settings.instructions) && told.contains("- offer 10 %"))
        #expect(actionKinds(actions) == [.whisper] && MachineBench.requests(actions).count == 1)
        #expect(bench.machine.history.items.isEmpty)
        // A new connection and another provider begin with it, and are not told again.
        let next = bench.input(.switchProvider("b"))
        let begun = next.compactMap { if case .open(_, _, let context) = $0 { context.instructions } else { nil } }
        #expect(begun.first?.contains("- offer 10 %") == true)
        let standby = try #require(bench.machine.standby?.slot)
        #expect(updates(bench.input(.provider(standby, .ready))).isEmpty)
        #expect(updates(bench.input(.whisper("now say goodbye"))).first?.contains("- now say goodbye") == true)
    }

    /// Whispered at a moment when the connection cannot take it: it gets it as soon as it can.
    @Test(arguments: [false, true]) func aWhisperInBetweenIsNotLost(switching: Bool) throws {
        let bench = MachineBench()
        bench.input(.start)
        if switching {
            bench.provider(.ready)
            bench.input(.switchProvider("b"))
        }
        let early = bench.input(.whisper("be brief"))
        #expect(updates(early).count == (switching ? 1 : 0))
        let slot = switching ? try #require(bench.machine.standby?.slot) : bench.slot
        let ready = bench.input(.provider(slot, .ready))
        #expect(updates(ready).first?.contains("be brief") == true)
    }

    @Test func aProviderWithoutInstructionsIsToldOf() {
        let bench = MachineBench()
        bench.facts.capabilitiesNow.updatesInstructions = false
        bench.ready()
        let actions = bench.input(.whisper("be brief"))
        #expect(MachineBench.requests(actions).isEmpty)
        #expect(MachineBench.events(actions).contains { if case .note = $0 { true } else { false } })
        #expect(bench.machine.context(for: "b").instructions.contains("be brief"))
    }

    @Test func whispersAreBounded() {
        let bench = MachineBench()
        bench.ready()
        for i in 0..<100 { bench.input(.whisper("w\(i).")) }
        #expect(bench.machine.operatorHand.asides.count == SessionMachine.OperatorHand.bound)
        #expect(bench.machine.instructions.contains("w99.") && !bench.machine.instructions.contains("w67."))
    }

    // MARK: Taking over

    @Test func takingOverCutsTheAgentAndKeepsItSilent() {
        let bench = MachineBench()
        bench.ready()
        bench.provider(.responseStarted(id: "r1"))
        bench.provider(.agentText(item: ItemHandle(0), delta: "one two three four"))
        bench.speak(0, heardMs: 1000, generatedMs: 4000)
        let actions = bench.input(.takeOver)
        #expect(actions.contains(.discardPlayout) && actions.contains(.operatorVoice(true)))
        #expect(
            MachineBench.requests(actions) == [.interrupt(item: "item0", heardMs: 1000, cancelledByProvider: false)])
        #expect(actionKinds(actions) == [.takeOver] && bench.machine.state == .takenOver)
        bench.facts.playing = nil
        bench.facts.isPlayoutActive = false
        // Whatever the provider brings now is taken back, once an item, and not told.
        bench.provider(.responseStarted(id: "r2"))
        let first = bench.provider(.agentAudio(item: ItemHandle(1), range: 0..<10))
        #expect(MachineBench.requests(first) == [.interrupt(item: "item1", heardMs: 0, cancelledByProvider: false)])
        #expect(bench.machine.isSuppressed(ItemHandle(1)))
        #expect(bench.provider(.agentText(item: ItemHandle(1), delta: "unheard")).isEmpty)
        bench.provider(.responseEnded(id: "r2", status: .completed))
        #expect(bench.machine.history.items == [.agent("one")] && bench.machine.state == .takenOver)
    }

    /// What would open a turn, arm a timer or end the call does not while the operator has it.
    @Test(arguments: [
        SessionInput.speechStarted(probability: 0.9, at: 0, onset: MonotonicTime(nanoseconds: 0)),
        .speechSustained(probability: 0.9, onset: MonotonicTime(nanoseconds: 0)),
        .speechStopped(at: 100, lastSpeech: MonotonicTime(nanoseconds: 0)),
        .provider(SlotID(number: 1), .userSpeechStarted(item: "u")),
        .provider(SlotID(number: 1), .userSpeechStopped(item: "u")),
        .provider(SlotID(number: 1), .hangUpRequested(reason: "goodbye")),
        .text("typed"), .takeOver, .timer(.stall), .timer(.noInput), .timer(.stallReconnect),
    ]) func nothingAsksTheAgent(input: SessionInput) {
        for endpointing in [ProviderCapabilities.Endpointing.provider, .local] {
            var settings = SessionSettings()
            settings.noInputAfter = .seconds(5)
            let bench = MachineBench(settings)
            bench.facts.capabilitiesNow.endpointing = endpointing
            bench.ready()
            bench.input(.takeOver)
            let slot = bench.slot
            let actions: [SessionAction] =
                if case .provider(_, let event) = input { bench.input(.provider(slot, event)) } else {
                    bench.input(input)
                }
            #expect(MachineBench.requests(actions).isEmpty)
            #expect(bench.machine.open == nil && bench.machine.farewell == nil && bench.machine.state == .takenOver)
            #expect(!actions.contains { if case .timer = $0 { true } else { false } })
        }
    }

    @Test func aToolIsAnsweredAndNotRun() {
        let bench = MachineBench()
        bench.ready()
        bench.input(.takeOver)
        let actions = bench.provider(.toolCall(ToolCall(id: "c1", name: "hang_up", arguments: "{}")))
        guard case .toolResult("c1", _, true)? = MachineBench.requests(actions).first else {
            return #expect(Bool(false), "no answer to the tool")
        }
        #expect(!actions.contains { if case .startTool = $0 { true } else { false } })
        #expect(MachineBench.events(actions).map(\.kind) == [.toolCallStarted, .toolCallEnded])
    }

    @Test func anOpenUserTurnIsBrokenOff() {
        let bench = MachineBench()
        bench.facts.capabilitiesNow.endpointing = .local
        bench.ready()
        bench.input(.speechStarted(probability: 0.9, at: 0, onset: bench.now))
        bench.wait(500)
        let actions = bench.input(.takeOver)
        #expect(
            MachineBench.requests(actions) == [
                .userTurnEnded, .interrupt(item: nil, heardMs: 0, cancelledByProvider: false),
            ])
        #expect(!bench.machine.userSpeaking && bench.machine.open == nil)
        // The caller goes on speaking: to the operator, from now on.
        bench.wait(1500)
        bench.input(.speechStopped(at: 16_000, lastSpeech: bench.now))
        #expect(bench.machine.operatorHand.callerSpoke == .milliseconds(1500))
    }

    @Test func givingBackTellsTheAgentHowLong() throws {
        let bench = MachineBench()
        bench.ready()
        bench.input(.takeOver)
        bench.wait(2000)
        bench.input(.speechStarted(probability: 0.9, at: 0, onset: bench.now))
        bench.wait(3250)
        bench.input(.speechStopped(at: 100, lastSpeech: bench.now))
        bench.provider(.userTranscript(item: "u1", text: "I want a human", isFinal: true))
        bench.wait(1000)
        let actions = bench.input(.giveBack(operatorSpoke: .milliseconds(1900)))
        let account =
            "a human operator had the call for 6.3 s: the operator spoke for 1.9 s, the user for 3.3 s"
        #expect(actions.contains(.operatorVoice(false)) && actionKinds(actions) == [.giveBack])
        #expect(try #require(updates(actions).first).contains(account))
        #expect(bench.machine.history.items == [.user("I want a human"), .agent("[\(account)]")])
        #expect(bench.machine.state == .ready)
        // The next answer is heard again.
        bench.provider(.responseStarted(id: "r"))
        bench.speak(5)
        #expect(bench.machine.state == .speaking)
    }

    @Test func theOperatorMayHaveTheCallWhileTheProviderIsLost() {
        let bench = MachineBench()
        bench.ready()
        bench.input(.takeOver)
        bench.provider(.failure(ProviderFailure(code: "lost", text: "gone", consequence: .reconnect(after: nil))))
        #expect(bench.machine.state == .reconnecting && bench.machine.isTakenOver)
        bench.input(.timer(.reconnect))
        bench.provider(.ready)
        #expect(bench.machine.state == .takenOver)
        #expect(updates(bench.input(.giveBack(operatorSpoke: .zero))).count == 1)
    }

    @Test func takingOverCallsTheAgentsHangUpOffButNotTheOperators() {
        let bench = MachineBench()
        bench.ready()
        bench.provider(.hangUpRequested(reason: "goodbye"))
        #expect(bench.machine.state == .ending)
        #expect(bench.input(.takeOver).contains(.cancelTimer(.farewell)))
        #expect(bench.machine.farewell == nil && bench.machine.state == .takenOver)
        let other = MachineBench()
        other.ready()
        other.provider(.responseStarted(id: "r"))
        other.speak(0)
        other.input(.hangUp(SessionEnd(by: .operator_, reason: "over"), now: false))
        #expect(refusals(other.input(.takeOver)) == ["takeOver"])
        #expect(!other.machine.isTakenOver)
    }

    @Test func givingBackNeedsACallThatWasTaken() {
        let bench = MachineBench()
        bench.ready()
        #expect(refusals(bench.input(.giveBack(operatorSpoke: .zero))) == ["giveBack"])
        bench.input(.takeOver)
        #expect(refusals(bench.input(.takeOver)) == ["takeOver"])
        #expect(refusals(bench.input(.text("hello"))) == ["sendText"])
    }
}
