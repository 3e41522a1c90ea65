import Core
import Testing

@testable import Console

@Suite struct HeardWordsTests {
    @Test(arguments: [
        ("one two three four", 0.0, 0, 4), ("one two three four", 1.0, 4, 4), ("one two three four", 0.5, 2, 4),
        ("one two three four", 0.05, 0, 4), ("", 0.5, 0, 0), ("word", 0.4, 0, 1), ("word", 0.6, 1, 1),
        ("  spaced   out  ", 1, 2, 2), ("日本語 です", .nan, 0, 2), ("a b", 7, 2, 2),
    ])
    func counts(text: String, fraction: Double, heard: Int, total: Int) {
        let words = HeardWords(text, fraction: fraction)
        #expect(words.heard == heard)
        #expect(words.total == total)
        #expect(words.characters <= text.count)
    }
}

@Suite struct LatencyModelTests {
    private func report(_ turn: Int, _ e2e: Double?, _ outcome: TurnReport.Outcome = .completed) -> TurnReport {
        TurnReport(turn: turn, outcome: outcome, e2eMs: e2e, parts: [], provider: "p")
    }

    @Test func percentilesNeedFiveTurnsThatCount() {
        var latency = LatencyModel()
        latency.open(TurnStart(turn: 0, trigger: .greeting))
        latency.add(report(0, 50))
        for turn in 1...4 { latency.add(report(turn, Double(turn) * 100)) }
        latency.add(report(5, 9_000, .interrupted))
        latency.add(report(6, nil))
        #expect(latency.percentile(0.5) == nil)
        latency.add(report(7, 500))
        #expect(latency.percentile(0.5) == 300)
        #expect(latency.percentile(0.95) == 500)
        #expect(latency.last?.turn == 7)
    }

    @Test func partsSumToTheWhole() {
        var full = report(1, 1_000)
        full.parts = [
            .init(name: "vad_hang", ms: 200, owner: .setting), .init(name: "model_ttfa", ms: 700, owner: .service),
        ]
        let waterfall = Waterfall(full)
        #expect(waterfall.rows.map(\.name) == ["vad_hang", "turn_commit", "model_ttfa", "playout", "unattributed"])
        #expect(waterfall.rows.compactMap(\.ms).reduce(0, +) == 1_000)
        #expect(waterfall.rows[1].ms == nil)
        #expect(Waterfall(full, isSpoken: false).rows.map(\.name).first == "vad_hang")
    }

    @Test func typedTurnsMissNoSpeech() {
        var typed = report(1, 300)
        typed.parts = [
            .init(name: "tts_ttfb", ms: 100, owner: .service), .init(name: "model_ttfa", ms: 200, owner: .service),
        ]
        #expect(
            Waterfall(typed, isSpoken: false).rows.map(\.name) == ["turn_commit", "tts_ttfb", "model_ttfa", "playout"])
    }
}

@Suite struct TranscriptTests {
    private let wall = WallTime(nanoseconds: 0)

    @Test func partialIsReplacedInPlace() {
        var transcript = Transcript()
        for (text, final) in [("a", false), ("a b", false), ("a b c", true)] {
            transcript.user(UserTranscript(item: "u", turn: 1, text: text, isFinal: final), wall: wall)
        }
        #expect(transcript.blocks.count == 1)
        #expect(
            transcript.blocks[0].entries == [.user(UserEntry(item: "u", text: "a b c", isFinal: true, revisions: 2))])
    }

    @Test func lateWordsOfTheUserStandBeforeTheAnswer() {
        var transcript = Transcript()
        transcript.agent(AgentText(item: "a", turn: 1, text: "answer", isFinal: true), wall: wall)
        transcript.user(UserTranscript(item: "u", turn: 1, text: "question", isFinal: true), wall: wall)
        #expect(transcript.blocks[0].entries.map(\.isAgentSide) == [false, true])
    }

    @Test func cutWinsOverLaterProgress() {
        var transcript = Transcript()
        transcript.agent(AgentText(item: "a", turn: 1, text: "one two", isFinal: true), wall: wall)
        transcript.cut(
            BargeIn(item: "a", turn: 1, detector: .local, heardMs: 500, generatedMs: 1_000, reason: "x"), wall: wall)
        transcript.heard(AgentSpeech(item: "a", turn: 2, heardMs: 500, generatedMs: 1_000), state: .playing, wall: wall)
        guard case .agent(let entry)? = transcript.blocks[0].entries.first else {
            Issue.record("no agent entry")
            return
        }
        #expect(entry.playing == .cut)
        #expect(transcript.blocks.count == 1)
    }

    @Test func longConversationsAreBounded() {
        var transcript = Transcript()
        for turn in 1...2_000 {
            transcript.user(UserTranscript(item: "u\(turn)", turn: turn, text: "x", isFinal: true), wall: wall)
        }
        #expect(transcript.blocks.count == Transcript.blockLimit)
        #expect(transcript.blocks.last?.turn == 2_000)
    }
}

@Suite struct FormatTests {
    @Test func numbers() {
        #expect(Format.decimal(0.996, 2) == "1.00")
        #expect(Format.decimal(-0.001, 2) == "0.00")
        #expect(Format.decimal(-18.4, 0) == "-18")
        #expect(Format.seconds(nil) == "–")
        #expect(Format.milliseconds(182.4) == "182 ms")
        #expect(Format.milliseconds(5_000) == "5.0 s")
        #expect(Format.clock(.seconds(3_723)) == "1:02:03")
        #expect(Format.dollars(0.0412) == "$0.0412")
        #expect(Format.count(1_234_567) == "1 234 567")
        #expect(Format.rate(44_100) == "44.1k")
        #expect(Format.decimal(.infinity, 1) == "–")
    }
}

@Suite struct TextFieldTests {
    @Test func editsLikeALine() {
        var field = TextField()
        field.insert("hello wor\nld")
        #expect(field.string == "hello wor ld")
        field.deleteWord()
        #expect(field.string == "hello wor ")
        field.moveToStart()
        field.deleteForward()
        field.insert("J")
        field.moveToEnd()
        field.backspace()
        #expect(field.submit() == "Jello wor")
        field.browse(-1)
        #expect(field.string == "Jello wor")
        field.browse(1)
        #expect(field.isEmpty)
        field.insert(String(repeating: "x", count: 9_000))
        #expect(field.string.count == TextField.limit)
    }
}
