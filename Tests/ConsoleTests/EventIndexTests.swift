import Core
import Terminal
import Testing

@testable import Console

@Suite struct EventIndexTests {
    private func model() -> ConsoleModel {
        var model = ConsoleFixture.model(ConsoleFixture.sizes[0]) { ConsoleFixture.wire(&$0) }
        _ = ConsoleFixture.press(&model, "4")
        return model
    }

    private func names(_ model: ConsoleModel) -> [String] {
        model.eventIndex.matches.compactMap { model.book.event($0)?.event.kind.rawValue }
    }

    @Test func wordsTypesAndTurnsFilter() {
        var model = model()
        for (filter, expected) in [
            ("type:wire", ["wire", "wire", "wire"]), ("TYPE:wire >", []), ("type:wire append", ["wire"]),
            ("type:delta", ["wire"]), ("turn:6 type:tool", ["toolCallStarted", "toolCallEnded"]),
            ("turn:6 type:tool -result", ["toolCallStarted"]), ("parking?", ["userTranscript"]),
            ("session:nobody", []), ("PARKING?", ["userTranscript"]), ("type:", names(model)),
        ] {
            _ = model.runLine("filter \(filter)")
            #expect(names(model) == expected, "\(filter)")
        }
    }

    @Test func newEventsExtendWhatAFullLookFinds() {
        var model = model()
        _ = model.runLine("filter turn -agentText")
        let record = model.book.events.last
        var batch: [EventRecord] = []
        for step in 0..<20_000 {
            guard var next = record else { return }
            next.sequence = UInt64(10_000 + step)
            next.event =
                step % 3 == 0 ? .turnStarted(TurnStart(turn: step, trigger: .speech)) : .note(Note("turn and so on"))
            if step % 7 == 0 { next.event = .health(Health()) }
            batch.append(next)
            guard batch.count == 1 + step % 90 || step == 19_999 else { continue }
            _ = model.update(.records(batch, dropped: 0))
            batch = []
        }
        var fresh = EventIndex()
        fresh.extend(model.book)
        fresh.filter(model.eventIndex.filter, model.book)
        #expect(fresh.matches == model.eventIndex.matches)
        #expect((SessionBook.eventLimit...SessionBook.eventLimit * 5 / 4).contains(model.book.events.count))
        #expect(model.eventIndex.matches.allSatisfy { model.book.event($0) != nil })
    }

    @Test func wireMessagesBelongToTheTurnTheyFallInto() {
        var model = model()
        _ = ConsoleFixture.press(&model, "2", "t")
        #expect(model.view == .events)
        #expect(names(model).count { $0 == "wire" } == 3)
        #expect(names(model).first == "userSpeechStarted")
        _ = ConsoleFixture.press(&model, "t")
        #expect(model.eventIndex.filter.isOpen)
    }

    @Test func cursorStaysWhereItIsAndFollowsAgain() {
        var model = model()
        _ = ConsoleFixture.press(&model, "up", "up")
        let chosen = model.chosenEvent?.number
        guard let last = model.book.events.last else { return }
        _ = model.update(.records([last, last], dropped: 0))
        #expect(model.chosenEvent?.number == chosen)
        _ = ConsoleFixture.press(&model, "f")
        #expect(model.chosenEvent?.number == model.book.eventCount - 1)
    }

    @Test func errorsAreFoundOneAfterTheOther() {
        var model = model()
        _ = ConsoleFixture.press(&model, "E")
        #expect(model.chosenEvent?.record.event.kind == .commandRefused)
    }

    @Test func escapeClosesTheInnermostFirst() {
        var model = model()
        _ = model.runLine("filter type:wire")
        _ = ConsoleFixture.press(&model, "enter")
        #expect(model.eventDetail != nil)
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.eventDetail == nil && !model.eventIndex.filter.isOpen)
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.eventIndex.filter.isOpen)
    }
}

@Suite struct EventDetailTests {
    private func lines(_ event: Event) -> [String] {
        let record = EventRecord(
            sequence: 1, time: .init(nanoseconds: 5), wall: .init(nanoseconds: 6), audio: 7, session: nil, event: event)
        return EventDetail(record, number: 0).lines
    }

    @Test func opensJSONWithinTexts() {
        let lines = lines(.toolCallStarted(ToolCallStart(id: "1", turn: 2, name: "n", arguments: "{\"a\":[1,true]}")))
        #expect(lines.contains("  \"arguments\": {"))
        #expect(lines.contains("    \"a\": ["))
        #expect(lines.contains("      true"))
    }

    @Test func audioIsNamedNotShown() {
        let audio = String(repeating: "AAAAgP9/", count: 500)
        let text = lines(
            .toolCallEnded(
                ToolCallEnd(
                    id: "1", turn: 2, name: "n", outcome: .result, output: "{\"audio\":\"\(audio)\"}", ms: 1))
        )
        .joined()
        #expect(text.contains("<audio, 3 000 bytes>"))
        #expect(!text.contains("AAAA"))
    }

    @Test func longTextsAreCutAndSaySo() {
        let text = lines(.note(Note(String(repeating: "long ", count: 2_000)))).joined()
        #expect(text.contains("8 000 more bytes"))
    }

    @Test func deepAndHostileJSONEnds() {
        let deep = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
        #expect(!lines(.note(Note(deep))).isEmpty)
        #expect(
            lines(.note(Note("[" + String(repeating: "1,", count: 50_000) + "1]"))).count <= EventDetail.lineLimit + 1)
        var health = Health()
        health.jitterMs = .nan
        #expect(lines(.health(health)).count == 1)
    }
}
