import Core
import Testing

@testable import Studio

@Suite struct ReplayTimelineTests {
    static func record(_ sequence: UInt64, audio: Int64, ms: Int64 = 0, _ event: Event) -> EventRecord {
        EventRecord(
            sequence: sequence, time: MonotonicTime(nanoseconds: 5_000_000_000 + ms * 1_000_000),
            wall: WallTime(nanoseconds: 0), audio: audio, session: SessionID("s"), event: event)
    }

    private let line = ReplayTimeline(
        records: [
            record(1, audio: 0, .note(Note("a"))),
            record(2, audio: 8000, .turnStarted(TurnStart(turn: 1, trigger: .speech))),
            record(3, audio: 8000, .note(Note("b"))), record(4, audio: 4000, .note(Note("back"))),
            record(5, audio: 16_000, .turnStarted(TurnStart(turn: 2, trigger: .text))),
        ], sampleRate: 8000, frames: 24_000)

    @Test func timesComeFromTheAudioAndNeverGoBack() {
        #expect(line.times == [.zero, .seconds(1), .seconds(1), .seconds(1), .seconds(2)])
        #expect(line.length == .seconds(3))
    }

    @Test(arguments: [(0, 1), (999, 1), (1000, 4), (1999, 4), (2000, 5), (9000, 5), (-1, 0)])
    func countAt(_ ms: Int, _ count: Int) {
        #expect(line.count(at: .milliseconds(ms)) == count)
    }

    @Test func turnsAndSearch() {
        #expect(line.turns.map(\.number) == [1, 2])
        #expect(line.start(ofTurn: 2) == .seconds(2))
        #expect(line.start(ofTurn: 3) == nil)
        #expect(
            line.time(from: .zero, forward: true) { if case .turnStarted = $0 { true } else { false } } == .seconds(1))
        #expect(
            line.time(from: .seconds(2), forward: false) { if case .turnStarted = $0 { true } else { false } }
                == .seconds(1))
        #expect(line.position(at: .milliseconds(1500)) == 12_000)
    }

    @Test func aLogWithoutAudioRunsByTheClock() {
        let line = ReplayTimeline(
            records: [Self.record(1, audio: 0, .note(Note("a"))), Self.record(2, audio: 0, ms: 700, .note(Note("b")))],
            sampleRate: 8000, frames: 0)
        #expect(line.times == [.zero, .milliseconds(700)])
        #expect(line.length == .milliseconds(700))
    }

    @Test func nothingIsATimelineToo() {
        let line = ReplayTimeline(records: [], sampleRate: 0, frames: 0)
        #expect(line.length == .zero && line.count(at: .seconds(1)) == 0)
    }
}
