import Core
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
        let rows = try JSONParser.parse(KeyDocs.json(.standard)).array ?? []
        #expect(rows.compactMap { $0["action"]?.string }.sorted() == ActionID.allCases.map(\.rawValue).sorted())
    }
}

@Suite struct ActionTableTests {
    @Test func everyActionIsThereOnce() {
        #expect(ActionTable.all.map(\.id.rawValue).sorted() == ActionID.allCases.map(\.rawValue).sorted())
    }

    @Test func noKeyMeansTwoThings() { #expect(KeyBindings.standard.conflicts == []) }

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

    @Test func helpNamesEveryActionOnce() {
        for view in ConsoleView.allCases {
            var model = ConsoleFixture.model(ConsoleFixture.sizes[2]) { ConsoleFixture.calls(&$0) }
            model.view = view
            let names = HelpEntries.matching("", model).map(\.name)
            #expect(
                names.map { $0.drop { $0 == ":" }.description }.sorted() == ActionID.allCases.map(\.rawValue).sorted())
        }
    }

    /// What the footer offers is in the help of the same screen, by the same word and key.
    @Test func footersSayWhatHelpSays() {
        for view in ConsoleView.allCases {
            var model = ConsoleFixture.model(Size(width: 300, height: 50)) { ConsoleFixture.calls(&$0) }
            model.view = view
            let painter = Painter(model)
            let entries = HelpEntries.matching("", model)
            for id in painter.footerActions {
                guard let action = ActionTable.action(id) else { continue }
                #expect(!Set(action.scopes).isDisjoint(with: model.activeScopes), "\(id) in the footer of \(view)")
                let entry = entries.first { $0.name == id.rawValue || $0.name == ":" + id.rawValue }
                let words = (entry?.name ?? "") + " " + (entry?.words ?? "")
                #expect(words.contains(ignoringCase: action.label), "\(action.label): \(words)")
                #expect(entry?.keyText(model.keys).contains(action.keys.first?.description ?? "?") == true)
            }
        }
    }
}
