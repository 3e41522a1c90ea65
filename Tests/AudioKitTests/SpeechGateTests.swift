import AudioKit
import Testing

@Suite struct SpeechGateTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// One letter a block of 10 samples: s speech, anything else none.
        var blocks: String
        var events: [SpeechGate.Event]
        var testDescription: String { blocks }
    }

    @Test(arguments: [
        Case(blocks: "....", events: []),
        Case(blocks: "s...", events: []),
        Case(blocks: "ss..", events: [.speechStarted(at: 0)]),
        Case(blocks: ".ss...", events: [.speechStarted(at: 10), .speechStopped(at: 30)]),
        Case(blocks: ".ss..s...", events: [.speechStarted(at: 10), .speechStopped(at: 60)]),
        Case(blocks: ".s.s.s", events: []),
        Case(
            blocks: "ss...ss...",
            events: [
                .speechStarted(at: 0), .speechStopped(at: 20), .speechStarted(at: 50), .speechStopped(at: 70),
            ]),
    ])
    func eventsOf(row: Case) {
        var gate = SpeechGate(onset: 20, hangover: 30)
        let events = row.blocks.compactMap { gate.update(speech: $0 == "s", count: 10) }
        #expect(events == row.events)
        #expect(gate.position == row.blocks.count * 10)
    }

    @Test func oneBadBlockDoesNotUndoALongOnset() {
        var gate = SpeechGate(onset: 40, hangover: 30)
        let events = "sss.s".compactMap { gate.update(speech: $0 == "s", count: 10) }
        #expect(events == [.speechStarted(at: 0)])
    }

    @Test func closingEndsOpenSpeechOnly() {
        var gate = SpeechGate(onset: 10, hangover: 100)
        #expect(gate.close() == nil)
        _ = gate.update(speech: true, count: 10)
        _ = gate.update(speech: false, count: 10)
        #expect(gate.isOpen)
        #expect(gate.close() == .speechStopped(at: 10))
        #expect(!gate.isOpen)
    }
}
