import Core
import Terminal
import Testing

@testable import Console

@Suite struct RunOperatorTests {
    private func model(_ build: (inout Scenario) -> Void = { ConsoleFixture.calls(&$0) }) -> ConsoleModel {
        var model = ConsoleFixture.model(Size(width: 120, height: 40), build)
        model.view = .calls
        return model
    }

    private let first = SessionID("aaaa0001")
    private let second = SessionID("aaaa0002")

    @Test func aWhisperGoesToTheCallThatWasUnderTheCursor() {
        var model = model()
        #expect(ConsoleFixture.press(&model, "w") == [])
        guard case .ask(let prompt) = model.input else { return #expect(Bool(false), "no prompt") }
        // Keys are text now.
        ConsoleFixture.type(&model, "offer q")
        #expect(model.picture().plainText.contains("WHISPER"))
        #expect(ConsoleFixture.press(&model, "enter") == [.send(.whisper(session: prompt.session, text: "offer q"))])
        #expect(model.input == .normal)
        _ = ConsoleFixture.press(&model, "w")
        #expect(ConsoleFixture.press(&model, "escape") == [] && model.input == .normal)
        _ = ConsoleFixture.press(&model, "w")
        #expect(ConsoleFixture.press(&model, "enter") == [])
    }

    @Test func thePaletteTakesTheWordsAtOnce() {
        var model = model()
        guard let target = model.selectedCall?.id else { return #expect(Bool(false), "no call") }
        func run(_ line: String) -> [ConsoleEffect] {
            _ = ConsoleFixture.press(&model, ":")
            ConsoleFixture.type(&model, line)
            return ConsoleFixture.press(&model, "enter")
        }
        #expect(run("whisper be brief") == [.send(.whisper(session: target, text: "be brief"))])
        #expect(run("digits 12 3a#") == [.send(.sendDigits(session: target, digits: "123A#"))])
        #expect(run("note angry") == [.send(.note(session: target, text: "angry"))])
        #expect(run("take-over") == [.send(.takeOver(session: target))])
        #expect(run("mute-agent on") == [.send(.setAgentMute(session: target, on: true))])
        #expect(run("give-back") == [])
        #expect(model.notice?.text == "give-back: no call is taken over")
        #expect(run("note") == [])
        guard case .ask = model.input else { return #expect(Bool(false), "no prompt") }
    }

    @Test func aCallTakenOverIsSeenAndGivenBackFromAnywhere() {
        var model = model { ConsoleFixture.takenOver(&$0) }
        #expect(model.picture().plainText.contains("! operator"))
        #expect(ConsoleFixture.press(&model, "O") == [])
        #expect(model.notice?.text.contains("a gives it back") == true)
        #expect(ConsoleFixture.press(&model, "a") == [.send(.giveBack(session: second))])
        model.opened = second
        model.view = .talk
        #expect(model.picture().plainText.contains("MIC TO CALLER"))
        #expect(model.availability(of: .type) != .enabled)
        #expect(ConsoleFixture.press(&model, "M") == [.send(.setAgentMute(session: second, on: true))])
        model.opened = first
        #expect(ConsoleFixture.press(&model, "M") == [.send(.setAgentMute(session: first, on: false))])
        #expect(model.picture().plainText.contains("AGENT MUTED"))
    }

    @Test func ourOwnConversationHasNoCaller() {
        var model = model()
        model.view = .talk
        #expect(ConsoleFixture.press(&model, "O", "d") == [])
        #expect(ConsoleFixture.press(&model, "w") == [])
        ConsoleFixture.type(&model, "be brief")
        #expect(ConsoleFixture.press(&model, "enter") == [.send(.whisper(session: Scenario.own, text: "be brief"))])
    }

    @Test func hangingUpAsksFirst() {
        var model = model()
        guard let target = model.selectedCall?.id else { return #expect(Bool(false), "no call") }
        #expect(ConsoleFixture.press(&model, "h") == [] && model.picture().plainText.contains("hang up on"))
        #expect(ConsoleFixture.press(&model, "n") == [])
        #expect(ConsoleFixture.press(&model, "h", "y") == [.send(.hangUp(session: target, now: false))])
    }

    /// Every action that changes a call says that it is refused; listening changes nothing.
    @Test func readOnlyRefusesAllThatChangesACall() {
        for build in [ConsoleFixture.calls, ConsoleFixture.takenOver] as [(inout Scenario) -> Void] {
            for action in ActionTable.all where action.changesEngine {
                var model = model(build)
                model.isReadOnly = true
                #expect(model.run(action.id, argument: "x") == [] && model.input == .normal && model.overlay == nil)
                #expect(model.notice?.text == "\(action.name): read-only")
            }
        }
        var model = model()
        model.isReadOnly = true
        #expect(ConsoleFixture.press(&model, "h", "w", "O", "a", "d", "n", "M") == [])
        #expect(ConsoleFixture.press(&model, "l").count == 1)
    }
}
