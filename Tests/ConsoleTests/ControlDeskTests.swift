import Core
import Terminal
import Testing

@testable import Console

@Suite struct ControlDeskTests {
    private func desk(_ build: (inout Scenario) -> Void = { ConsoleFixture.partial(&$0) }) -> ControlDesk {
        var scenario = Scenario()
        build(&scenario)
        var desk = ControlDesk()
        desk.take(scenario.records) { _ in MeterSnapshot() }
        return desk
    }

    /// Words behind a command that needs some.
    private func words(_ action: Action) -> String {
        switch action.argument {
        case .provider: " mock"
        case .theme: " mono"
        case .onOff: " on"
        case .choice(let names): " " + (names.first ?? "")
        case .text: action.id == .digits ? " 5" : action.id == .gain ? " 6" : " words"
        case .none: ""
        }
    }

    /// The drift test: whatever changes the engine can be done without a screen, by the word it has behind the colon. A new
    /// action either sends a command, or says why it cannot now, or stands in `needsScreen`.
    @Test(arguments: ControlDesk.actions.map(\.id))
    func everyActionThatChangesTheEngineWorksWithoutAScreen(id: ActionID) throws {
        let action = try #require(ActionTable.action(id))
        var desk = desk()
        switch desk.run(action.name + words(action), session: nil) {
        case .commands(let commands): #expect(!commands.isEmpty)
        case .refused(let reason): #expect(reason.hasPrefix(action.name + ":"), "\(reason)")
        case .mistake(let words): Issue.record("\(action.name): \(words)")
        }
    }

    @Test func everyCommandIsForBothOrForAScreen() {
        let both = Set(ControlDesk.actions.map(\.id))
        for action in ActionTable.all where action.isCommand && action.changesEngine {
            #expect(both.contains(action.id) != ControlDesk.needsScreen.contains(action.id), "\(action.name)")
        }
        #expect(both.contains(.listen) && !both.contains(.theme) && !both.contains(.quit))
    }

    @Test func aLineMeansWhatItMeansBehindTheColon() {
        var desk = desk()
        let own = Scenario.own
        #expect(desk.run("mute", session: nil) == .commands([.setMute(session: own, on: true)]))
        #expect(desk.run("say hello there", session: nil) == .commands([.sendText(session: own, text: "hello there")]))
        #expect(desk.run("hangup", session: nil) == .commands([.hangUp(session: own, now: false)]))
        #expect(desk.run("shutdown", session: nil) == .commands([.shutdown]))
        #expect(desk.run("record off", session: nil) == .commands([.setRecording(session: own, on: false)]))
    }

    @Test func mistakesAndRefusalsAreToldApart() {
        var desk = desk()
        #expect(desk.run("nope", session: nil) == .mistake("unknown command: nope; did you mean note?"))
        #expect(desk.run("theme mono", session: nil) == .mistake("theme is for a screen: use it in the console"))
        #expect(desk.run("say", session: nil) == .mistake("say needs: words; write it behind say"))
        #expect(
            desk.run("mute perhaps", session: nil) == .mistake("mute takes on or off, not perhaps; write `mute on`"))
        #expect(desk.run("provider", session: nil) == .mistake("provider needs words behind it"))
        #expect(desk.run("take-over", session: nil) == .refused("take-over: this is our own conversation"))
        var empty = ControlDesk()
        #expect(empty.run("cut", session: nil) == .refused("cut: no conversation is live"))
    }

    @Test func severalCallsNeedAChoice() throws {
        var desk = desk { ConsoleFixture.calls(&$0) }
        let all = desk.sessions(matching: nil)
        try #require(all.count > 1)
        let one = all[1]
        #expect(desk.sessions(matching: one.text) == [one])
        #expect(desk.run("note x", session: one) == .commands([.note(session: one, text: "x")]))
    }
}

@Suite struct DetachTests {
    private func model(_ place: ConsolePlace) -> ConsoleModel {
        var scenario = Scenario()
        ConsoleFixture.partial(&scenario)
        var model = ConsoleModel(size: Size(width: 120, height: 40), place: place)
        _ = model.update(.records(scenario.records, dropped: 0))
        return model
    }

    @Test func leavingAnAttachedConsoleAsksNothing() {
        var attached = model(.attached)
        #expect(ConsoleFixture.press(&attached, "q") == [.quit])
        var own = model(.own)
        #expect(ConsoleFixture.press(&own, "q") == [] && own.overlay != nil)
    }

    @Test func detachLeavesTheEngineWhereThereIsOne() {
        var own = model(.own)
        #expect(own.runLine("detach") == [.detach])
        var replay = model(.alone)
        #expect(replay.runLine("detach") == [] && replay.notice?.text == "detach: nothing would go on")
    }

    @Test func shutdownAsksFirst() {
        var attached = model(.attached)
        _ = ConsoleFixture.press(&attached, ":")
        ConsoleFixture.type(&attached, "shutdown")
        #expect(ConsoleFixture.press(&attached, "enter") == [] && attached.overlay != nil)
        #expect(ConsoleFixture.press(&attached, "y") == [.send(.shutdown)])
    }
}
