import Terminal
import Testing

@testable import Console

/// Every state of the real panes is told from its neighbours without colour, in every theme that is shipped.
@Suite struct StateProofTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/themes"

    @Test(arguments: ThemeStore(folders: [folder]).names)
    func noThemeNeedsColour(name: String) throws {
        var store = ThemeStore(folders: [Self.folder])
        let theme = try #require(store.load(name).theme)
        #expect(StateProof.findings(theme) == [])
    }

    @Test func muchIsCompared() {
        #expect(StateProof.extent.places >= 30)
        #expect(StateProof.extent.states >= 130)
        #expect(StateProof.extent.pairs >= 1_900)
    }

    /// A theme whose heard and unheard words differ by colour alone is caught, with the line that does it.
    @Test func colourAloneIsCaught() {
        var theme = BuiltInThemes.standard
        theme.roles[.unspoken]?.attributes = []
        theme.roles[.spoken]?.attributes = []
        let found = StateProof.findings(theme)
        #expect(found.contains { $0.text.contains("not heard yet and heard (words of the agent)") && $0.line > 0 })
    }

    /// Two states that draw the same picture are a fault of the panes, whatever the theme.
    @Test func samePictureIsCaught() {
        let model = StateLog.model { $0.begin() }
        let place = StatePlace("x", [("one", model), ("other", model)])
        let found = StateProof.findings(BuiltInThemes.standard, StateProof.compare([place]).lookalikes)
        #expect(found.map(\.text) == ["with colour removed nothing tells one and other (x) apart"])
    }
}
