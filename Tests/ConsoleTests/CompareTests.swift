import Core
import Terminal
import Testing

@testable import Console

@Suite struct CompareTests {
    static func snapshot(running: Bool = false) -> CompareSnapshot {
        var recorded = column("recorded", isRecorded: true, e2e: 620, said: "Done, table for two at eight.")
        recorded.calls = [
            .init(name: "book", arguments: #"{"n":2,"at":"20:00"}"#, expected: nil, verdict: "equal", isGood: true)
        ]
        var first = column("openai", e2e: 640, said: "I have booked a table for two at eight.")
        first.calls = recorded.calls
        (first.isFastest, first.wordErrorRate, first.heard) = (true, 0, "Book a table for two at eight")
        var second = column("cascade dg+gpt+eleven", e2e: 1120, said: "For what time?\u{1B}[31m")
        second.calls = [
            .init(
                name: "book", arguments: #"{"n":2,"at":null}"#, expected: #"{"n":2,"at":"20:00"}"#, verdict: "differs",
                isGood: false)
        ]
        (second.isCheapest, second.wordErrorRate, second.heard) = (true, 1.0 / 7, "Book a table for 2 at ate")
        var third = CompareSnapshot.Column(name: "gemini", isRecorded: false, done: 0, asked: 3)
        third.note = running ? "listening, run 1" : "the key was refused; check GEMINI_API_KEY"
        third.isFailed = !running
        var made = CompareSnapshot(
            source: "sample", turn: 7, words: "Book a table for two at eight", seconds: 2.1, runs: 3,
            columns: [recorded, first, second, third], exitCode: 1, isRunning: running, loudness: "-20 LUFS")
        made.differences = [
            .init(
                first: 0, second: 1,
                said: [
                    .init(.removed, "Done,"), .init(.added, "I have booked a"), .init(.same, "table for two at eight."),
                ]),
            .init(
                first: 0, second: 2,
                said: [.init(.removed, "Done, table for two at eight."), .init(.added, "For what time?")]),
        ]
        made.verdicts = [
            .init(budget: "e2e<0.8", column: 1, passed: 3, judged: 3),
            .init(budget: "e2e<0.8", column: 2, passed: 0, judged: 3),
            .init(budget: "e2e<0.8", column: 3, passed: 0, judged: 0),
        ]
        return made
    }

    private static func column(
        _ name: String, isRecorded: Bool = false, e2e: Double, said: String
    ) -> CompareSnapshot.Column {
        var made = CompareSnapshot.Column(name: name, isRecorded: isRecorded, done: 3, asked: 3)
        (made.e2eP50, made.e2eMax, made.said) = (e2e, e2e * 1.2, said)
        made.parts = [
            .init(name: "vad_hang", ms: 200, owner: .setting),
            .init(name: "model_ttfa", ms: e2e - 220, owner: .service),
            .init(name: "playout", ms: 20, owner: .transport),
        ]
        (made.inputTokens, made.outputTokens, made.dollars) = (402, 88, e2e / 200_000)
        (made.audioMs, made.canPlay) = (2400, true)
        return made
    }

    private func model(_ snapshot: CompareSnapshot? = CompareTests.snapshot()) -> ConsoleModel {
        var model = ConsoleFixture.model(Size(width: 80, height: 24)) { ConsoleFixture.idle(&$0) }
        model.compare.isPossible = true
        if let snapshot { _ = model.update(.compare([.changed(snapshot)])) }
        model.view = .compare
        return model
    }

    @Test func keysChooseAndPlayAColumn() {
        var model = model()
        #expect(ConsoleFixture.press(&model, "right", "right", "space") == [.compare(.play(column: 2))])
        _ = model.update(.compare([.playing(2)]))
        #expect(ConsoleFixture.press(&model, "space") == [.compare(.stopPlaying)])
        // The last column has no audio.
        _ = ConsoleFixture.press(&model, "right", "right", "right")
        #expect(model.compare.selected == 3)
        #expect(ConsoleFixture.press(&model, "space").isEmpty)
        #expect(
            ConsoleFixture.press(&model, "e", "j", "r") == [
                .compare(.exportCSV), .compare(.exportJSON), .compare(.again(runs: 3)),
            ])
        _ = ConsoleFixture.press(&model, "+", "+", "-", "d")
        #expect(model.compare.runs == 4 && model.compare.difference == 1)
    }

    @Test func withoutALaboratoryNothingIsAsked() {
        var model = model(nil)
        model.compare.isPossible = false
        #expect(ConsoleFixture.press(&model, "a", "r", "b").isEmpty)
        #expect(model.notice?.text.contains("cannot compare") == true)
    }

    @Test func blindListeningHidesNamesAndCountsVotes() throws {
        var model = model()
        _ = ConsoleFixture.press(&model, "b")
        let blind = try #require(model.compare.blind)
        #expect(blind.columns == [0, 1, 2])
        let hidden = model.picture().plainText
        #expect(!hidden.contains("openai") && !hidden.contains("recorded") && !hidden.contains("0.64"))
        // Each answer once, in an order that the seed gives.
        let played = ConsoleFixture.press(&model, "space", "space", "space")
        #expect(played == blind.order.map { .compare(.play(column: $0)) })
        let voted = ConsoleFixture.press(&model, "2")
        #expect(voted == [.compare(.stopPlaying), .compare(.vote(column: blind.order[1], votes: 1, of: 1))])
        #expect(model.compare.blind?.round == 2)
        _ = ConsoleFixture.press(&model, "b")
        #expect(model.picture().plainText.contains("1 of 1"))
        // Who knows the names votes no more.
        #expect(ConsoleFixture.press(&model, "1").isEmpty)
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.compare.blind == nil && model.view == .compare)
    }

    @Test func everyOrderComes() throws {
        var seen: Set<[Int]> = []
        for seed in 0..<200 { seen.insert(try #require(BlindListening(Self.snapshot(), seed: UInt64(seed))).order) }
        #expect(seen.count == 6)
        let one = BlindListening(Self.snapshot(), seed: 7), two = BlindListening(Self.snapshot(), seed: 7)
        #expect(one == two)
    }

    @Test func blindListeningEndsWhenAnAnswerGoes() {
        var model = model()
        _ = ConsoleFixture.press(&model, "b")
        var less = Self.snapshot()
        less.columns.removeLast(2)
        _ = model.update(.compare([.changed(less)]))
        #expect(model.compare.blind == nil)
    }
}
