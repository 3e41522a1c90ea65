import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct PaneTests {
    private func model(_ size: Size, _ build: (inout Scenario) -> Void = { ConsoleFixture.bargeIn(&$0) })
        -> ConsoleModel
    {
        ConsoleFixture.model(size, build)
    }

    @Test func everySizePlacesPanesSideBySide() {
        for build in [ConsoleFixture.bargeIn, ConsoleFixture.calls, ConsoleFixture.idle, ConsoleFixture.trouble] {
            var model = model(Size(width: 80, height: 24)) { build(&$0) }
            for width in stride(from: 60, through: 300, by: 7) {
                for height in stride(from: 16, through: 100, by: 3) {
                    _ = model.update(.resized(Size(width: width, height: height)))
                    for view in ConsoleView.allCases {
                        model.view = view
                        check(model)
                    }
                }
            }
        }
    }

    /// Panes lie inside the work area and apart from each other; all of the screen's bands are there.
    private func check(_ model: ConsoleModel) {
        let layout = ConsoleLayout(model)
        let all = [
            layout.strip, layout.meters, layout.tabs, layout.banner, layout.prompt, layout.footer, layout.status,
        ]
        let areas = layout.panes.map(\.area) + all.filter { !$0.isEmpty }
        #expect(!layout.panes.isEmpty && !layout.area(of: layout.panes[0].pane).isEmpty)
        for (index, area) in areas.enumerated() {
            let inside = index < layout.panes.count ? layout.work : Rect(model.size)
            #expect(area.intersection(inside) == area, "\(model.view) \(model.size)")
            for other in areas.dropFirst(index + 1) {
                #expect(area.intersection(other).isEmpty, "\(model.view) \(model.size): \(area) and \(other)")
            }
        }
    }

    @Test(arguments: [(120, 40), (100, 30), (200, 50), (300, 100), (160, 16)])
    func separatorsAreStraight(width: Int, height: Int) {
        let model = model(Size(width: width, height: height))
        let layout = ConsoleLayout(model)
        let picture = model.picture()
        for column in [layout.side.x, layout.left.isEmpty ? layout.side.x : layout.left.width - 1] {
            for row in layout.side.y..<layout.side.endY { #expect(picture[column, row].base == "│") }
        }
    }

    @Test func tabMovesTheFocusAndScrollingFollowsIt() {
        var model = model(Size(width: 120, height: 40))
        #expect(model.focusedPane == .conversation)
        _ = ConsoleFixture.press(&model, "tab")
        #expect(model.focusedPane == .waterfall)
        _ = ConsoleFixture.press(&model, "up")
        #expect(model.scroll == nil && model.picture().plainText.contains("Turn 5 waterfall"))
        _ = ConsoleFixture.press(&model, "end", "shift-tab", "pageup")
        #expect(model.focusedPane == .conversation && model.scroll != nil)
        _ = ConsoleFixture.press(&model, "shift-tab")
        #expect(model.focusedPane == .newestEvents)
        let before = model.picture().plainText
        _ = ConsoleFixture.press(&model, "up")
        #expect(model.picture().plainText != before)
        _ = ConsoleFixture.press(&model, "down")
        #expect(model.picture().plainText == before)
        let panes = ConsoleLayout(model).panes.count
        for _ in 0..<panes { _ = ConsoleFixture.press(&model, "tab") }
        #expect(model.focusedPane == .newestEvents)
    }

    @Test func zoomTakesTheWorkAreaAndGoesBack() {
        for size in ConsoleFixture.sizes + [Size(width: 70, height: 60)] where size.width >= 60 {
            var model = model(size)
            let before = model.picture()
            for pane in ConsoleLayout(model).panes.map(\.pane) {
                model.focus(pane)
                _ = ConsoleFixture.press(&model, "z")
                #expect(ConsoleLayout(model).placed == [PlacedPane(pane, ConsoleLayout(model).work)])
                #expect(model.picture().size == size)
                _ = ConsoleFixture.press(&model, "z")
            }
            model.focus(.conversation)
            #expect(model.picture() == before)
            _ = ConsoleFixture.press(&model, "z", "2")
            #expect(!ConsoleLayout(model).isZoomed)
        }
    }
}
