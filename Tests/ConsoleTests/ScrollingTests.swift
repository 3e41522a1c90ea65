import Core
import Terminal
import Testing

@testable import Console

@Suite struct ScrollingTests {
    private func model(_ build: (inout Scenario) -> Void = { ConsoleFixture.partial(&$0) }) -> ConsoleModel {
        ConsoleFixture.model(Size(width: 120, height: 40), build)
    }

    @Test func scrollingHoldsStillAndCountsWhatIsNew() {
        var model = ConsoleFixture.model(Size(width: 80, height: 24)) { ConsoleFixture.partial(&$0) }
        _ = ConsoleFixture.press(&model, "pageup")
        let top = ConsoleLayout(model).transcript.y
        let line = model.picture().text(row: top)
        var scenario = Scenario()
        ConsoleFixture.partial(&scenario)
        let known = scenario.records.count
        for index in 0..<4 { scenario.add(.note(Note("remark \(index)"))) }
        _ = model.update(.records(Array(scenario.records[known...]), dropped: 0))
        #expect(model.picture().text(row: top) == line)
        #expect(model.picture().plainText.contains("4 new"))
        _ = ConsoleFixture.press(&model, "f")
        #expect(model.picture().plainText.contains("following"))
        #expect(model.picture().plainText.contains("remark 3"))
    }

    @Test func pageUpAndDownEndWhereTheyBegan() {
        var model = ConsoleFixture.model(Size(width: 80, height: 24)) { ConsoleFixture.partial(&$0) }
        let before = model.picture()
        _ = ConsoleFixture.press(&model, "pageup", "pageup", "pageup", "k")
        #expect(model.scroll != nil)
        _ = ConsoleFixture.press(&model, "pagedown", "pagedown", "pagedown", "pagedown", "j", "j")
        #expect(model.scroll == nil)
        #expect(model.picture() == before)
        _ = ConsoleFixture.press(&model, "g")
        #expect(model.picture().plainText.contains("greeting"))
        _ = ConsoleFixture.press(&model, "G")
        #expect(model.picture() == before)
    }

    @Test func dismissedTroubleComesBackWhenItChanges() {
        var model = model { ConsoleFixture.trouble(&$0) }
        #expect(model.picture().plainText.contains("x dismiss"))
        _ = ConsoleFixture.press(&model, "x")
        #expect(model.visibleTrouble == nil)
    }

    @Test func resizingIsTheSameAsStartingThere() {
        var model = ConsoleFixture.model(Size(width: 80, height: 24)) { ConsoleFixture.bargeIn(&$0) }
        for step in 0..<60 {
            _ = model.update(.resized(Size(width: (step * 37) % 230, height: (step * 13) % 70)))
            _ = model.picture()
        }
        _ = model.update(.resized(Size(width: 120, height: 40)))
        #expect(
            model.picture()
                == ConsoleFixture.model(Size(width: 120, height: 40)) { ConsoleFixture.bargeIn(&$0) }.picture())
    }

    @Test func toldAgainIsTheSame() {
        var scenario = Scenario()
        ConsoleFixture.bargeIn(&scenario)
        var once = SessionBook()
        once.apply(scenario.records)
        var twice = once
        twice.apply(scenario.records)
        #expect(twice[Scenario.own] == once[Scenario.own])
    }
}
