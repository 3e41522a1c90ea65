import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct MouseTests {
    private func model(_ size: Size = Size(width: 200, height: 50)) -> ConsoleModel {
        ConsoleFixture.model(size) { ConsoleFixture.calls(&$0) }
    }

    private func send(_ model: inout ConsoleModel, _ action: MouseEvent.Action, _ pane: Pane, row: Int = 1) {
        let area = ConsoleLayout(model).area(of: pane)
        _ = model.update(.input(.mouse(MouseEvent(action, x: area.x + 3, y: area.y + row))))
    }

    @Test func aClickGivesTheFocusAndChoosesTheRow() {
        var model = model()
        send(&model, .press, .tools)
        #expect(model.focusedPane == .tools)
        send(&model, .press, .callList, row: 4)
        #expect(model.focusedPane == .callList && model.calls.selection == 2)
        _ = ConsoleFixture.press(&model, "up")
        #expect(model.calls.selection == 1)
        send(&model, .press, .callList, row: 30)
        #expect(model.calls.selection == 1)
        _ = ConsoleFixture.press(&model, "?")
        send(&model, .press, .conversation)
        #expect(model.focusedPane == .callList)
    }

    @Test func theWheelScrollsWhatIsBelowThePointer() {
        var model = ConsoleFixture.model(Size(width: 120, height: 40)) { ConsoleFixture.bargeIn(&$0) }
        send(&model, .wheelUp, .waterfall)
        #expect(model.chosenTurn == 5 && model.scroll == nil && model.focusedPane == .conversation)
        send(&model, .wheelUp, .conversation)
        #expect(model.scroll != nil)
        send(&model, .wheelDown, .conversation)
        #expect(model.scroll == nil)
    }
}

@Suite struct ReducedScreenTests {
    @Test(arguments: [(42, 12), (20, 5), (59, 40), (120, 15), (20, 2), (12, 5)])
    func stateMicrophoneAndRecordingAreThere(width: Int, height: Int) {
        let model = ConsoleFixture.model(Size(width: width, height: height)) { ConsoleFixture.calls(&$0) }
        let text = model.picture().plainText
        for word in ["LISTENING", "OPEN-MIC"] { #expect(text.contains(word), "\(width)x\(height)\n\(text)") }
        if width >= 20 { #expect(text.contains("REC 00:")) }
        if height >= 5, width >= 20 { #expect(text.contains("needs 60x16") && text.contains("4 live calls")) }
        if height >= 3 { #expect(text.contains("q quit")) }
    }

    @Test func callsGoOnAndKeysWork() {
        var model = ConsoleFixture.model(Size(width: 20, height: 5)) { ConsoleFixture.calls(&$0) }
        #expect(ConsoleFixture.press(&model, "m") == [.send(.setMute(session: Scenario.own, on: true))])
        #expect(model.picture().plainText.contains("MUTED"))
        _ = ConsoleFixture.press(&model, "q")
        #expect(model.picture().plainText.contains("y/N"))
        #expect(ConsoleFixture.press(&model, "y") == [.quit])
    }
}
