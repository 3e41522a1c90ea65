import Glibc
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct KeyDocsTests {
    private static let page =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/docs/keys.md"

    @Test func pageIsUpToDate() {
        if getenv("SIDETONE_UPDATE_GOLDENS") != nil { _ = GoldenText.write(KeyDocs.markdown, Self.page) }
        #expect(GoldenText.read(Self.page) == KeyDocs.markdown, "run with SIDETONE_UPDATE_GOLDENS=1")
    }

    @Test func jsonNamesEveryAction() throws {
        for id in ActionID.allCases { #expect(KeyDocs.json.contains("\"\(id.rawValue)\"")) }
    }
}

@Suite struct ActionTableTests {
    @Test func everyActionIsThereOnce() {
        #expect(ActionTable.all.map(\.id.rawValue).sorted() == ActionID.allCases.map(\.rawValue).sorted())
    }

    @Test func noKeyMeansTwoThings() { #expect(ActionTable.conflicts == []) }

    @Test func everyActionCanBeReached() {
        for action in ActionTable.all {
            #expect(!action.keys.isEmpty || action.isCommand, "\(action.name) has neither key nor command")
            #expect(!action.help.isEmpty && !action.label.isEmpty && !action.scopes.isEmpty)
        }
    }

    @Test func keysOfTerminalsAreLeftAlone() {
        let avoided = ["ctrl-s", "ctrl-q"].compactMap { try? KeyChord(parsing: $0) }
        for action in ActionTable.all { #expect(Set(action.keys).isDisjoint(with: avoided)) }
    }

    @Test func footersNameOnlyActionsOfTheirView() {
        for view in ConsoleView.allCases {
            var model = ConsoleFixture.model(ConsoleFixture.sizes[2]) { ConsoleFixture.calls(&$0) }
            model.view = view
            let help = Set(HelpEntries.matching("", model).map(\.id))
            for action in ActionTable.all where action.scopes.contains(view.scope) || action.scopes.contains(.global) {
                #expect(help.contains(action.id))
            }
        }
    }
}
