import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct PaletteTests {
    private func model() -> ConsoleModel {
        ConsoleFixture.model(Size(width: 120, height: 40)) { ConsoleFixture.partial(&$0) }
    }

    @Test func candidatesStandAboveTheLine() {
        var model = model()
        _ = ConsoleFixture.press(&model, ":")
        ConsoleFixture.type(&model, "mu")
        let row = ConsoleLayout(model).prompt.y - 1
        #expect(model.picture().text(row: row).contains("mute  mute-agent"))
        ConsoleFixture.type(&model, "te-agent")
        #expect(model.picture().text(row: row).contains("mute-agent [on|off]  silence the agent"))
        _ = ConsoleFixture.press(&model, "ctrl-u")
        ConsoleFixture.type(&model, "nope")
        #expect(model.picture().text(row: row).contains("no command begins so"))
    }

    @Test func tabGoesThroughWhatItCouldBe() {
        var model = model()
        _ = ConsoleFixture.press(&model, ":")
        ConsoleFixture.type(&model, "theme ")
        _ = ConsoleFixture.press(&model, "tab")
        #expect(model.commandField.string == "theme clearsight")
        _ = ConsoleFixture.press(&model, "tab", "tab")
        #expect(model.commandField.string == "theme fjord")
        _ = ConsoleFixture.press(&model, "shift-tab")
        #expect(model.commandField.string == "theme daylight")
        _ = ConsoleFixture.press(&model, "shift-tab", "shift-tab")
        #expect(model.commandField.string == "theme mono")
        #expect(model.picture().plainText.contains("clearsight  daylight  fjord  midnight  mono"))
        _ = ConsoleFixture.press(&model, "backspace", "tab")
        #expect(model.commandField.string == "theme mono ")
        #expect(model.completion == nil)
    }

    @Test func anUnknownCommandNamesTheNearest() {
        var model = model()
        for (line, told) in [
            ("nope", "unknown command: nope; did you mean note"), ("thme", "unknown command: thme; did you mean theme"),
            ("hagnup", "unknown command: hagnup; did you mean hangup"),
        ] {
            _ = ConsoleFixture.press(&model, ":")
            ConsoleFixture.type(&model, line)
            _ = ConsoleFixture.press(&model, "enter")
            #expect(model.notice?.text.hasPrefix(told) == true, "\(model.notice?.text ?? "")")
        }
        _ = ConsoleFixture.press(&model, ":", "up", "up")
        #expect(model.commandField.string == "thme")
    }

    @Test func helpPagesAndSaysWhyNot() {
        var model = model()
        let before = model.picture()
        _ = ConsoleFixture.press(&model, "?")
        var seen: Set<String> = []
        let count = HelpEntries.matching("", model).count
        for _ in 0..<count {
            let text = model.picture().plainText
            for entry in HelpEntries.matching("", model) where text.contains(" " + entry.name + " ") {
                seen.insert(entry.name)
            }
            _ = ConsoleFixture.press(&model, "pagedown")
        }
        #expect(seen.count == count)
        #expect(model.picture().plainText.contains("\(count)/\(count)"))
        _ = ConsoleFixture.press(&model, "home")
        ConsoleFixture.type(&model, "barge-in would")
        #expect(model.picture().plainText.contains("not now: the agent is not speaking"))
        _ = ConsoleFixture.press(&model, "enter")
        #expect(model.notice?.text == "the agent is not speaking")
        if case .help = model.overlay {} else { Issue.record("the help closed") }
        _ = ConsoleFixture.press(&model, "escape")
        model.notice = nil
        #expect(model.picture() == before)
    }
}
