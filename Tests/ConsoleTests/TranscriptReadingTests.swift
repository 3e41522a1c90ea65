import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct TranscriptReadingTests {
    private func model(_ build: (inout Scenario) -> Void = { ConsoleFixture.partial(&$0) }) -> ConsoleModel {
        ConsoleFixture.model(Size(width: 80, height: 24), build)
    }

    @Test func searchCountsEntriesAndWraps() {
        var model = model()
        _ = ConsoleFixture.press(&model, "/")
        ConsoleFixture.type(&model, "TONIGHT")
        _ = ConsoleFixture.press(&model, "enter")
        #expect(model.notice?.text.hasPrefix("match 1/3") == true)
        let marked = model.picture().cells.filter { $0.style.role == .match && $0.style.attributes.contains(.bold) }
        #expect(marked.map { String($0.base) }.joined().lowercased() == "tonight")
        _ = ConsoleFixture.press(&model, "n", "n")
        #expect(model.notice?.text.hasPrefix("match 3/3") == true)
        _ = ConsoleFixture.press(&model, "n")
        #expect(model.notice?.text.hasPrefix("match 1/3") == true)
        _ = ConsoleFixture.press(&model, "N")
        #expect(model.notice?.text.hasPrefix("match 3/3") == true)
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.search == nil && model.picture().cells.allSatisfy { $0.style.role != .match })
    }

    @Test func cutWordsAreStruckOrNamed() {
        var model = model { ConsoleFixture.bargeIn(&$0) }
        #expect(model.picture().plainText.contains("cut at 2.31s · 8 of 18 words heard · you spoke"))
        let struck = model.picture().cells.filter { $0.style.role == .cut }
        #expect(String(struck.map(\.base).map(Character.init)).contains("in the morning"))
        model.appearance.strike = false
        #expect(model.picture().plainText.contains("[cut:"))
    }

    @Test func whatCutsTheAgentSaysHowFastItYielded() {
        let model = model { scenario in
            scenario.afternoon()
            scenario.userSays("And then?", turn: 6)
            scenario.agentSays("Then there is rain.", turn: 6, total: 2_000, heard: 1_000)
            var cut = BargeIn(
                item: "a6", turn: 6, detector: .local, heardMs: 1_000, generatedMs: 2_000, detectMs: 160,
                probability: 0.9, reason: "user speech")
            cut.yieldMs = 175
            scenario.add(.bargeIn(cut))
        }
        #expect(model.picture().plainText.contains("2 of 4 words heard · yielded in 175 ms"))
    }

    @Test func readingHoldsStillWhateverComes() {
        var scenario = Scenario()
        ConsoleFixture.partial(&scenario)
        var model = model()
        _ = ConsoleFixture.press(&model, "k", "k")
        let top = ConsoleLayout(model).transcript.y
        let before = (0..<6).map { model.picture().text(row: top + $0) }
        let known = scenario.records.count
        // Late words of an earlier item, remarks, and more turns than are kept.
        scenario.userSays("Never mind. Can you book a table for two at eight?", turn: 6)
        for turn in 7..<600 {
            scenario.wait(50)
            scenario.userSays("More.", turn: turn)
        }
        _ = model.update(.records(Array(scenario.records[known..<(known + 40)]), dropped: 0))
        #expect((0..<5).map { model.picture().text(row: top + $0) } == Array(before.prefix(5)))
        #expect(model.picture().plainText.contains(" new "))
        let block = model.scroll?.block
        _ = model.update(.records(Array(scenario.records[(known + 40)...]), dropped: 0))
        #expect(model.scroll?.block == block && model.shown?.transcript.firstBlock ?? 0 > 0)
        #expect(!model.picture().plainText.isEmpty)
    }

    /// The recogniser's words come after the answer began: they are put above it, and the line read stays.
    @Test func wordsPutAboveDoNotPushWhatIsRead() {
        var scenario = Scenario()
        scenario.afternoon()
        scenario.add(.turnStarted(TurnStart(turn: 6, trigger: .speech)))
        scenario.add(.agentText(AgentText(item: "a6", turn: 6, text: "The answer comes first.", isFinal: true)))
        for index in 0..<30 { scenario.add(.note(Note("remark \(index)"))) }
        let records = scenario.records
        var model = model { $0 = scenario }
        _ = ConsoleFixture.press(&model, "k", "k", "k")
        let top = ConsoleLayout(model).transcript.y
        let line = model.picture().text(row: top)
        scenario.add(.userTranscript(UserTranscript(item: "u6", turn: 6, text: "What is it?", isFinal: true)))
        _ = model.update(.records(Array(scenario.records[records.count...]), dropped: 0))
        #expect(model.picture().text(row: top) == line)
    }

    @Test func timesInThreeWays() {
        var model = model {
            ConsoleFixture.idle(&$0); $0.start(); $0.wait(65_300); $0.userSays("Hello.", turn: 1); $0.wait(9_000);
            $0.userSays("You?", turn: 2)
        }
        #expect(model.picture().plainText.contains("turn 2  14:0"))
        _ = ConsoleFixture.press(&model, "t")
        #expect(model.picture().plainText.contains("turn 1  01:05.3"))
        _ = ConsoleFixture.press(&model, "t")
        #expect(model.picture().plainText.contains("turn 2  +10.0s"))
        _ = ConsoleFixture.press(&model, "t")
        #expect(model.timeStyle == .clock)
        #expect(model.update(.command("timestamps often")) == [])
        #expect(model.notice?.text == "timestamps takes clock, elapsed or delta, not often")
    }

    @Test func copyingSaysHowMuch() throws {
        var model = model { ConsoleFixture.bargeIn(&$0) }
        let all = ConsoleFixture.press(&model, "y")
        guard case .copy(let text)? = all.first else { return #expect(Bool(false)) }
        #expect(text.hasPrefix("turn 1  ") && text.contains("[cut: 8 of 18 words heard]"))
        _ = model.update(.copied(true))
        #expect(model.notice?.text == "copied all turns: \(Format.count(text.count)) characters")
        guard case .copy(let turn)? = ConsoleFixture.press(&model, "Y").first else { return #expect(Bool(false)) }
        #expect(turn.hasPrefix("turn 7  ") && !turn.contains("turn 6"))
        _ = ConsoleFixture.press(&model, "tab", "up", "Y")
        #expect(model.copyNote.hasPrefix("copied turn 5: "))
        _ = model.update(.copied(false))
        #expect(model.notice?.text.hasPrefix("not copied") == true)
    }

    @Test func copyingIsBounded() {
        var model = model { scenario in
            scenario.system()
            scenario.start()
            for turn in 1...40 { scenario.userSays(String(repeating: "words ", count: 500), turn: turn) }
        }
        guard case .copy(let text)? = ConsoleFixture.press(&model, "y").first else { return #expect(Bool(false)) }
        #expect(text.utf8.count <= TranscriptText.limit && text.contains("turn 40") && !text.contains("turn 20 "))
        #expect(model.copyNote.hasPrefix("copied the newest 18 of 40 turns"))
    }

    @Test func aFailoverIsMarked() {
        let model = model { scenario in
            scenario.afternoon()
            scenario.add(.stateChanged(StateChange(.failedOver, reason: "openai → gemini: 401 the key is not valid")))
        }
        #expect(model.picture().plainText.contains("failed over  openai → gemini"))
    }
}
