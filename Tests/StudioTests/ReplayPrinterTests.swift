import Core
import Recording
import Testing

@testable import Studio

@Suite struct ReplayPrinterTests {
    @Test func plainTellsTheConversation() throws {
        var lines: [String] = []
        ReplayPrinter.plain(try SessionReplay(path: samplePath)) { lines.append($0) }
        #expect(lines.first == "00:00:00.000  session with mock, agent concierge, audioSocket at 8000 Hz")
        #expect(lines.contains("00:00:02.320  you: What time is it in Berlin?"))
        #expect(lines.contains { $0.hasSuffix("tool get_time result in 80 ms: {\"time\":\"15:20\"}") })
        #expect(lines.contains { $0.contains("barge-in: 3380 of ") })
        #expect(lines.last == "00:00:12.040  ended by caller: hang-up")
    }

    @Test func jsonIsTheLogAgain() throws {
        let replay = try SessionReplay(path: samplePath)
        var records: [EventRecord] = []
        ReplayPrinter.json(replay) { line in
            if let record = try? EventCodec.decode(Array(line.utf8)) { records.append(record) }
        }
        #expect(records == replay.timeline.records)
    }
}
