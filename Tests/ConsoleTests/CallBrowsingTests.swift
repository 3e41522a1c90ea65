import Core
import Terminal
import Testing

@testable import Console

/// The table of calls: order, filter, columns, marks, pause; what ended stays listed.
@Suite struct CallBrowsingTests {
    private func model(
        _ size: Size = Size(width: 120, height: 40), readOnly: Bool = false,
        _ build: (inout Scenario) -> Void = ConsoleFixture.calls
    ) -> ConsoleModel {
        var model = ConsoleFixture.model(size, build)
        model.isReadOnly = readOnly
        _ = ConsoleFixture.press(&model, "3")
        return model
    }

    private func callers(_ model: ConsoleModel) -> [String] {
        model.calls.rows.compactMap { model.book.call($0)?.caller }
    }

    @Test func liveCallsComeFirstWhateverTheOrder() {
        for column in CallColumn.allCases {
            for isDescending in [true, false] {
                var model = model()
                model.calls.columns = Set(CallColumn.allCases)
                model.calls.isDescending = isDescending
                _ = model.runLine("sort \(column.rawValue)")
                #expect(model.calls.rows.count == 5 && callers(model).last == "6002", "\(column)")
            }
        }
    }

    @Test func sortingByLatencyPutsTheSlowestFirstAndTheCursorStaysWithItsCall() {
        var model = model()
        _ = ConsoleFixture.press(&model, "down")
        #expect(model.selectedCall?.callerName == "0142556677")
        _ = model.runLine("sort e2e")
        #expect(callers(model).first?.hasPrefix("anonymous") == true)
        #expect(model.selectedCall?.callerName == "0142556677")
        _ = ConsoleFixture.press(&model, "Z")
        #expect(callers(model).first == "6004")
        _ = ConsoleFixture.press(&model, ">")
        #expect(model.calls.sort == .alert)
        _ = ConsoleFixture.press(&model, "<", "<")
        #expect(model.calls.sort == .turn)
        _ = model.runLine("sort lenght")
        #expect(model.notice?.level == .warning)
    }

    @Test func theFilterTakesWordsAndLeavesOutThoseWithMinus() {
        var model = model()
        _ = ConsoleFixture.press(&model, "/")
        ConsoleFixture.type(&model, "openai -6004")
        _ = ConsoleFixture.press(&model, "enter")
        #expect(Set(callers(model)) == ["6001 \"Anna\"", "anonymous \u{202E}gpj", "6002"])
        _ = model.runLine("filter-calls alert")
        #expect(callers(model) == ["anonymous \u{202E}gpj"])
        _ = ConsoleFixture.press(&model, "escape")
        #expect(callers(model).count == 5 && model.calls.filter.isEmpty)
    }

    @Test func aPausedListKeepsItsRowsAndCountsWhatIsNew() {
        var model = model()
        _ = ConsoleFixture.press(&model, "o")
        let before = model.calls.rows
        var scenario = Scenario()
        scenario.session = SessionID("aaaa0009")
        scenario.start(leg: .audioSocket, caller: "7001")
        _ = model.update(.records(scenario.records, dropped: 0))
        #expect(model.calls.rows == before && model.calls.waiting == 1)
        #expect(model.picture().plainText.contains("PAUSED, 1 new"))
        _ = ConsoleFixture.press(&model, "o")
        #expect(model.calls.rows.count == 6)
    }

    @Test func markedCallsAreHungUpWithOneQuestion() {
        var model = model()
        _ = ConsoleFixture.press(&model, "space", "space", "end", "space")
        #expect(model.calls.marked.count == 3)
        #expect(ConsoleFixture.press(&model, "h").isEmpty)
        guard case .confirm(let question) = model.overlay else {
            Issue.record("no question")
            return
        }
        // The third is over: it cannot be hung up.
        #expect(question.question.hasPrefix("hang up on all 2 marked calls (6001"))
        #expect(ConsoleFixture.press(&model, "n").isEmpty && model.calls.marked.count == 3)
        _ = ConsoleFixture.press(&model, "h")
        let sent = ConsoleFixture.press(&model, "y")
        #expect(
            sent == [
                .send(.hangUp(session: SessionID("aaaa0001"), now: false)),
                .send(.hangUp(session: SessionID("aaaa0002"), now: false)),
            ])
        #expect(model.calls.marked.isEmpty)
    }

    @Test func aNoteGoesToAllMarkedCalls() {
        var model = model()
        _ = ConsoleFixture.press(&model, "space", "space", "n")
        ConsoleFixture.type(&model, "vip")
        let sent = ConsoleFixture.press(&model, "enter")
        #expect(
            sent == ["aaaa0001", "aaaa0002"].map { .send(.note(session: SessionID($0), text: "vip")) })
    }

    @Test func columnsAreChosenFromAListOrByName() {
        var model = model(Size(width: 200, height: 50))
        _ = ConsoleFixture.press(&model, "c", "down", "down", "down", "enter")
        #expect(model.calls.columns.contains(.provider))
        #expect(model.picture().plainText.contains("[x] provider"))
        _ = ConsoleFixture.press(&model, "enter", "escape")
        #expect(!model.calls.columns.contains(.provider) && model.overlay == nil)
        _ = model.runLine("columns caller,jitter,late")
        #expect(model.calls.shown == [.state, .caller, .late, .jitter])
        _ = model.runLine("columns caler")
        #expect(model.notice?.text.contains("did you mean caller?") == true)
    }

    @Test(arguments: [60, 72, 80, 99, 120, 200])
    func columnsNeverOverlapOrLeaveTheTable(_ width: Int) {
        var state = CallsState()
        state.columns = Set(CallColumn.allCases)
        for narrow in [false, true] {
            let places = CallTableColumns(state, width: width - 2, narrow: narrow).places
            #expect(places.first?.column == .state)
            var end = 0
            for (_, x, own) in places {
                #expect(x > end || end == 0)
                end = x + own
            }
            #expect(end <= width)
        }
    }

    @Test func whatFailedSaysSoAndWhy() {
        let model = model { scenario in
            ConsoleFixture.calls(&scenario)
            scenario.session = SessionID("aaaa0004")
            scenario.add(.trouble(Trouble(code: "provider.auth", severity: .error, text: "401 unauthorized")))
            scenario.add(.sessionEnded(SessionEnd(by: .provider, reason: "no provider")))
        }
        let text = model.picture().plainText
        #expect(text.contains("✗ failed") && text.contains("401 unauthorized") && text.contains("✗ ended"))
    }

    @Test func readOnlyRefusesToHangUp() {
        var model = model(readOnly: true)
        #expect(ConsoleFixture.press(&model, "h").isEmpty && model.overlay == nil)
        #expect(model.notice?.text == "hangup: read-only")
    }

    @Test func aBudgetAlarmOfACallStandsInItsRowAndInTheBanner() {
        let model = model { scenario in
            ConsoleFixture.calls(&scenario)
            scenario.session = SessionID("aaaa0002")
            scenario.add(
                .trouble(
                    Trouble(
                        code: "budget.llm_ttft", severity: .warning,
                        text: "turn 2: llm_ttft 2.1 s over budget 1.5 s (gemini)")))
        }
        let text = model.picture().plainText
        #expect(text.contains("! call 0142556677: turn 2: llm_ttft 2.1 s over budget 1.5 s (gemini)"))
        #expect(text.contains("(2 alert)"))
    }
}
