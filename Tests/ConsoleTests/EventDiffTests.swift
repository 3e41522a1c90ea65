import Core
import Terminal
import Testing

@testable import Console

/// Two marked events field by field, repeats in one row, and a long log that pages at once.
@Suite struct EventDiffTests {
    private func record(_ event: Event, _ sequence: UInt64 = 1) -> EventRecord {
        EventRecord(
            sequence: sequence, time: MonotonicTime(nanoseconds: Int64(sequence)), wall: WallTime(nanoseconds: 0),
            audio: 0, session: SessionID("aa"), event: event)
    }

    @Test func fieldsThatDifferAreNamedWithTheirPath() {
        let one = ToolCallStart(id: "1", turn: 1, name: "book", arguments: #"{"guests":2,"at":{"hour":20}}"#)
        let two = ToolCallStart(id: "1", turn: 1, name: "book", arguments: #"{"guests":3,"at":{"hour":20},"vip":true}"#)
        let diff = EventDiff(record(.toolCallStarted(one)), number: 0, record(.toolCallStarted(two)), number: 1)
        let changed = diff.rows.filter { $0.sign != .same }
        #expect(changed.map(\.path) == ["arguments.guests", "arguments.vip"])
        #expect(changed.map(\.sign) == [.changed, .added])
        #expect(changed[0].before == "2" && changed[0].after == "3")
        let same = EventDiff(record(.note(Note("x"))), number: 0, record(.note(Note("x"))), number: 1)
        #expect(same.differences == 0 && EventDetail(same).lines == ["the events are alike"])
    }

    @Test func marksAndDifferenceByKeysAndHostileTextIsHarmless() {
        var model = ConsoleFixture.model(Size(width: 120, height: 40)) { scenario in
            scenario.afternoon()
            scenario.add(.note(Note("one \u{1B}]0;evil\u{07}")))
            scenario.add(.note(Note("other \u{202E}gpj")))
        }
        _ = ConsoleFixture.press(&model, "4", "space", "up", "space", "d")
        #expect(model.eventDetail?.isDiff == true)
        let text = model.picture().plainText
        #expect(text.contains("Difference") && text.contains("~ text: "))
        #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.eventDetail == nil && model.eventMarks.count == 2)
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.eventMarks.isEmpty)
    }

    @Test func repeatsShareARowThatCounts() {
        var model = ConsoleModel(size: Size(width: 120, height: 40))
        let append = { (bytes: Int) in
            Event.wire(WireMessage(source: "p", direction: .sent, type: "append", bytes: bytes, count: 2))
        }
        let events = [append(10), append(20), append(30), .note(Note("x")), append(40)]
        _ = model.update(.records(events.enumerated().map { record($1, UInt64($0 + 1)) }, dropped: 0))
        #expect(model.eventIndex.matches == [2, 3, 4])
        #expect(model.eventIndex.repeats[2] == EventIndex.Repeats(count: 6, bytes: 60))
        _ = ConsoleFixture.press(&model, "4", "-")
        #expect(model.eventIndex.matches == [2, 3, 4] && model.eventIndex.repeats[2]?.count == 6)
        #expect(model.picture().plainText.contains("append  60 B  x6"))
    }

    @Test func tenThousandEventsAreKeptAndPaged() {
        var model = ConsoleModel(size: Size(width: 200, height: 50))
        let records = (1...10_000).map { record(.note(Note("event \($0)")), UInt64($0)) }
        _ = model.update(.records(records, dropped: 0))
        _ = ConsoleFixture.press(&model, "4")
        for _ in 0..<3 { _ = ConsoleFixture.press(&model, "pageup") }
        let first = model.picture().plainText
        #expect(model.eventIndex.matches.count == 10_000 && first.contains("event 9880"))
        _ = ConsoleFixture.press(&model, "home")
        #expect(model.picture().plainText.contains("event 12") && model.eventCursor == 0)
    }
}
