import Core
import TestKit
import Terminal

@testable import Console

/// Recorded sessions and a replay as the console gets them, made up.
enum SessionsFixture {
    static let forms = [
        ExportForm(name: "vtt", summary: "WebVTT subtitles"), ExportForm(name: "csv", summary: "one row a turn"),
        ExportForm(name: "html", summary: "one self-contained page"),
    ]

    static func rows(_ count: Int) -> [LibraryRow] {
        let providers = [["openai"], ["gemini"], ["openai", "gemini"], ["local"]]
        return (0..<count).map { number in
            let began = WallTime(nanoseconds: Scenario.wallStart - Int64(number) * 4_000_000_000_000)
            var row = LibraryRow(name: "\(began.fileStamp)-\(providers[number % 4][0])-3f2a\(number)", began: began)
            row.seconds = Double(30 + number * 47 % 600)
            row.providers = providers[number % 4]
            row.agent = number % 3 == 0 ? "concierge" : "sales"
            row.caller = number % 5 == 0 ? "6001 \"\u{1B}[31mAnna\" 日本" : "device"
            row.outcome = number == 0 ? "live" : number % 4 == 3 ? "cut-off" : "caller"
            row.isLive = number == 0
            row.isWhole = number % 4 != 3
            row.turns = 3 + number % 9
            (row.p50Ms, row.p95Ms) = number % 6 == 5 ? (nil, nil) : (600, Double(700 + number * 130 % 900))
            row.bytes = Int64(400_000 + number * 7_300_000)
            return row
        }
    }

    static func library(_ model: inout ConsoleModel, count: Int = 14, words: String = "") {
        _ = model.update(.libraryFound(forms))
        _ = ConsoleFixture.press(&model, "5")
        var rows = rows(count)
        if !words.isEmpty {
            _ = ConsoleFixture.press(&model, "/")
            ConsoleFixture.type(&model, words)
            _ = ConsoleFixture.press(&model, "enter")
            for index in rows.indices {
                rows[index].who = index % 2 == 0 ? "You" : "Tool"
                rows[index].excerpt = [
                    .init("…book a ", isHit: false), .init("table", isHit: true),
                    .init(" for two at eight", isHit: false),
                ]
            }
        }
        _ = model.update(.library(.page(model.sessions.query, from: 0, total: count, rows: rows)))
        _ = model.update(.library(.indexed(sessions: count, bytes: 412_000_000)))
    }

    static func detail(_ model: inout ConsoleModel) {
        guard let name = model.sessions.chosen?.name else { return }
        var detail = LibraryDetail(name: name)
        detail.files = [("audio.wav", 44_000_000), ("events.jsonl", 812_000), ("meta.json", 675), ("notes.jsonl", 61)]
            .map {
                .init(name: $0.0, bytes: $0.1)
            }
        (detail.verdict, detail.isWhole) = ("whole, audio and events aligned within 12 ms", true)
        detail.notes = ["00:00:52.400  caller interrupts because the model took 430 ms"]
        detail.lines = [
            .init(who: "You", time: .milliseconds(400), text: "What is the weather like tomorrow?"),
            .init(
                who: "Agent", time: .milliseconds(2000), text: "Tomorrow it will be sunny with a high of 21 degrees."),
            .init(who: "You", time: .milliseconds(9000), text: "And the day after\u{202E}?"),
        ]
        _ = model.update(.library(.detail(detail)))
    }

    static func diff(_ model: inout ConsoleModel) {
        var diff = SessionDiff(a: "2026-11-21T14-02-29Z-openai-3f2a0", b: "2026-11-21T12-55-49Z-gemini-3f2a1")
        (diff.medianA, diff.medianB, diff.userShare, diff.agentShare) = (620, 810, 0.04, 0.31)
        for number in 1...6 {
            var turn = SessionDiff.Turn(number: number)
            var (a, b) = (SessionDiff.Side(), SessionDiff.Side())
            (a.outcome, a.e2eMs) = ("completed", 620)
            (b.outcome, b.e2eMs) = (
                number == 2 ? "interrupted" : "completed", number == 3 ? nil : 620 + Double(number * 40)
            )
            if number == 2 {
                a.tools = ["book_table {\"guests\":2,\"time\":\"20:00\"} result"]
                b.tools = ["book_table {\"guests\":2} error"]
            }
            (turn.a, turn.b) = (a, number == 6 ? nil : b)
            turn.user = [.init(.same, "Book a table for two at"), .init(.removed, "eight."), .init(.added, "ate.")]
            turn.agent = [
                .init(.removed, "Done, table"), .init(.added, "I have booked a table"),
                .init(.same, "for two at eight."),
            ]
            diff.turns.append(turn)
        }
        _ = model.update(.library(.compared(diff)))
    }

    // MARK: - Replay

    static let length = Duration.milliseconds(221_000)

    static func overview() -> ReplayOverview {
        var overview = ReplayOverview()
        overview.parts = 400
        for part in 0..<400 {
            let speaks = part / 20 % 3
            overview.user.append(speaks == 0 ? UInt8(20 + part * 7 % 38) : 0)
            overview.agent.append(speaks == 1 ? UInt8(24 + part * 11 % 34) : 0)
        }
        for turn in 1...10 {
            overview.marks.append(
                ReplayMark(.turn, at: .seconds(2 + (turn - 1) * 21), number: turn, text: "turn \(turn)"))
        }
        overview.marks.append(ReplayMark(.bargeIn, at: .seconds(47), text: "barge-in: 2310 of 5000 ms heard"))
        overview.marks.append(ReplayMark(.note, at: .seconds(52), text: "slow model"))
        overview.marks.append(ReplayMark(.providerSwitch, at: .seconds(120), text: "switch openai to gemini: done"))
        overview.marks.append(
            ReplayMark(.trouble, at: .seconds(160), text: "error provider.lost: \u{1B}]0;evil\u{7}link closed"))
        overview.marks.sort { $0.time < $1.time }
        overview.files = [.init(name: "audio.wav", bytes: 44_000_000), .init(name: "events.jsonl", bytes: 812_000)]
        overview.verdict = "whole, audio and events aligned within 12 ms"
        return overview
    }

    static func status(_ time: Duration, paused: Bool = true) -> ReplayStatus {
        var status = ReplayStatus(
            name: "2026-11-21T14-02-29Z-openai-3f2a9c1e", session: Scenario.own, time: time, length: length,
            now: MonotonicTime(nanoseconds: 1_000_000_000_000) + time,
            wall: WallTime(nanoseconds: Scenario.wallStart + time.wholeNanoseconds))
        (status.isPaused, status.turns) = (paused, 10)
        status.turn = overview().marks.count { $0.kind == .turn && $0.time <= time }
        status.silence = "no speaker"
        return status
    }

    /// A replay of the scene with the barge-in, 52.4 s into it.
    static func replay(_ model: inout ConsoleModel) {
        var scenario = Scenario()
        ConsoleFixture.bargeIn(&scenario)
        let status = status(.milliseconds(52_400))
        _ = model.update(.libraryFound(forms))
        _ = model.update(.replayOpened(status, isAlone: false))
        _ = model.update(.replayRecords(scenario.records))
        _ = model.update(.replayed(status, overview()))
        _ = model.update(
            .tick(
                now: MonotonicTime(nanoseconds: 5_000_000_000_000), wall: WallTime(nanoseconds: 0),
                meters: [
                    Scenario.own: MeterSnapshot(
                        userLevel: -18, userPeak: -6, speechProbability: 0.83, userSpeaking: true)
                ]))
    }
}
