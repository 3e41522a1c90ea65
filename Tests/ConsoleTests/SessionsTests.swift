import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct SessionsTests {
    private func browsing(_ count: Int = 14, _ size: Size = Size(width: 80, height: 24)) -> ConsoleModel {
        var model = ConsoleModel(size: size)
        SessionsFixture.library(&model, count: count)
        return model
    }

    @Test func theListIsAskedForWhenItIsShown() {
        var model = ConsoleModel(size: Size(width: 80, height: 24))
        #expect(model.update(.libraryFound(SessionsFixture.forms)).isEmpty)
        #expect(
            ConsoleFixture.press(&model, "5") == [.ask(.page(LibraryQuery(), from: 0, count: 200)), .ask(.refresh)])
    }

    @Test func aHundredThousandAreScrolledInPages() {
        var model = browsing(0)
        let all = 100_000
        func answer(_ effects: [ConsoleEffect]) {
            for effect in effects {
                guard case .ask(.page(let query, let from, let count)) = effect else { continue }
                let rows = (from..<min(all, from + count)).map { number in
                    LibraryRow(name: "s\(number)", began: WallTime(nanoseconds: 0))
                }
                answer(model.update(.library(.page(query, from: from, total: all, rows: rows))))
            }
        }
        answer(ConsoleFixture.press(&model, "r"))
        answer(model.update(.library(.indexed(sessions: all, bytes: 1))))
        var asked = 0
        for _ in 0..<300 {
            let effects = ConsoleFixture.press(&model, "down")
            asked += effects.count { if case .ask(.page) = $0 { true } else { false } }
            answer(effects)
            #expect(model.sessions.chosen?.name == "s\(model.sessions.selection)")
        }
        #expect(model.sessions.selection == 300 && asked < 10 && model.sessions.rows.count <= 200)
        answer(ConsoleFixture.press(&model, "end"))
        #expect(model.sessions.chosen?.name == "s99999")
        answer(ConsoleFixture.press(&model, "pageup", "home"))
        #expect(model.sessions.chosen?.name == "s0")
    }

    @Test func theCursorStaysOnItsSessionWhenANewOneComes() {
        var model = browsing()
        _ = ConsoleFixture.press(&model, "down", "down")
        let name = model.sessions.chosen?.name
        let rows = [LibraryRow(name: "new", began: WallTime(nanoseconds: 0))] + SessionsFixture.rows(14)
        _ = model.update(.library(.page(model.sessions.query, from: 0, total: 15, rows: rows)))
        #expect(model.sessions.chosen?.name == name && model.sessions.selection == 3)
    }

    @Test func anAnswerToAnOlderQuestionIsPassedOver() {
        var model = browsing()
        let old = model.sessions.query
        _ = ConsoleFixture.press(&model, ">")
        _ = model.update(.library(.page(old, from: 0, total: 1, rows: SessionsFixture.rows(1))))
        #expect(model.sessions.total == 14 && model.sessions.query.order == .length)
    }

    @Test func sortAndReverse() {
        var model = browsing()
        var query = LibraryQuery()
        query.order = .size
        #expect(ConsoleFixture.press(&model, "<") == [.ask(.page(query, from: 0, count: 200))])
        query.isReversed = true
        #expect(ConsoleFixture.press(&model, "Z") == [.ask(.page(query, from: 0, count: 200))])
    }

    @Test(
        arguments: [
            ("table two", "table two", nil, nil, nil, nil), ("provider:openai", "", "openai", nil, nil, nil),
            ("agent:concierge slower:900 rain", "rain", nil, "concierge", nil, 900),
            ("outcome:failed", "", nil, nil, "failed", nil),
            ("provider: x:y", "provider: x:y", nil, nil, nil, nil), ("", "", nil, nil, nil, nil),
        ] as [(String, String, String?, String?, String?, Double?)])
    func filterLine(
        _ line: String, _ words: String, _ provider: String?, _ agent: String?, _ outcome: String?, _ slower: Double?
    ) {
        let (query, fault) = LibraryQuery.read(line)
        #expect(fault == nil && query.words == words && query.provider == provider && query.agent == agent)
        #expect(query.outcome == outcome && query.slowerThanMs == slower)
    }

    @Test func aFilterThatCannotBeReadIsSaid() {
        var model = browsing()
        #expect(model.runLine("find-sessions slower:fast").isEmpty)
        #expect(model.notice?.text == "slower: takes milliseconds, not fast")
        var mutator = MessageMutator(seeds: [Array("provider:openai slower:900 two words".utf8)], seed: 5)
        for _ in 0..<10_000 { _ = LibraryQuery.read(String(decoding: mutator.next(), as: UTF8.self)) }
    }

    @Test func escapeClosesDiffThenMarksThenFilter() {
        var model = ConsoleModel(size: Size(width: 80, height: 24))
        SessionsFixture.library(&model, words: "table")
        _ = ConsoleFixture.press(&model, "space")
        SessionsFixture.diff(&model)
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.sessions.diff == nil && model.sessions.marked.count == 1)
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.sessions.marked.isEmpty && model.sessions.filter == "table")
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.sessions.filter.isEmpty && model.sessions.query.words.isEmpty)
    }

    @Test func deletionAsksAndNamesWhatGoes() {
        var model = browsing()
        let first = model.sessions.rows[0].name
        #expect(ConsoleFixture.press(&model, "delete", "n").isEmpty)
        #expect(ConsoleFixture.press(&model, "delete", "y") == [.ask(.delete([first]))])
        _ = ConsoleFixture.press(&model, "space", "space", "delete")
        #expect(model.picture().plainText.contains("delete 2 marked sessions"))
        let names = model.sessions.rows.prefix(2).map(\.name)
        #expect(ConsoleFixture.press(&model, "y") == [.ask(.delete(names))])
        model.isReadOnly = true
        #expect(ConsoleFixture.press(&model, "delete").isEmpty && model.overlay == nil)
    }

    @Test func diffNeedsTwo() {
        var model = browsing()
        #expect(ConsoleFixture.press(&model, "D").isEmpty && model.notice?.level == .warning)
        _ = ConsoleFixture.press(&model, "space")
        let names = model.sessions.rows.prefix(2).map(\.name)
        #expect(ConsoleFixture.press(&model, "D") == [.ask(.compare(names[0], names[1]))])
        #expect(model.runLine("diff a b") == [.ask(.compare("a", "b"))])
    }

    @Test func exportChoosesAFormAndANoteIsTyped() {
        var model = browsing()
        let name = model.sessions.rows[0].name
        #expect(
            ConsoleFixture.press(&model, "e", "down", "enter") == [.ask(.export(name, form: "csv", isRedacted: false))])
        _ = ConsoleFixture.press(&model, "n")
        ConsoleFixture.type(&model, "call back")
        #expect(ConsoleFixture.press(&model, "enter") == [.ask(.note(name, text: "call back", at: nil))])
    }

    @Test func theStateOfTheIndexIsSeen() {
        var model = browsing()
        _ = model.update(.library(.indexing(done: 120, all: 400)))
        #expect(model.picture().plainText.contains("indexing 120/400"))
        _ = model.update(.library(.indexed(sessions: 400, bytes: 1)))
        #expect(!model.picture().plainText.contains("indexing"))
    }

    @Test func withoutALibraryItIsSaid() {
        var model = ConsoleModel(size: Size(width: 80, height: 24))
        _ = ConsoleFixture.press(&model, "5", "enter", "down", "space")
        #expect(model.picture().plainText.contains("no folder of sessions is known here"))
        #expect(model.notice?.text.contains("no sessions folder") == true)
    }
}
