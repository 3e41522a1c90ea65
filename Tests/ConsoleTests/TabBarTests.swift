import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct TabBarTests {
    @Test func everyViewHasItsTabAtEveryWidth() {
        for width in 60...240 {
            for readOnly in [true, false] {
                var model = ConsoleFixture.model(Size(width: width, height: 24)) { ConsoleFixture.calls(&$0) }
                model.isReadOnly = readOnly
                for view in ConsoleView.allCases {
                    model.view = view
                    let row = model.picture().text(row: ConsoleLayout(model).tabs.y)
                    #expect(row.contains("[\(view.rawValue) \(view.title)"), "\(width): \(row)")
                    for other in ConsoleView.allCases { #expect(row.contains("\(other.rawValue)")) }
                    if readOnly { #expect(row.contains("READ-ONLY")) }
                    let found = (0..<width).compactMap { TabBar.view(atColumn: $0, model) }
                    #expect(Set(found).count == ConsoleView.allCases.count)
                }
            }
        }
    }
}
